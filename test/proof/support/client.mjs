import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** As the public clients: a 503 is sent again, up to four sends in all. */
const MAX_SENDS = 4;

/** Calls the REST API with one key, over at most so many connections; what comes above waits for one to be free. */
export class Client {
  #agent;
  resent = 0;

  constructor(url, key, connections = 32) {
    this.url = url;
    this.key = key;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** @param target path below /api/v1. @throws Error where no whole answer came. */
  async call(method, target, body, headers = {}) {
    for (let sends = 1; ; sends++) {
      const answer = await this.#send(method, target, body, headers);
      const retryAfter = Number(answer.headers['retry-after']);
      if (answer.status !== 503 || sends === MAX_SENDS || Number.isNaN(retryAfter)) return answer;
      this.resent += 1;
      await sleep(1000 * retryAfter);
    }
  }

  /** The body of a call that must succeed. */
  async ask(method, target, body) {
    const answer = await this.call(method, target, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${target}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  close() {
    this.#agent.destroy();
  }

  #send(method, target, body, further) {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = {
      ...further,
      authorization: `Bearer ${this.key}`,
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    };
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.url}/api/v1${target}`,
        { method, headers, agent: this.#agent },
        (response) => {
          let received = '';
          response.setEncoding('utf8').on('data', (chunk) => (received += chunk));
          response.once('error', reject);
          response.once('end', () => {
            try {
              resolve({ status: response.statusCode, headers: response.headers, body: JSON.parse(received) });
            } catch (error) {
              reject(error);
            }
          });
        },
      );
      sent.once('error', reject);
      sent.end(text);
    });
  }
}

/** A federation with a member, owned by a new organization, and the owner's key. */
export async function createFederation(operator, name) {
  const owner = await createOrganization(operator, `${name}-owner`);
  const member = await createOrganization(operator, `${name}-member`);
  const asOwner = new Client(operator.url, owner.key);
  const { id } = await asOwner.ask('POST', '/federations', { org_id: 'default', name });
  await asOwner.ask('POST', `/federations/${id}/invite`, { org_ids: [member.id] });
  const asMember = new Client(operator.url, member.key);
  await asMember.ask('POST', `/federations/${id}/join`, { org_id: 'default' });
  for (const client of [asOwner, asMember]) client.close();
  return { id, key: owner.key, organizations: [owner.id, member.id] };
}

async function createOrganization(operator, id) {
  await operator.ask('POST', '/organizations', { id, name: id });
  const { api_key: key } = await operator.ask('POST', '/api-keys', { org_id: id, name: 'proof' });
  return { id, key };
}

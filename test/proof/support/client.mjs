import { Agent, request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
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
    const text = body === undefined ? '' : JSON.stringify(body);
    const ofBody =
      body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    for (let sends = 1; ; sends++) {
      const answer = await this.#send(method, target, { ...headers, ...ofBody }, (sent) => sent.end(text));
      const retryAfter = Number(answer.headers['retry-after']);
      if (answer.status !== 503 || sends === MAX_SENDS || Number.isNaN(retryAfter)) return answer;
      this.resent += 1;
      await sleep(1000 * retryAfter);
    }
  }

  /** Posts lines (NDJSON) once, a piece when the one before is on its way. @throws Error where no whole answer came. */
  stream(target, pieces) {
    const headers = { 'content-type': 'application/x-ndjson' };
    return this.#send('POST', target, headers, (sent) => pipeline(Readable.from(pieces), sent));
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

  #send(method, target, headers, write) {
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.url}/api/v1${target}`,
        { method, headers: { ...headers, authorization: `Bearer ${this.key}` }, agent: this.#agent },
        (response) => {
          let received = '';
          response.setEncoding('utf8').on('data', (chunk) => (received += chunk));
          response.once('error', reject);
          response.once('end', () => {
            // An answer that comes before the end of what is sent is a refusal.
            if (!sent.writableEnded) sent.destroy();
            try {
              resolve({ status: response.statusCode, headers: response.headers, body: JSON.parse(received) });
            } catch (error) {
              reject(error);
            }
          });
        },
      );
      sent.once('error', reject);
      Promise.resolve(write(sent)).catch(reject);
    });
  }
}

/** A federation of a new organization, its owner, with so many members besides; the owner is the first of the members. */
export async function createFederation(operator, name, others = 1) {
  const members = [];
  for (let i = 0; i <= others; i++)
    members.push(await createOrganization(operator, `${name}-${i === 0 ? 'owner' : `member-${i}`}`));
  const [owner, ...invited] = members;
  const asOwner = new Client(operator.url, owner.key);
  const { id } = await asOwner.ask('POST', '/federations', { org_id: 'default', name });
  await asOwner.ask('POST', `/federations/${id}/invite`, { org_ids: invited.map((member) => member.id) });
  asOwner.close();
  for (const { key } of invited) {
    const asMember = new Client(operator.url, key);
    await asMember.ask('POST', `/federations/${id}/join`, { org_id: 'default' });
    asMember.close();
  }
  return { id, key: owner.key, members };
}

async function createOrganization(operator, id) {
  await operator.ask('POST', '/organizations', { id, name: id });
  const { api_key: key } = await operator.ask('POST', '/api-keys', { org_id: id, name: 'proof' });
  return { id, key };
}

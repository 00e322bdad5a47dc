import { Client } from './client.mjs';
import { Lanes } from './lanes.mjs';
import { roundId } from './random.mjs';

/** Two kinds of tracked rounds, and one that is not tracked. */
const KINDS = [
  { noise_multiplier: 1, sample_rate: 0.01, num_steps: 1 },
  { noise_multiplier: 1.7, sample_rate: 0.002, num_steps: 25 },
  {},
];
/** What each round is to become; `left` is a reservation that nobody ends. */
const FATES = ['recorded', 'recorded', 'completed', 'cancelled', 'left'];

const LANES = 8;

/**
 * What an owner sends to a ledger, and what was answered. Everything is kept, so that it can be compared with the
 * ledger behind a crash, and sent again.
 */
export class Traffic {
  /** By id: what was sent last and not answered (null: nothing), the number, and the last answered status. */
  #rounds = new Map();
  #made = 0;
  lanes = new Lanes();
  answered = { record: 0, reserve: 0, complete: 0, cancel: 0, repeats: 0 };

  constructor(federation, random) {
    this.federation = federation;
    this.random = random;
    this.contributions = federation.members.map(({ id }, i) => ({
      org_id: id,
      samples: 100 + i,
      accuracy: 0.5,
    }));
  }

  /** Sends rounds, one after the other on each lane, until it is stopped or the gateway is gone. @returns problems. */
  run(url) {
    return this.#withClient(url, (client) =>
      this.lanes.run(Array.from({ length: LANES }, () => () => this.#sendRound(client))),
    );
  }

  /** Sends again what was not answered, as a client does that lost its server. */
  sendUnanswered(url) {
    return this.#withClient(url, async (client) => {
      const problems = [];
      let found = 0;
      for (const [id, { unanswered }] of [...this.#rounds]) {
        if (unanswered === null) continue;
        try {
          const { duplicate } = await this.#send(client, id, unanswered);
          if (duplicate) found += 1;
          this.answered.repeats += 1;
        } catch (error) {
          problems.push(`sent again: ${error.message}`);
        }
      }
      return { problems, found };
    });
  }

  /** How the ledger's rounds differ from what was answered. */
  findLosses(rows) {
    const stored = new Map(rows.map((row) => [row.id, row]));
    const problems = [];
    for (const [id, { number, status, unanswered }] of this.#rounds) {
      const row = stored.get(id);
      stored.delete(id);
      if (status === null && row === undefined) continue;
      // A step that was not answered may have been taken: then it was taken whole.
      const possible = [status, unanswered?.leadsTo];
      if (!possible.includes(row?.status) || (number !== null && row.round_number !== number))
        problems.push(
          `${id} was answered as ${status} with number ${number}, and is ${row?.status} with ${row?.round_number}`,
        );
    }
    for (const id of stored.keys()) problems.push(`${id} was never sent`);
    return problems;
  }

  async #withClient(url, work) {
    const client = new Client(url, this.federation.key, LANES);
    try {
      return await work(client);
    } finally {
      client.close();
    }
  }

  async #sendRound(client) {
    this.#made += 1;
    const id = roundId('c', this.#made);
    const fate = this.#pick(FATES);
    const kind = this.#pick(fate === 'recorded' ? KINDS : KINDS.slice(0, 2));
    this.#rounds.set(id, { number: null, status: null, unanswered: null });
    const { contributions } = this;
    if (fate === 'recorded') {
      await this.#send(client, id, step('record', '', { ...kind, round_id: id, contributions }, 'completed'));
      return;
    }
    await this.#send(
      client,
      id,
      step('reserve', '', { ...kind, round_id: id, status: 'reserved' }, 'reserved'),
    );
    if (fate === 'completed')
      await this.#send(client, id, step('complete', `/${id}/complete`, { contributions }, fate));
    if (fate === 'cancelled') await this.#send(client, id, step('cancel', `/${id}/cancel`, {}, fate));
  }

  #pick(choices) {
    return choices[Math.floor(this.random() * choices.length)];
  }

  async #send(client, id, sent) {
    const round = this.#rounds.get(id);
    round.unanswered = sent;
    const { status, body } = await client.call(
      'POST',
      `/federations/${this.federation.id}/rounds${sent.below}`,
      sent.body,
    );
    if (status >= 300) throw new Error(`${sent.name} of ${id}: ${status} ${JSON.stringify(body)}`);
    if (body.status !== sent.leadsTo) throw new Error(`${sent.name} of ${id} was answered as ${body.status}`);
    Object.assign(round, { unanswered: null, number: body.round_number, status: body.status });
    this.answered[sent.name] += 1;
    this.lanes.tellAnswer();
    return body;
  }
}

function step(name, below, body, leadsTo) {
  return { name, below, body, leadsTo };
}

import { Batch } from './batch.mjs';
import { Client } from './client.mjs';
import { Lanes } from './lanes.mjs';

/** Of each member: one sends JSON and lines in turn, the other begins with lines. */
const LANES_PER_MEMBER = 2;
const SIZES = { JSON: [1, 1_000], lines: [2_000, 5_000] };
const FORMS = ['JSON', 'lines'];
const SHAPE = { groups: 2, perDay: 3_000 };

/** What the members send, batch by batch, and what was answered; all of it can be made again. */
export class IngestTraffic {
  #unanswered = new Set();
  lanes = new Lanes();
  batches = [];

  constructor(federation, random) {
    this.federation = federation;
    this.random = random;
  }

  /** What was sent and not answered. */
  get unanswered() {
    return [...this.#unanswered];
  }

  /** Sends batches, one after the other on each lane, until it is stopped or the gateway is gone. @returns problems. */
  async run(url) {
    const lanes = this.federation.members.flatMap((member) =>
      Array.from({ length: LANES_PER_MEMBER }, (_, i) => this.#laneOf(url, member, i)),
    );
    const problems = await this.lanes.run(lanes.map(({ work }) => work));
    for (const { client } of lanes) client.close();
    return problems;
  }

  /** Sends again what was not answered, as a client does that lost its server. @returns problems. */
  async sendUnanswered(url) {
    const problems = await Promise.all(this.unanswered.map((batch) => this.#sendAgain(url, batch)));
    return problems.flat();
  }

  async #sendAgain(url, batch) {
    const client = new Client(url, batch.member.key);
    try {
      await this.#send(client, batch);
      return [];
    } catch (error) {
      return [`sent again: ${error.message}`];
    } finally {
      client.close();
    }
  }

  #laneOf(url, member, place) {
    const client = new Client(url, member.key);
    let turn = place;
    return { client, work: () => this.#send(client, this.#newBatch(member, FORMS[turn++ % FORMS.length])) };
  }

  #newBatch(member, form) {
    const [least, most] = SIZES[form];
    const batch = new Batch(member, form, {
      ...SHAPE,
      name: `b${this.batches.length}`,
      count: least + Math.floor(this.random() * (most - least + 1)),
      seed: Math.floor(this.random() * 2 ** 32),
    });
    this.batches.push(batch);
    return batch;
  }

  async #send(client, batch) {
    this.#unanswered.add(batch);
    await batch.send(client, this.federation.id);
    this.#unanswered.delete(batch);
    this.lanes.tellAnswer();
  }
}

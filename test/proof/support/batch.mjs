import { linesOf, observationsOf } from './observations.mjs';

/** A batch of a member, as JSON or as lines; its content is made anew each time that it is sent or compared. */
export class Batch {
  constructor(member, form, shape) {
    this.member = member;
    this.form = form;
    this.shape = shape;
  }

  get name() {
    return this.shape.name;
  }

  get count() {
    return this.shape.count;
  }

  get key() {
    return `${this.member.id} ${this.name}`;
  }

  observations() {
    return observationsOf(this.shape);
  }

  /** @throws Error where no whole answer came, or none that says that all of it is stored. */
  async send(client, federationId) {
    const path = `/federations/${federationId}/observations`;
    const answer =
      this.form === 'JSON'
        ? await client.call('POST', path, { batch_id: this.name, observations: [...this.observations()] })
        : await client.stream(`${path}?batch_id=${this.name}`, linesOf(this.observations()));
    const { status, body } = answer;
    if (status !== 200 || body.batch_id !== this.name || body.accepted !== this.count)
      throw new Error(`${this.form} of ${this.count}, ${this.key}: ${status} ${JSON.stringify(body)}`);
    return body;
  }
}

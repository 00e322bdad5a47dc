const CUT_OFF = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE']);

/** Works that are done again and again, side by side, while a gateway answers. */
export class Lanes {
  #isStopping = false;
  #onAnswer = () => undefined;

  /** @param works a lane each, until `stop` or until the gateway is gone. @returns what else ended a lane, in words. */
  async run(works) {
    this.#isStopping = false;
    const lane = async (work) => {
      while (!this.#isStopping) await work();
    };
    const ends = await Promise.allSettled(works.map(lane));
    return ends.flatMap(({ reason }) =>
      reason === undefined || CUT_OFF.has(reason.code) ? [] : [reason.stack],
    );
  }

  stop() {
    this.#isStopping = true;
  }

  /** For a lane that got an answer. */
  tellAnswer() {
    this.#onAnswer();
  }

  /** Resolves with the next answer. */
  nextAnswer() {
    return new Promise((resolve) => (this.#onAnswer = resolve));
  }
}

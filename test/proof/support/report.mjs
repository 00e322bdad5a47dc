/** Collects what a proof finds wrong; the process ends with 1 where there is anything. */
export class Findings {
  #count = 0;
  /** The first ones are printed. */
  static #SHOWN = 20;

  add(where, problems) {
    for (const problem of problems) {
      this.#count += 1;
      if (this.#count <= Findings.#SHOWN) console.error(`WRONG ${where}: ${problem}`);
    }
  }

  end() {
    if (this.#count > Findings.#SHOWN) console.error(`WRONG … and ${this.#count - Findings.#SHOWN} more`);
    console.log(this.#count === 0 ? 'Nothing wrong.' : `${this.#count} wrong.`);
    process.exitCode = this.#count === 0 ? 0 : 1;
  }
}

export function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

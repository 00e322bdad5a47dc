/** The largest error of a figure and where it was. */
export interface Worst {
  readonly error: number;
  readonly at: string;
  readonly points: number;
}

/** Collects errors by figure, so that a test can tell its worst case. */
export class WorstCases {
  readonly #worst = new Map<string, Worst>();

  /** Notes |actual - expected| in units of the scale, by default of the expected value itself. */
  note(figure: string, at: string, [actual, expected]: readonly [number, number], scale?: number): void {
    const distance = Math.abs(actual - expected);
    const unit = scale ?? Math.abs(expected);
    const error = distance === 0 ? 0 : distance / unit;
    const known = this.#worst.get(figure) ?? { error: -1, at: '', points: 0 };
    const worse = error > known.error || Number.isNaN(error);
    this.#worst.set(figure, { ...(worse ? { error, at } : known), points: known.points + 1 });
  }

  of(figure: string): Worst {
    return this.#worst.get(figure) ?? { error: Number.NaN, at: 'nowhere', points: 0 };
  }

  get figures(): readonly string[] {
    return [...this.#worst.keys()];
  }

  /** For the name of a test. */
  describe(figure: string): string {
    const { error, at, points } = this.of(figure);
    return `${figure}: ${error.toExponential(1)} at ${at} of ${points}`;
  }
}

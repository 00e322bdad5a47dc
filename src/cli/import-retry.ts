const FIRST_PAUSE_SECONDS = 1;
const LONGEST_PAUSE_SECONDS = 30;
/** A gateway that asks for more patience is not waited for. */
const LONGEST_RETRY_AFTER_SECONDS = 300;

/** Answers that another attempt may change; 408 is a body that came too slowly. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

export function isPassing(status: number): boolean {
  return PASSING.has(status);
}

export interface Pause {
  readonly seconds: number;
  /** The how-manieth attempt in a row that does not get farther, from 1. */
  readonly retry: number;
}

/** How long to wait before the next attempt: doubled each time from 1 s to 30 s, begun anew when an attempt got farther. */
export class Retries {
  private retry = 0;
  private farthest = 0;

  /** @param max attempts in a row that do not get farther. */
  constructor(readonly max: number) {}

  /**
   * @param lines that were sent in the attempt that failed.
   * @param retryAfterSeconds what the gateway asks for; null where it asks for nothing.
   * @returns null to give up.
   */
  next(lines: number, retryAfterSeconds: number | null): Pause | null {
    if (lines > this.farthest) {
      this.farthest = lines;
      this.retry = 0;
    }
    if (this.retry >= this.max) return null;
    this.retry++;
    if (retryAfterSeconds !== null && retryAfterSeconds > LONGEST_RETRY_AFTER_SECONDS) return null;
    const seconds = Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (this.retry - 1));
    return { seconds: retryAfterSeconds ?? seconds, retry: this.retry };
  }
}

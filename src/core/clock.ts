/** The time, in milliseconds since the epoch (UTC). Injected, so that tests can move it. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

import type { Clock } from '../../src/core/clock.js';

/** The real time, which a test can move forward. */
export class MovableClock implements Clock {
  private ahead = 0;

  now(): number {
    return Date.now() + this.ahead;
  }

  advance(ms: number): void {
    this.ahead += ms;
  }
}

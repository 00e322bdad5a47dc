import type { RebuildEvent } from '../analytics/index.js';
import { formatTime } from '../core/time.js';

const EVERY_MS = 10_000;

/** Tells how far a rebuild is, in lines: of each member when it is finished, and now and then before. */
export class RebuildProgress {
  private toldAt: number;
  private observations = 0;
  private series = 0;

  /** @param now milliseconds of any beginning. */
  constructor(
    private readonly write: (text: string) => unknown,
    private readonly now: () => number,
  ) {
    this.toldAt = now();
  }

  tell(event: RebuildEvent): void {
    switch (event.kind) {
      case 'resumed': {
        const { since, members, finished } = event;
        this.write(
          `going on with what was begun at ${formatTime(since)}: ${finished} of ${members} members are finished ` +
            '(--restart begins with all of them)\n',
        );
        return;
      }
      case 'counted':
        this.observations += event.observations;
        break;
      case 'published':
        this.series += event.series;
        break;
      case 'finished':
        this.tellOf(event, ', finished');
        [this.observations, this.series] = [0, 0];
        return;
    }
    if (this.now() - this.toldAt >= EVERY_MS) this.tellOf(event, '');
  }

  private tellOf({ member }: Exclude<RebuildEvent, { kind: 'resumed' }>, state: string): void {
    const { observations, series } = this;
    const name = `${member.orgId} in ${member.federationId}`;
    this.write(`${name}: ${observations} observations counted, ${series} series made anew${state}\n`);
    this.toldAt = this.now();
  }
}

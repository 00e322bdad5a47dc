import { SummaryRebuild, type RebuildEvent } from '../../src/analytics/index.js';
import type { RebuildBounds } from '../../src/analytics/member-rebuild.js';
import type { Core } from '../../src/app.js';

/** So small that a few hundred observations take several steps of each kind. */
const SMALL: RebuildBounds = {
  part: { rows: 110, days: 1_000 },
  tail: { rows: 30, days: 1_000 },
  page: { series: 4, bytes: 1_000_000 },
  pauseMs: 0,
};

/** Ends a rebuild between two steps, as the end of its process would. */
export class Ended extends Error {}

interface Between {
  readonly restart?: boolean;
  readonly federationId?: string;
  /** Behind each step; `Ended`, when it is thrown, is the rebuild's end. */
  readonly act?: (event: RebuildEvent, step: number) => Promise<void> | void;
  readonly bounds?: Partial<RebuildBounds>;
}

export interface SteppedRebuild {
  readonly isEnded: boolean;
  readonly events: readonly RebuildEvent[];
  /** That it counted. */
  readonly observations: number;
  readonly finished: readonly string[];
}

/** A rebuild in small steps. */
export async function rebuildInSteps(
  { clock, db, rosters }: Core,
  { restart = false, federationId, act = () => undefined, bounds = {} }: Between = {},
): Promise<SteppedRebuild> {
  const events: RebuildEvent[] = [];
  const tell = (event: RebuildEvent) => act(event, events.push(event));
  const rebuild = new SummaryRebuild(clock, db, rosters, { ...SMALL, ...bounds });
  let isEnded = false;
  try {
    await rebuild.rebuild(federationId ?? null, { restart, tell });
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    isEnded = true;
  }
  return {
    isEnded,
    events,
    observations: events.reduce((sum, event) => sum + (event.kind === 'counted' ? event.observations : 0), 0),
    finished: events.flatMap((event) => (event.kind === 'finished' ? [event.member.orgId] : [])),
  };
}

/** Ends the rebuild behind the nth step. */
export function endingBehind(n: number): (event: RebuildEvent, step: number) => void {
  return (_event, step) => {
    if (step === n) throw new Ended();
  };
}

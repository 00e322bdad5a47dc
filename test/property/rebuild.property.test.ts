import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dayOf } from '../../src/analytics/buckets.js';
import { RetentionService } from '../../src/analytics/retention.service.js';
import { Ended, rebuildInSteps } from '../support/rebuild.js';
import { batches, DAY_MS, FIRST, LAST, SummaryModel, type Sent } from './summaries.model.js';

const SEED = 20_261_124;
const RUNS = 25;

let model: SummaryModel;

beforeAll(async () => {
  model = await SummaryModel.start();
});
afterAll(() => model.close());

/** What happens between two steps. */
const happening = fc.oneof(
  fc.constant({ kind: 'nothing' } as const),
  batches.map((sent) => ({ kind: 'send', sent: sent.flat() }) as const),
  fc.integer({ min: 0, max: 2 }).map((member) => ({ kind: 'purge', member }) as const),
  fc
    .integer({ min: dayOf(FIRST), max: dayOf(LAST) + 2 })
    .map((firstDay) => ({ kind: 'expire', firstDay }) as const),
  fc.constant({ kind: 'end' } as const),
);
type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

const ASKED = ['', 'steps', '10', 'sex'].map((variable) => ({
  variable,
  otherVariable: '',
  start: null,
  end: null,
  platform: null,
}));
/** So that a batch is several parts, or more than senders are to wait for, and a member several pages. */
const BOUNDS = {
  part: { rows: 10, days: 40 },
  tail: { rows: 5, days: 20 },
  page: { series: 5, bytes: 20_000 },
};

it('whatever happens between its steps, and wherever it ends and goes on, a rebuild leaves what the record says', async () => {
  const { core } = model.gateway.app;

  /** @returns all that was sent and is not purged. */
  async function happen(one: Happening, sent: readonly Sent[]): Promise<readonly Sent[]> {
    switch (one.kind) {
      case 'send':
        await model.ingest(one.sent);
        return [...sent, ...one.sent];
      case 'purge':
        await model.purge(one.member);
        return sent.filter(({ member }) => member !== one.member);
      case 'expire': {
        const clock = { now: () => (one.firstDay + 1) * DAY_MS + 1 };
        await new RetentionService(clock, core.db, 1).sweep({ aborted: false });
        return sent;
      }
      case 'nothing':
      case 'end':
        return sent;
    }
  }

  await fc.assert(
    fc.asyncProperty(
      batches,
      fc.array(happening, { minLength: 1, maxLength: 12, size: 'max' }),
      fc.boolean(),
      async (before, happenings, isDamaged) => {
        await model.forget();
        let sent: readonly Sent[] = before.flat();
        for (const batch of before) await model.ingest(batch);
        // Days that expire are believed, damaged or not.
        const left = happenings.filter(({ kind }) => !isDamaged || kind !== 'expire');
        if (isDamaged)
          await core.db.transaction((tx) => tx.query('UPDATE summary_cells SET count = count + 1'));
        for (let isEnded = true; isEnded;)
          ({ isEnded } = await rebuildInSteps(core, {
            bounds: BOUNDS,
            act: async () => {
              const next = left.shift();
              if (next === undefined) return;
              sent = await happen(next, sent);
              if (next.kind === 'end') throw new Ended();
            },
          }));
        expect((await core.summaryVerification.verifyAll()).differences).toEqual([]);
        for (const asked of ASKED) await model.expectScan(asked, sent);
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
}, 180_000);

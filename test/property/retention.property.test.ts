import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dayOf } from '../../src/analytics/buckets.js';
import { RetentionService } from '../../src/analytics/retention.service.js';
import { batches, DAY_MS, FIRST, LAST, question, SummaryModel, type Asked } from './summaries.model.js';

const SEED = 20_261_124;
const RUNS = 25;

let model: SummaryModel;

beforeAll(async () => {
  model = await SummaryModel.start();
});
afterAll(() => model.close());

/** What happens behind a batch: nothing, the record expires up to a day, or summaries are made anew. */
const event = fc.oneof(
  fc.constant({ kind: 'nothing' } as const),
  fc.record({
    kind: fc.constant('expire' as const),
    firstDay: fc.integer({ min: dayOf(FIRST), max: dayOf(LAST) + 2 }),
  }),
  fc.constant({ kind: 'rebuild' } as const),
);

/** Whether a window begins or ends within a day before that one. */
function cutsExpired({ start, end }: Asked, firstDay: number): boolean {
  if (start !== null && end !== null && start >= end) return false;
  return [start, end].some((time) => time !== null && time % DAY_MS !== 0 && dayOf(time) < firstDay);
}

it('what expires changes no answer over whole days, and no part of an expired day is answered', async () => {
  const { db, summaryRebuild, summaryVerification } = model.gateway.app.core;
  const history = fc.tuple(batches, fc.array(event, { minLength: 5, maxLength: 5 }));
  await fc.assert(
    fc.asyncProperty(
      history,
      fc.array(question, { minLength: 12, maxLength: 12, size: 'max' }),
      async ([sent, events], questions) => {
        await model.forget();
        let firstDay = -Infinity;
        for (const [i, batch] of sent.entries()) {
          await model.ingest(batch);
          const happened = events[i]!;
          if (happened.kind === 'rebuild') await summaryRebuild.rebuild(null);
          if (happened.kind !== 'expire') continue;
          const clock = { now: () => (happened.firstDay + 1) * DAY_MS + 1 };
          await new RetentionService(clock, db, 1).sweep({ aborted: false });
          firstDay = Math.max(firstDay, happened.firstDay);
        }
        for (const asked of questions) {
          if (cutsExpired(asked, firstDay))
            await expect(model.read(asked)).rejects.toMatchObject({ facts: { reason: 'raw_expired' } });
          else await model.expectScan(asked, sent.flat());
        }
        expect((await summaryVerification.verifyAll()).differences).toEqual([]);
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
}, 120_000);

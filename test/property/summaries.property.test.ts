import { afterAll, beforeAll, it } from '@jest/globals';
import fc from 'fast-check';
import { batches, GROUPS, named, question, SummaryModel, type Sent } from './summaries.model.js';

const SEED = 20_261_124;
const RUNS = 60;

let model: SummaryModel;

beforeAll(async () => {
  model = await SummaryModel.start();
});
afterAll(() => model.close());

it('what is read from summaries, of all groups or of some, is what a scan of the record gives', async () => {
  await fc.assert(
    fc.asyncProperty(
      batches,
      fc.array(fc.tuple(question, named), { minLength: 12, maxLength: 12, size: 'max' }),
      async (sent, questions) => {
        await model.forget();
        for (const batch of sent) await model.ingest(batch);
        for (const [asked, groups] of questions) {
          await model.expectScan(asked, sent.flat());
          await model.expectNamed(asked, groups);
        }
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
}, 60_000);

it('reads rows of a day in pages, many of them of one millisecond', async () => {
  await model.forget();
  const at = Date.UTC(2026, 2, 5, 12);
  const sent = Array.from({ length: 13_000 }, (_, i): Sent => {
    // The first page ends within the 11,000 rows of one time.
    const recordedAt = i < 1_000 ? at - 1_000 + i : i < 12_000 ? at : at + i;
    return {
      member: i % 3,
      recordedAt,
      deviceGroup: GROUPS[i % 2]!,
      devicePlatform: null,
      metrics: { steps: i % 200 },
      attributes: {},
    };
  });
  await model.ingest(sent);
  const asked = { variable: 'steps', otherVariable: '', start: at - 990, end: at + 12_990, platform: null };
  await model.expectScan(asked, sent);
}, 60_000);

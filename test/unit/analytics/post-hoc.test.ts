import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { PostHocPool } from '../../../src/analytics/analyses/post-hoc-pool.js';
import { DegenerateInputError, gamesHowell, tukeyKramer } from '../../../src/numerics/inference/index.js';
import { summaryOf } from '../numerics/summaries.js';

const SCRIPT = path.join(__dirname, '../../../dist/src/analytics/analyses/post-hoc.worker.js');

let pool: PostHocPool;

beforeAll(() => {
  pool = new PostHocPool(SCRIPT);
});
afterAll(() => pool.close());

const groups = (count: number) =>
  Array.from({ length: count }, (_, g) => summaryOf([g, g + 1 + (g % 3), g + 2.5, g * 1.01]));

describe.each([
  ['tukey_kramer', tukeyKramer],
  ['games_howell', gamesHowell],
] as const)('%s', (method, compare) => {
  it.each([2, 3, 11, 14])('of %d groups is the same on this thread and on another', async (count) => {
    const question = { method, groups: groups(count), confidenceLevel: 0.9 };
    expect(await pool.compare(question)).toEqual(compare(question.groups, 0.9));
  });

  it('is refused with its reason from the other thread as well', async () => {
    const constant = Array.from({ length: 12 }, () => summaryOf([1, 1]));
    const refused = pool.compare({ method, groups: constant, confidenceLevel: 0.95 });
    await expect(refused).rejects.toThrow(DegenerateInputError);
    await expect(refused).rejects.toMatchObject({ reason: 'zero_variance' });
  });
});

it('of many groups lets this thread go on meanwhile', async () => {
  let turns = 0;
  let turning = setImmediate(function turn() {
    turns += 1;
    turning = setImmediate(turn);
  });
  await pool.compare({ method: 'games_howell', groups: groups(16), confidenceLevel: 0.95 });
  clearImmediate(turning);
  expect(turns).toBeGreaterThan(5);
});

it('asked for at once by many is answered to each', async () => {
  const questions = [12, 13, 14, 15].map((count) => ({
    method: 'tukey_kramer' as const,
    groups: groups(count),
    confidenceLevel: 0.95,
  }));
  const answers = await Promise.all(questions.map(pool.compare));
  expect(answers.map((pairs) => pairs.length)).toEqual([66, 78, 91, 105]);
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { GRANULARITY } from '../../src/analytics/buckets.js';
import { MAX_VALUES, pairKey } from '../../src/analytics/cell-body.js';
import { summaryCells } from '../../src/analytics/cell-table.js';
import { Fold, type Cell } from '../../src/analytics/fold.js';
import { addToSummaries } from '../../src/analytics/summary-update.js';
import { memberSummaryRepository } from '../../src/analytics/member-summary.repository.js';
import type { SqlValue, Transaction } from '../../src/db/database.js';
import { startTestApp, type TestApp } from '../support/app.js';

/** 35 of them are 18 MB, as text in a statement twice that: MariaDB and MySQL refuse more than 16 and 64 MB. */
const GROUPS = 35;
const RECORDED_AT = Date.parse('2026-03-05T12:00:00Z');
const VALUES = Array.from({ length: MAX_VALUES }, (_, i) => `a value no. ${i}`.padEnd(20, '.'));
const COUNTS = new Map(VALUES.flatMap((one) => VALUES.map((other) => [pairKey(one, other), 1] as const)));

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

/** The same transaction, which tells the most bytes of bodies that one statement has read or written. */
function watched(tx: Transaction): { readonly tx: Transaction; readonly most: () => number } {
  let most = 0;
  const sizeOf = (values: readonly unknown[]) =>
    values.reduce<number>((sum, value) => sum + (Buffer.isBuffer(value) ? value.length : 0), 0);
  const query = async <Row>(sql: string, parameters: readonly SqlValue[] = []): Promise<Row[]> => {
    const rows = await tx.query<Row>(sql, parameters);
    const read = Array.isArray(rows) ? rows.flatMap((row) => Object.values(row as object)) : [];
    most = Math.max(most, sizeOf(read), sizeOf(parameters));
    return rows;
  };
  return { tx: { ...tx, query }, most: () => most };
}

it('the largest summaries of many groups are written and added to, about a megabyte at a time', async () => {
  const { id, owner } = await gateway.aFederation();
  const fold = new Fold(id, owner.id);
  for (let i = 0; i < GROUPS; i++)
    fold.add({
      recordedAt: RECORDED_AT,
      deviceGroup: `group ${i}`,
      deviceId: null,
      devicePlatform: null,
      metrics: [],
      attributes: [
        ['one', VALUES[0]!],
        ['other', VALUES[1]!],
      ],
    });
  const ofPairs = fold.series.filter(({ otherVariable }) => otherVariable !== '');
  const cells = ofPairs.map((series): Cell => ({
    seriesId: series.id,
    granularity: GRANULARITY.all,
    bucket: 0,
    count: COUNTS.size,
    firstAt: RECORDED_AT,
    lastAt: RECORDED_AT,
    body: { kind: 'categorical', counts: COUNTS },
  }));
  const most = await gateway.app.core.db.transaction(async (inner) => {
    const { tx, most: mostBytes } = watched(inner);
    await memberSummaryRepository.ensureSeries(tx, fold.series);
    await summaryCells.put(tx, cells);
    await addToSummaries(tx, fold.series, fold.cells());
    return mostBytes();
  });
  expect(most).toBeGreaterThan(500_000);
  expect(most).toBeLessThan(1_500_000);
  const stored = await gateway.app.core.summaries.read(gateway.app.core.db, {
    federationId: id,
    variable: 'one',
    otherVariable: 'other',
    platform: null,
    start: null,
    end: null,
  });
  expect(stored.map(({ count }) => count)).toEqual(stored.map(() => COUNTS.size + 1));
  expect(stored).toHaveLength(GROUPS);
});

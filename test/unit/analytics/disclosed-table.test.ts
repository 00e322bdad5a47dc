import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { discloseTable } from '../../../src/analytics/disclosed-table.js';

const five = { minGroupSize: 5, allowExtremes: false };

const table = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
  .chain(([rows, columns]) =>
    fc.array(fc.array(fc.nat(12), { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    }),
  );

const columnsOf = <T>(rows: readonly (readonly T[])[]): T[][] =>
  (rows[0] ?? []).map((_, j) => rows.map((row) => row[j]!));

describe('a table of counts', () => {
  it('with no small count is shown as it is, zeros included', () => {
    const rows = [
      [10, 0, 5],
      [7, 8, 0],
    ];
    expect(discloseTable(rows, five)).toEqual(rows);
  });

  it('of two by two with one small count is not shown at all: the sums would give it away', () => {
    const rows = [
      [3, 20],
      [30, 40],
    ];
    expect(discloseTable(rows, five)).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  it('withholds beside a small count the smallest of its row and of its column', () => {
    const rows = [
      [3, 20, 50],
      [30, 40, 60],
      [70, 80, 90],
    ];
    expect(discloseTable(rows, five)).toEqual([
      [null, null, 50],
      [null, null, 60],
      [70, 80, 90],
    ]);
  });

  it('is shown whole where nothing is withheld', () => {
    fc.assert(
      fc.property(table, (rows) => {
        expect(discloseTable(rows, { minGroupSize: 1, allowExtremes: false })).toEqual(rows);
      }),
    );
  });

  it('shows no count of 1 to T - 1, and changes none', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const shown = discloseTable(rows, five).flat();
        for (const [i, count] of rows.flat().entries()) {
          if (count > 0 && count < 5) expect(shown[i]).toBeNull();
          else expect([null, count]).toContain(shown[i]);
        }
      }),
    );
  });

  it('has no row and no column with exactly one withheld count, unless it has no other', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const shown = discloseTable(rows, five);
        for (const line of [...shown, ...columnsOf(shown)]) {
          const withheld = line.filter((count) => count === null).length;
          if (line.length > 1) expect(withheld).not.toBe(1);
        }
      }),
    );
  });
});

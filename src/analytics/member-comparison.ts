import type { Reader } from '../db/database.js';
import type { MemberKey } from '../federations/index.js';
import { bucketName, GRANULARITY, granularityName, monthOfDay } from './buckets.js';
import { isExpiredDay, readableDays } from './expired-days.js';
import { cellKey, coarserOf, mergeCells, type Cell } from './fold.js';
import { foldsOf } from './member-record.js';
import { seriesOf, type SeriesKey, type SeriesRow } from './series.js';
import { compareCell } from './summary-comparison.js';
import { summaryRepository, type StoredCell } from './summary.repository.js';

/** Something that the record says and a summary does not. */
export interface SummaryDifference extends SeriesKey {
  /** `all`, `month`, `day`. */
  readonly granularity: string;
  /** `all`, 2026-11, 2026-11-24. */
  readonly bucket: string;
  readonly what: string;
}

export interface MemberResult {
  /** How many the record gives, and the days that have expired from it. */
  readonly summaries: number;
  /** Those among them that expired observations are in. */
  readonly expired: number;
  readonly differences: readonly SummaryDifference[];
}

/** What a member's summaries have to be, by the keys of cells and of series. */
interface Due {
  readonly series: Map<string, SeriesRow>;
  readonly cells: Map<string, Cell>;
}

/**
 * Compares everything that is stored of a member with its record. Days before `firstDay` have expired from it; the months
 * and all time that they are part of have to be what these days and the record give together.
 */
export async function compareMember(db: Reader, member: MemberKey, firstDay: number): Promise<MemberResult> {
  const comparison = new MemberComparison(await recount(db, member, firstDay), firstDay);
  for await (const { series, cells } of summaryRepository.pagesOf(db, member))
    for (const row of series)
      comparison.add(
        row,
        cells.filter(({ seriesId }) => seriesId === row.id),
      );
  return comparison.end();
}

class MemberComparison {
  private readonly differences: SummaryDifference[] = [];
  private summaries: number;
  private expired = 0;

  /** @param due by the record; emptied of what is found. */
  constructor(
    private readonly due: Due,
    private readonly firstDay: number,
  ) {
    this.summaries = due.cells.size;
  }

  /** All that is stored of one series. */
  add(row: SeriesRow, cells: readonly StoredCell[]): void {
    const days = cells.filter((cell) => isExpiredDay(cell, this.firstDay));
    const parts = this.addExpired(row, days);
    const isFalseId = seriesOf(row).id !== row.id;
    for (const stored of cells) {
      const key = cellKey(stored);
      if (isFalseId) this.tell(row, stored, 'is under the id of another');
      if (!isExpiredDay(stored, this.firstDay) && !parts.unknown.has(key)) {
        const note = parts.coarser.has(key) ? ' (expired ones as their days tell)' : '';
        for (const what of this.compare(stored)) this.tell(row, stored, `${what}${note}`);
      }
      this.due.cells.delete(key);
    }
    for (const key of parts.unknown) this.due.cells.delete(key);
  }

  end(): MemberResult {
    for (const cell of this.due.cells.values()) {
      const row = this.due.series.get(cell.seriesId);
      if (row !== undefined) this.tell(row, cell, `is missing; it is due for ${cell.count} observations`);
    }
    const { summaries, expired, differences } = this;
    return { summaries, expired, differences };
  }

  /**
   * Makes expired days a part of what is due.
   * @returns the keys of the months and all time that they are in, and of those among them that a day which cannot be read
   *   is in: nobody knows what these have to be.
   */
  private addExpired(
    row: SeriesRow,
    days: readonly StoredCell[],
  ): { readonly coarser: ReadonlySet<string>; readonly unknown: ReadonlySet<string> } {
    const { cells, series } = this.due;
    const kind = cells.get(cellKey({ seriesId: row.id, granularity: GRANULARITY.all, bucket: 0 }))?.body.kind;
    const unread: StoredCell[] = [];
    const readable = readableDays(days, kind, (day, what) => {
      this.tell(row, day, what);
      unread.push(day);
    });
    for (const cell of coarserOf(readable)) {
      const recorded = cells.get(cellKey(cell));
      const parts: [Cell, ...Cell[]] = recorded === undefined ? [cell] : [recorded, cell];
      cells.set(cellKey(cell), mergeCells(parts, cell.granularity, cell.bucket));
      if (recorded === undefined) this.summaries += 1;
    }
    if (days.length > 0) series.set(row.id, row);
    const coarser = coarserKeysOf(days);
    this.summaries += days.length;
    this.expired += days.length + coarser.size;
    return { coarser, unknown: coarserKeysOf(unread) };
  }

  private compare(stored: StoredCell): string[] {
    const due = this.due.cells.get(cellKey(stored));
    return due === undefined ? ['is there, and there are no observations for it'] : compareCell(stored, due);
  }

  private tell(
    { id: _, ...series }: SeriesRow,
    { granularity, bucket }: Pick<Cell, 'granularity' | 'bucket'>,
    what: string,
  ): void {
    this.differences.push({
      ...series,
      granularity: granularityName(granularity),
      bucket: bucketName(granularity, bucket),
      what,
    });
  }
}

/** Of the month of each day, and of all time. */
function coarserKeysOf(days: readonly StoredCell[]): ReadonlySet<string> {
  return new Set(
    days.flatMap(({ seriesId, bucket }) => [
      cellKey({ seriesId, granularity: GRANULARITY.month, bucket: monthOfDay(bucket) }),
      cellKey({ seriesId, granularity: GRANULARITY.all, bucket: 0 }),
    ]),
  );
}

async function recount(db: Reader, member: MemberKey, firstDay: number): Promise<Due> {
  const due: Due = { series: new Map(), cells: new Map() };
  for await (const { fold } of foldsOf(db, member, { firstDay })) {
    for (const row of fold.series) due.series.set(row.id, row);
    for (const cell of fold.cells()) {
      const before = due.cells.get(cellKey(cell));
      due.cells.set(
        cellKey(cell),
        before === undefined ? cell : mergeCells([before, cell], cell.granularity, cell.bucket),
      );
    }
  }
  return due;
}

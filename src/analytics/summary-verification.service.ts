import type { Database, Reader } from '../db/database.js';
import type { MemberKey, RosterService } from '../federations/index.js';
import { bucketName, granularityName } from './buckets.js';
import { cellKey, mergeCells, type Cell } from './fold.js';
import { foldsOf, listMembers } from './member-record.js';
import { observationRepository } from './observation.repository.js';
import { seriesOf, type SeriesKey, type SeriesRow } from './series.js';
import { compareCell } from './summary-comparison.js';
import { summaryRepository } from './summary.repository.js';

/** Something that the record says and a summary does not. */
export interface SummaryDifference extends SeriesKey {
  /** `all`, `month`, `day`. */
  readonly granularity: string;
  /** `all`, 2026-11, 2026-11-24. */
  readonly bucket: string;
  readonly what: string;
}

interface MemberResult {
  /** How many the record gives. */
  readonly summaries: number;
  readonly differences: readonly SummaryDifference[];
}

const MAX_ATTEMPTS = 3;

/** Makes summaries anew from the record, in memory. Whatever it finds it tells, and changes nothing. */
export class SummaryVerification {
  constructor(
    private readonly db: Database,
    private readonly rosters: RosterService,
  ) {}

  /** Those of every member, one after the other. @returns how many there are by the record, and all differences. */
  async verifyAll(): Promise<{ summaries: number; differences: SummaryDifference[] }> {
    const differences: SummaryDifference[] = [];
    let summaries = 0;
    for (const member of await listMembers(this.db)) {
      const found = await this.verify(member);
      summaries += found.summaries;
      differences.push(...found.differences);
    }
    return { summaries, differences };
  }

  /** A member that sends meanwhile is looked at again; one that never rests, under its lock. */
  private async verify(member: MemberKey): Promise<MemberResult> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const before = await observationRepository.idsOf(this.db, member);
      const found = await compare(this.db, member);
      if (found.differences.length === 0) return found;
      const after = await observationRepository.idsOf(this.db, member);
      if (after.first === before.first && after.last === before.last) return found;
    }
    return this.db.transaction(async (tx) => {
      await this.rosters.lockAny(tx, member);
      return compare(tx, member);
    });
  }
}

/** What a member's record gives, by the keys of its cells and of its series. */
interface Due {
  readonly series: Map<string, SeriesRow>;
  readonly cells: Map<string, Cell>;
}

async function compare(db: Reader, member: MemberKey): Promise<MemberResult> {
  const due = await recount(db, member);
  const summaries = due.cells.size;
  const differences: SummaryDifference[] = [];
  for await (const { series, cells } of summaryRepository.pagesOf(db, member)) {
    const byId = new Map(series.map((row) => [row.id, row]));
    for (const stored of cells) {
      const row = byId.get(stored.seriesId);
      if (row === undefined) continue;
      const tell = (what: string) => differences.push(difference(row, stored, what));
      if (seriesOf(row).id !== row.id) tell('is under the id of another');
      const expected = due.cells.get(cellKey(stored));
      if (expected === undefined) tell('is there, and there are no observations for it');
      else compareCell(stored, expected).forEach(tell);
      due.cells.delete(cellKey(stored));
    }
  }
  for (const cell of due.cells.values()) {
    const row = due.series.get(cell.seriesId);
    if (row !== undefined)
      differences.push(difference(row, cell, `is missing; it is due for ${cell.count} observations`));
  }
  return { summaries, differences };
}

async function recount(db: Reader, member: MemberKey): Promise<Due> {
  const due: Due = { series: new Map(), cells: new Map() };
  for await (const fold of foldsOf(db, member)) {
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

function difference(
  { id: _, ...series }: SeriesRow,
  { granularity, bucket }: Pick<Cell, 'granularity' | 'bucket'>,
  what: string,
): SummaryDifference {
  return {
    ...series,
    granularity: granularityName(granularity),
    bucket: bucketName(granularity, bucket),
    what,
  };
}

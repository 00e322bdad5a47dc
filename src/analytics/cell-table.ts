import type { SqlValue, Transaction } from '../db/database.js';
import { GRANULARITY } from './buckets.js';
import { encodeBody } from './cell-body.js';
import { cellKey, type Cell } from './fold.js';
import { inChunks, ROWS_AT_ONCE } from './in-chunks.js';
import { decoded, COUNT_COLUMNS, type StoredCell } from './summary.repository.js';

const BYTES_AT_ONCE = 1_000_000;

type CellPlace = Pick<Cell, 'seriesId' | 'granularity' | 'bucket'>;

/** A column of the primary key, and what a cell has there. */
interface KeyColumn {
  readonly name: string;
  readonly of: (place: CellPlace) => SqlValue;
}

const SERIES_ID: KeyColumn = { name: 'series_id', of: ({ seriesId }) => seriesId };
const GRANULARITY_COLUMN: KeyColumn = { name: 'granularity', of: ({ granularity }) => granularity };
const BUCKET: KeyColumn = { name: 'bucket', of: ({ bucket }) => bucket };
const VALUES = ['count', 'first_at', 'last_at', 'body'] as const;

interface FoundRow extends Omit<StoredCell, 'body'> {
  readonly bytes: number;
  readonly body: Buffer | null;
}

interface FoundCells {
  readonly cells: readonly Cell[];
  readonly large: ReadonlyMap<string, number>;
}

/** A table of cells as they are changed, some at a time. For whoever has the lock that guards its rows. */
class CellTable {
  private readonly places: string;

  /** @param granularity of a cell, as SQL: what a column says, or the same for all. */
  constructor(
    private readonly name: string,
    private readonly key: readonly KeyColumn[],
    granularity: string,
  ) {
    this.places = `c.series_id AS seriesId, ${granularity} AS granularity, c.bucket AS bucket`;
  }

  /**
   * The stored ones among the cells, but for those whose body has more than `maxBytes`: of them only its size, by
   * `cellKey`.
   */
  async find(tx: Transaction, places: readonly CellPlace[], maxBytes: number): Promise<FoundCells> {
    const cells: Cell[] = [];
    const large = new Map<string, number>();
    for (const chunk of inChunks(places)) {
      for (const { body, bytes, ...row } of await this.select(tx, chunk, maxBytes)) {
        if (body === null) large.set(cellKey(row), bytes);
        else cells.push(decoded({ ...row, body }));
      }
    }
    return { cells, large };
  }

  /** Writes the cells, each in the place of the one that it was made from. */
  async put(tx: Transaction, cells: readonly Cell[]): Promise<void> {
    const names = [...this.key.map(({ name }) => name), ...VALUES];
    const marks = `(${names.map(() => '?').join(', ')})`;
    for (const chunk of statementsOf([...cells].sort(byKey)))
      await tx.query(
        `REPLACE INTO ${this.name} (${names.join(', ')}) VALUES ${chunk.map(() => marks).join(', ')}`,
        chunk.flatMap((cell): SqlValue[] => [
          ...this.key.map(({ of }) => of(cell)),
          ...[cell.count, cell.firstAt, cell.lastAt, cell.body],
        ]),
      );
  }

  private select(tx: Transaction, places: readonly CellPlace[], maxBytes: number): Promise<FoundRow[]> {
    const key = this.key.map(({ name }) => `c.${name}`).join(', ');
    const marks = `(${this.key.map(() => '?').join(', ')})`;
    return tx.query<FoundRow>(
      `SELECT ${this.places}, ${COUNT_COLUMNS}, LENGTH(c.body) AS bytes,
          CASE WHEN LENGTH(c.body) <= ${maxBytes} THEN c.body END AS body
        FROM ${this.name} c WHERE (${key}) IN (${tx.inRows} ${places.map(() => marks).join(', ')})`,
      places.flatMap((place) => this.key.map(({ of }) => of(place))),
    );
  }
}

/** What questions are answered from. Guarded by the lock of the member that they are of. */
export const summaryCells = new CellTable(
  'summary_cells',
  [SERIES_ID, GRANULARITY_COLUMN, BUCKET],
  'c.granularity',
);

/** Days that are made anew and that nobody sees yet. Guarded by the lock of their member's row in the queue. */
export const rebuiltDays = new CellTable('rebuilt_days', [SERIES_ID, BUCKET], String(GRANULARITY.day));

/** Cells whose statement stays far below what a server takes as one packet (16 MB is MariaDB's default). */
function* statementsOf(cells: readonly Cell[]): Iterable<readonly EncodedCell[]> {
  let statement: EncodedCell[] = [];
  let bytes = 0;
  for (const { body, ...cell } of cells) {
    const encoded = { ...cell, body: encodeBody(body) };
    if (
      statement.length === ROWS_AT_ONCE ||
      (bytes + encoded.body.length > BYTES_AT_ONCE && statement.length > 0)
    ) {
      yield statement;
      statement = [];
      bytes = 0;
    }
    statement.push(encoded);
    bytes += encoded.body.length;
  }
  if (statement.length > 0) yield statement;
}

type EncodedCell = Omit<Cell, 'body'> & { readonly body: Buffer };

function byKey(a: Cell, b: Cell): number {
  if (a.seriesId !== b.seriesId) return a.seriesId < b.seriesId ? -1 : 1;
  return a.granularity - b.granularity || a.bucket - b.bucket;
}

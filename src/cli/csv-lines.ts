import { CsvError, parse, type Parser } from 'csv-parse';
import { DomainError } from '../core/errors.js';
import { lineOfRow, planRows, RowRefused, type ColumnOptions, type RowPlan } from './csv-columns.js';
import { LineEnds } from './line-ends.js';

const MAX_ROW = 1024 * 1024;

const REASONS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
  CSV_INVALID_CLOSING_QUOTE:
    'after a closing quote comes neither a delimiter nor the end of the line: is a quote not closed?',
  INVALID_OPENING_QUOTE: 'a quote in the middle of a cell: put the cell in quotes and double those in it',
  CSV_MAX_RECORD_SIZE: `a row must be at most ${MAX_ROW} characters: is a quote not closed?`,
};

export interface CsvOptions extends ColumnOptions {
  readonly delimiter?: string;
}

/** Why a line of the file is no row. */
export interface RefusedRow {
  readonly line: number;
  readonly reason: string;
}

/**
 * Turns CSV with a header into lines of observations. Each stands on the line on which its row begins in the file, blank
 * lines making up for the header and for cells of several lines: the numbers that the gateway names are the file's.
 */
export class CsvLines {
  /** Set when a row was met that cannot be read; the line in its place is one that the gateway refuses. */
  refused: RefusedRow | null = null;
  private readonly parser: Parser;
  private readonly ends = new LineEnds();
  private plan: RowPlan | null = null;
  private ready: string[] = [];
  private written = 0;
  /** Where the last row ended. */
  private end = { byte: 0, emptyLines: 0 };

  constructor(private readonly options: CsvOptions) {
    this.parser = parse({
      bom: true,
      delimiter: options.delimiter ?? ',',
      max_record_size: MAX_ROW,
      on_record: (cells: string[]) => {
        this.take(cells);
        return null;
      },
      record_delimiter: ['\r\n', '\n'],
      // They are refused with words of our own.
      relax_column_count: true,
      skip_empty_lines: true,
    });
    // Told to whoever writes.
    this.parser.on('error', () => undefined);
  }

  /** @throws UsageError where the options do not fit the header; DomainError for a file without one. */
  async *of(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    try {
      for await (const piece of bytes) {
        this.ends.add(piece);
        await this.write((done) => this.parser.write(piece, done));
        yield* this.flush();
      }
      await this.write((done) => this.parser.end(done));
    } catch (error) {
      this.refuse(error);
    }
    if (this.plan === null && this.refused === null)
      throw new DomainError('BAD_USER_INPUT', 'the file is empty: CSV begins with the names of its columns');
    yield* this.flush();
  }

  private write(begin: (done: (error?: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      begin((error) => {
        if (error === null || error === undefined) resolve();
        else reject(error);
      });
    });
  }

  private *flush(): Generator<Buffer> {
    if (this.ready.length === 0) return;
    const lines = Buffer.from(this.ready.join(''));
    this.ready = [];
    yield lines;
  }

  private take(cells: readonly string[]): void {
    if (this.plan === null) this.plan = this.readHeader(cells);
    else this.put(lineOfRow(cells, this.plan));
    const { bytes, empty_lines: emptyLines } = this.parser.info;
    this.end = { byte: bytes, emptyLines };
  }

  private readHeader(cells: readonly string[]): RowPlan {
    if (this.parser.options.encoding !== 'utf8')
      throw new DomainError('BAD_USER_INPUT', 'the file is UTF-16: convert it to UTF-8 first');
    return planRows(cells, this.options);
  }

  private put(text: string): void {
    const line = this.line();
    this.ready.push('\n'.repeat(line - this.written - 1), text, '\n');
    this.written = line;
  }

  /** On which the row that is read begins. */
  private line(): number {
    const { byte, emptyLines } = this.end;
    return this.ends.lineAt(byte) + this.parser.info.empty_lines - emptyLines;
  }

  /** The gateway is told as well, so that what it answers is what came of all the lines before. */
  private refuse(error: unknown): void {
    const reason = reasonOf(error);
    if (reason === null) throw error;
    const line = this.line();
    if (this.plan === null) throw new DomainError('BAD_USER_INPUT', `line ${line}: ${reason}`);
    this.refused = { line, reason };
    this.put(JSON.stringify(reason));
  }
}

function reasonOf(error: unknown): string | null {
  if (error instanceof RowRefused) return error.message;
  return error instanceof CsvError ? (REASONS[error.code] ?? error.message) : null;
}

import type { Reader } from './database.js';
import type { SqliteReader } from './sqlite-reader.js';

/** So many connections stay open between two questions. */
const MAX_IDLE = 4;

/**
 * Reads of a SQLite file that see one committed state over several statements. Each has a connection of its own while it
 * runs: on a shared one, others would see its state as well.
 */
export class SqliteSnapshots {
  private readonly idle: SqliteReader[] = [];
  private isClosed = false;

  constructor(private readonly open: () => SqliteReader) {}

  async run<Result>(work: (reader: Reader) => Promise<Result>): Promise<Result> {
    const reader = this.idle.pop() ?? this.open();
    try {
      reader.beginSnapshot();
      return await work({
        query: (sql, parameters = []) =>
          new Promise((resolve) => {
            resolve(reader.all(sql, parameters));
          }),
      });
    } finally {
      reader.endSnapshot();
      if (this.isClosed || this.idle.length === MAX_IDLE) reader.close();
      else this.idle.push(reader);
    }
  }

  /** Lets go of the connections; one that is in use goes with the end of its work. */
  close(): void {
    this.isClosed = true;
    for (const reader of this.idle.splice(0)) reader.close();
  }
}

import { setImmediate as nextTurn } from 'node:timers/promises';
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
      const result = await work({
        query: async (sql, parameters = []) => {
          const rows = reader.all<never>(sql, parameters);
          // A statement holds this process's only thread: others have their turn behind each.
          await nextTurn();
          return rows;
        },
      });
      reader.endSnapshot();
      this.keep(reader);
      return result;
    } catch (error) {
      // In whatever state it is, it is not used again.
      reader.close();
      throw error;
    }
  }

  private keep(reader: SqliteReader): void {
    if (this.isClosed || this.idle.length === MAX_IDLE) reader.close();
    else this.idle.push(reader);
  }

  /** Lets go of the connections; one that is in use goes with the end of its work. */
  close(): void {
    this.isClosed = true;
    for (const reader of this.idle.splice(0)) reader.close();
  }
}

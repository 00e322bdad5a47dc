import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Reader } from './database.js';
import type { SqliteReader } from './sqlite-reader.js';

/** So many run at once, each on a connection of its own; the others wait for one. */
const MAX_CONNECTIONS = 8;

/**
 * Reads of a SQLite file that see one committed state over several statements. Each has a connection of its own while it
 * runs: on a shared one, others would see its state as well.
 */
export class SqliteSnapshots {
  private readonly idle: SqliteReader[] = [];
  private readonly waiting: (() => void)[] = [];
  private running = 0;
  private isClosed = false;

  constructor(private readonly open: () => SqliteReader) {}

  async run<Result>(work: (reader: Reader) => Promise<Result>): Promise<Result> {
    await this.enter();
    try {
      return await this.runOn(this.idle.pop() ?? this.open(), work);
    } finally {
      this.leave();
    }
  }

  private async runOn<Result>(
    reader: SqliteReader,
    work: (reader: Reader) => Promise<Result>,
  ): Promise<Result> {
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
      if (this.isClosed) reader.close();
      else this.idle.push(reader);
      return result;
    } catch (error) {
      // In whatever state it is, it is not used again.
      reader.close();
      throw error;
    }
  }

  private async enter(): Promise<void> {
    if (this.running === MAX_CONNECTIONS)
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
      });
    else this.running += 1;
  }

  /** The place goes to the next that waits. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.running -= 1;
    else next();
  }

  /** Lets go of the connections; one that is in use goes with the end of its work. */
  close(): void {
    this.isClosed = true;
    for (const reader of this.idle.splice(0)) reader.close();
  }
}

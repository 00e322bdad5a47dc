import { within } from '../core/within.js';

/** A probe that gets no answer tells its sender less than one that is answered no. */
const MAX_WAIT_MS = 2_000;

/** Whether the process can serve: its database answers soon, with a schema that is up to date, and it is not ending. */
export class Readiness {
  private isDraining = false;

  /** @param hasPendingMigrations asks the database; rejects when it cannot be reached. */
  constructor(private readonly hasPendingMigrations: () => Promise<boolean>) {}

  drain(): void {
    this.isDraining = true;
  }

  /** Null when ready, else what is missing. */
  async check(): Promise<string | null> {
    if (this.isDraining) return 'draining';
    try {
      const isPending = await within(MAX_WAIT_MS, this.hasPendingMigrations(), () => new Error('silent'));
      return isPending ? 'migrations are pending' : null;
    } catch {
      return 'the database cannot be reached';
    }
  }
}

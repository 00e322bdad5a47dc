/** Whether the process can serve: its database answers, with a schema that is up to date, and it is not ending. */
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
      return (await this.hasPendingMigrations()) ? 'migrations are pending' : null;
    } catch {
      return 'the database cannot be reached';
    }
  }
}

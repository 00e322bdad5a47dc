/** Work that is done at once and then again and again, never twice at a time. */
export class Recurring {
  private readonly ending = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void>;

  /** @param work tells its own failures, and ends early when its signal says so. */
  constructor(
    private readonly pauseMs: number,
    private readonly work: (signal: AbortSignal) => Promise<void>,
  ) {
    this.running = this.run();
  }

  /** Lets what is under way come to its end, and starts nothing more. */
  async end(): Promise<void> {
    this.ending.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private async run(): Promise<void> {
    await this.work(this.ending.signal);
    if (this.ending.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.running = this.run();
    }, this.pauseMs).unref();
  }
}

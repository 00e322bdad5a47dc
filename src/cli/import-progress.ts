const EVERY_MS_ON_TERMINAL = 200;
const EVERY_MS_ELSEWHERE = 10_000;
const BAR_WIDTH = 24;
const LINE_FEED = 0x0a;

/** Tells how far an import is: in one line that is rewritten on a terminal, now and then in a line of its own elsewhere. */
export class ImportProgress {
  private readonly begun = performance.now();
  private toldAt = this.begun;
  private sent = 0;
  private bytes = 0;

  constructor(
    private readonly out: Pick<NodeJS.WriteStream, 'isTTY'> & { write(text: string): boolean },
    /** Of the whole, in bytes as they are read; null where it is not known. */
    private readonly size: number | null,
  ) {}

  get lines(): number {
    return this.sent;
  }

  private get seconds(): number {
    return Math.round(performance.now() - this.begun) / 1000;
  }

  addBytes(count: number): void {
    this.bytes += count;
  }

  /** The pieces as they come, their lines counted. */
  async *counting(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      this.addLines(piece);
      yield piece;
    }
  }

  addLines(piece: Uint8Array): void {
    for (let at = piece.indexOf(LINE_FEED); at !== -1; at = piece.indexOf(LINE_FEED, at + 1)) this.sent++;
    this.tellNowAndThen();
  }

  /** Leaves the last state on the terminal. */
  end(): void {
    if (this.out.isTTY) this.out.write(`\r${this.text()}\u001b[K\n`);
  }

  private tellNowAndThen(): void {
    const now = performance.now();
    if (now - this.toldAt < (this.out.isTTY ? EVERY_MS_ON_TERMINAL : EVERY_MS_ELSEWHERE)) return;
    this.toldAt = now;
    this.out.write(this.out.isTTY ? `\r${this.text()}\u001b[K` : `${this.text()}\n`);
  }

  private text(): string {
    return progressText({
      lines: this.sent,
      seconds: this.seconds,
      share: this.size === null || this.size === 0 ? null : Math.min(1, this.bytes / this.size),
    });
  }
}

/** @param progress `share` of the whole that is sent, in [0, 1]; null where the whole is not known. */
export function progressText({
  lines,
  seconds,
  share,
}: {
  readonly lines: number;
  readonly seconds: number;
  readonly share: number | null;
}): string {
  const rate = seconds > 0 ? Math.round(lines / seconds) : 0;
  const told = `${lines} lines sent, ${rate} a second`;
  if (share === null) return told;
  const full = Math.floor(share * BAR_WIDTH);
  const bar = '#'.repeat(full) + '-'.repeat(BAR_WIDTH - full);
  const left = share > 0 ? `, ${timeText((seconds * (1 - share)) / share)} left` : '';
  return `[${bar}] ${Math.floor(share * 100)} % ${told}${left}`;
}

function timeText(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

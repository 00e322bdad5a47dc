import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const DIST = path.join(__dirname, '../../dist/src');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of the test's own, in which processes run: what they make in `./data` is theirs. */
export class Sandbox {
  private readonly children: ChildProcess[] = [];
  readonly folder = mkdtempSync(path.join(tmpdir(), 'federation-gateway-process-'));

  constructor(private readonly environment: Readonly<Record<string, string>>) {}

  /** Runs a command of the built command line to its end. */
  async cli(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Finished> {
    const child = this.spawn('cli/main.js', args, environment);
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout: stdout(), stderr: stderr() };
  }

  /** Starts a command of the built command line. */
  startCli(args: readonly string[]): RunningProcess {
    return new RunningProcess(this.spawn('cli/main.js', args, {}));
  }

  /** Starts the built gateway on a free port and waits for its first line that matches. */
  start(environment: Readonly<Record<string, string>> = {}): RunningProcess {
    return new RunningProcess(this.spawn('main.js', [], { PORT: '0', LOG_LEVEL: 'warn', ...environment }));
  }

  /** Also ends what a failed test has left running. */
  remove(): void {
    for (const child of this.children) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private spawn(
    script: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): ChildProcess {
    const child = spawn(process.execPath, [path.join(DIST, script), ...args], {
      cwd: this.folder,
      // Nothing of the tests' own environment, so that defaults are what is tested.
      env: { PATH: process.env['PATH'] ?? '', ...this.environment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.children.push(child);
    return child;
  }
}

export class RunningProcess {
  private readonly stdout: () => string;
  private readonly stderr: () => string;
  private readonly closed: Promise<number | null>;

  constructor(readonly child: ChildProcess) {
    this.stdout = collect(child.stdout);
    this.stderr = collect(child.stderr);
    this.closed = once(child, 'close').then(([code]: unknown[]) => code as number | null);
  }

  /** The output so far, once it matches; fails when the process ends before. */
  outputWith(pattern: RegExp): Promise<RegExpExecArray> {
    return this.textWith(pattern, this.stdout);
  }

  /** So with what it says on standard error. */
  errorsWith(pattern: RegExp): Promise<RegExpExecArray> {
    return this.textWith(pattern, this.stderr);
  }

  private async textWith(pattern: RegExp, text: () => string): Promise<RegExpExecArray> {
    let code: number | null | undefined;
    void this.closed.then((ended) => (code = ended));
    for (;;) {
      const match = pattern.exec(text());
      if (match !== null) return match;
      if (code !== undefined) throw new Error(`ended with ${String(code)}: ${this.stdout()}${this.stderr()}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async url(): Promise<string> {
    return (await this.outputWith(/serves at (http:\/\/[\d.]+:\d+)/))[1]!;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Finished> {
    this.child.kill(signal);
    return this.finished();
  }

  async finished(): Promise<Finished> {
    const code = await this.closed;
    return { code, stdout: this.stdout(), stderr: this.stderr() };
  }
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return () => text;
}

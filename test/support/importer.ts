import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestFederation } from './app.js';
import type { Finished } from './process.js';

const CLI = path.join(__dirname, '../../dist/src/cli/main.js');

/** Runs the built `gateway import` in a folder of its own. */
export class Importer {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'federation-gateway-import-'));

  constructor(private readonly url: string) {}

  /** Makes a file and returns its path. */
  file(name: string, content: string | Uint8Array): string {
    const file = path.join(this.folder, name);
    writeFileSync(file, content);
    return file;
  }

  /** Makes a FIFO, what can be read once, and returns its path. */
  fifo(name: string): string {
    const file = path.join(this.folder, name);
    execFileSync('mkfifo', [file]);
    return file;
  }

  start(federation: TestFederation, file: string, ...more: string[]) {
    const args = ['import', file, '--federation', federation.id, '--key', federation.owner.key];
    const child = spawn(process.execPath, [CLI, ...args, '--url', this.url, ...more], { cwd: this.folder });
    const text = { stdout: '', stderr: '' };
    child.stdout.on('data', (piece) => (text.stdout += String(piece)));
    child.stderr.on('data', (piece) => (text.stderr += String(piece)));
    const finished = once(child, 'close').then(([code]): Finished => ({ code: Number(code), ...text }));
    return { child, text, finished };
  }

  run(federation: TestFederation, file: string, ...more: string[]): Promise<Finished> {
    return this.start(federation, file, ...more).finished;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { loadConfig } from '../../src/config.js';
import { refusalOf } from '../support/config.js';

const run = promisify(execFile);

describe('the pepper', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'federation-gateway-config-'));
    file = path.join(folder, 'data', 'api-key-pepper');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** As a process of its own has it, which makes one in its folder; or the message with which it refuses. */
  async function pepperOfProcess(preload = ''): Promise<string> {
    const built = path.join(__dirname, '../../dist/src/config.js');
    const script = `${preload};
      try { process.stdout.write(require(${JSON.stringify(built)}).loadConfig({}).apiKeyPepper); }
      catch (error) { process.stdout.write(error.name + ': ' + error.message); }`;
    const { stdout } = await run(process.execPath, ['-e', script], { cwd: folder });
    return stdout;
  }

  it.each([{}, { API_KEY_PEPPER: '' }])('is required in production: %j', (environment) => {
    expect(refusalOf({ ...environment, NODE_ENV: 'production' })).toMatch(
      /^API_KEY_PEPPER: .*required in production.*openssl/,
    );
  });

  it('is made once in development, for this user alone', async () => {
    const pepper = await pepperOfProcess();
    expect(pepper).toMatch(/^[0-9a-f]{64}$/);
    expect(await pepperOfProcess()).toBe(pepper);
    expect(readFileSync(file, 'utf8')).toBe(pepper);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is one for all processes that start at once, and leaves no other file', async () => {
    const peppers = await Promise.all(Array.from({ length: 4 }, () => pepperOfProcess()));
    expect(new Set(peppers)).toEqual(new Set([readFileSync(file, 'utf8')]));
    expect(readdirSync(path.dirname(file))).toEqual(['api-key-pepper']);
  });

  it('is that of another process, which made it after this one had looked', async () => {
    const other = 'the pepper that another process made';
    const late = `const fs = require('fs'); const { linkSync } = fs;
      fs.linkSync = (from, to) => { fs.writeFileSync(to, ${JSON.stringify(other)}); linkSync(from, to); };`;
    expect(await pepperOfProcess(late)).toBe(other);
  });

  it('is not there in part when the process ends while it is written', async () => {
    const crash = `const fs = require('fs'); const { writeFileSync } = fs;
      fs.writeFileSync = (name, text, options) => { writeFileSync(name, '', options); process.exit(0); };`;
    expect(await pepperOfProcess(crash)).toBe('');
    expect(existsSync(file)).toBe(false);
    expect(await pepperOfProcess()).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each(['', 'fifteen letters'])(
    'is refused where its file holds only %j, naming the file',
    async (text) => {
      mkdirSync(path.dirname(file));
      writeFileSync(file, text);
      const refusal = await pepperOfProcess();
      expect(refusal).toMatch(
        /^ConfigError: API_KEY_PEPPER: .*fewer than 16 characters: restore the file, or delete/,
      );
      expect(refusal).toContain(path.join('data', 'api-key-pepper'));
      expect(refusal).not.toMatch(/fifteen/);
    },
  );

  it.each([16, 512])('of the environment may have %d characters', (length) => {
    expect(loadConfig({ API_KEY_PEPPER: 'p'.repeat(length) }).apiKeyPepper).toBe('p'.repeat(length));
  });
});

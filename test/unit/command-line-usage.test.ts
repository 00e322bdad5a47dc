import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Sandbox } from '../support/process.js';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = new Sandbox({});
  expect((await sandbox.cli(['org', 'create', 'acme', '--name', 'Acme'])).code).toBe(0);
});
afterAll(() => {
  sandbox.remove();
});

describe('exit codes', () => {
  const cases: {
    name: string;
    args: string[];
    code: number;
    stderr: RegExp;
    environment?: Record<string, string>;
  }[] = [
    {
      name: 'refuses a key for an unknown organization with 1',
      args: ['key', 'create', '--org', 'nobody', '--name', 'x'],
      code: 1,
      stderr: /^organization not found\n$/,
    },
    {
      name: 'refuses an unknown scope with 1',
      args: ['key', 'create', '--org', 'acme', '--name', 'x', '--scope', 'all'],
      code: 1,
      stderr: /scopes must be some of federations:read/,
    },
    {
      name: 'refuses a reserved organization id with 1',
      args: ['org', 'create', 'fed_x', '--name', 'x'],
      code: 1,
      stderr: /^id must not be/,
    },
    {
      name: 'refuses another name for a known organization with 1',
      args: ['org', 'create', 'acme', '--name', 'Other'],
      code: 1,
      stderr: /another name/,
    },
    {
      name: 'answers a missing option with 2',
      args: ['key', 'create', '--name', 'x'],
      code: 2,
      stderr: /--org/,
    },
    { name: 'answers an unknown command with 2', args: ['nonsense'], code: 2, stderr: /unknown command/ },
    {
      name: 'answers a number that is none with 2',
      args: ['key', 'create', '--org', 'acme', '--name', 'x', '--expires-in-days', 'soon'],
      code: 2,
      stderr: /whole number/,
    },
    {
      name: 'answers a wrong configuration with 1, naming the variable',
      args: ['org', 'list'],
      environment: { RATE_LIMIT_RPM: 'many' },
      code: 1,
      stderr: /^RATE_LIMIT_RPM: "many" is not allowed; an integer from 0/,
    },
    {
      name: 'refuses demo data in production with 1',
      args: ['demo'],
      environment: { NODE_ENV: 'production', API_KEY_PEPPER: 'p'.repeat(32) },
      code: 1,
      stderr: /never made in production/,
    },
  ];
  it.each(cases)('$name', async ({ args, code, stderr, environment = {} }) => {
    const finished = await sandbox.cli(args, environment);
    expect({ code: finished.code, stdout: finished.stdout }).toEqual({ code, stdout: '' });
    expect(finished.stderr).toMatch(stderr);
  });

  it.each([[['--help']], [['key', 'create', '--help']]])(
    'shows help and examples with 0: %j',
    async (args) => {
      const { code, stdout } = await sandbox.cli(args);
      expect(code).toBe(0);
      expect(stdout).toMatch(/Usage: gateway/);
      expect(stdout).toMatch(/Examples?:/);
    },
  );
});

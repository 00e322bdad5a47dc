import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { entities } from '../../src/app.js';
import { connect, migrateDown, migrateUp, openDatabase } from '../../src/db/data-source.js';
import { migrations } from '../../migrations/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Sandbox } from '../support/process.js';

let database: TestDatabase;
let sandbox: Sandbox;

beforeEach(async () => {
  database = await createTestDatabase();
  sandbox = new Sandbox({ DATABASE_URL: database.url });
});
afterEach(async () => {
  sandbox.remove();
  await database.drop();
});

describe('two that migrate one database at once', () => {
  const names = migrations.map(({ name }) => name);

  it('both succeed, and each migration is applied by one of them', async () => {
    const both = await Promise.all([1, 2].map(() => migrateUp(database.config, entities)));
    expect(both.flat()).toEqual(names);
  });

  it('succeed as processes too', async () => {
    const both = await Promise.all([1, 2, 3].map(() => sandbox.cli(['migrate', '--json'])));
    expect(both.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      both.map(() => ({ code: 0, stderr: '' })),
    );
    expect(both.flatMap(({ stdout }) => JSON.parse(stdout).applied)).toEqual(names);
  });

  it('both open a database that they migrate', async () => {
    const both = await Promise.all(
      [1, 2].map(() => openDatabase(database.config, entities, { migrate: true })),
    );
    for (const db of both) {
      expect(await db.query('SELECT o.id FROM organizations o')).toEqual([]);
      await db.close();
    }
  });

  it('both undo, and each migration is undone by one of them', async () => {
    await migrateUp(database.config, entities);
    const both = await Promise.all([1, 2].map(() => migrateDown(database.config, entities)));
    expect(new Set(both.flat())).toEqual(new Set(names.slice(-2)));
  });
});

describe('a migration that fails', () => {
  beforeEach(async () => {
    const other = await connect(database.config, []);
    await other.query('CREATE TABLE organizations (id INT)');
    await other.destroy();
  });

  it('is told on standard error alone, and ends the process', async () => {
    const { code, stdout, stderr } = await sandbox.cli(['migrate', '--json']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/organizations.*already exists/);
  });

  it('also where a command migrates before it works', async () => {
    const { code, stdout, stderr } = await sandbox.cli(['org', 'list', '--json']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/organizations.*already exists/);
  });

  it('does not keep others from migrating', async () => {
    await expect(migrateUp(database.config, entities)).rejects.toThrow(/already exists/);
    const other = await connect(database.config, []);
    await other.query('DROP TABLE organizations');
    await other.destroy();
    expect(await migrateUp(database.config, entities)).toEqual(migrations.map(({ name }) => name));
  });
});

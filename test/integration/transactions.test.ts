import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { entities } from '../../src/app.js';
import type { Database } from '../../src/db/database.js';
import { openDatabase } from '../../src/db/data-source.js';
import { isUniqueViolation } from '../../src/db/dialect.js';
import { NestedDb } from '../../src/db/transaction.js';
import { createTestDatabase, isMysql, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = await openDatabase(database.config, entities, { migrate: true });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const insert = `INSERT INTO organizations (id, name, created_at) VALUES (?, ?, ?)`;

async function countOf(id: string, on: Database = db): Promise<number> {
  const [row] = await on.query<{ count: number }>(
    'SELECT COUNT(*) AS count FROM organizations WHERE id = ?',
    [id],
  );
  return row?.count ?? 0;
}

it('keeps nothing of a transaction that throws', async () => {
  const work = db.transaction(async (tx) => {
    await tx.query(insert, ['undone', null, 1]);
    throw new Error('no');
  });
  await expect(work).rejects.toThrow('no');
  expect(await countOf('undone')).toBe(0);
});

it('shows a reader nothing that is not committed', async () => {
  await db.transaction(async (tx) => {
    await tx.query(insert, ['unseen', null, 1]);
    expect(await countOf('unseen')).toBe(0);
  });
  expect(await countOf('unseen')).toBe(1);
});

it('loses no update of 60 that read and write one row at once', async () => {
  await db.transaction((tx) => tx.query(insert, ['counter', null, 0]));
  const add = () =>
    db.transaction(async (tx) => {
      const [row] = await tx.query<{ n: number }>(
        `SELECT created_at AS n FROM organizations WHERE id = 'counter' ${tx.forUpdate}`,
      );
      await new Promise((resolve) => setImmediate(resolve));
      await tx.query(`UPDATE organizations SET created_at = ? WHERE id = 'counter'`, [(row?.n ?? 0) + 1]);
    });
  await Promise.all(Array.from({ length: 60 }, add));
  const [row] = await db.query<{ n: number }>(
    `SELECT created_at AS n FROM organizations WHERE id = 'counter'`,
  );
  expect(row?.n).toBe(60);
});

it('finishes transactions that lock two rows in opposite order', async () => {
  await db.transaction((tx) => tx.query(insert, ['left', null, 0]));
  await db.transaction((tx) => tx.query(insert, ['right', null, 0]));
  const touch = (first: string, second: string) =>
    db.transaction(async (tx) => {
      await tx.query('UPDATE organizations SET created_at = created_at + 1 WHERE id = ?', [first]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      await tx.query('UPDATE organizations SET created_at = created_at + 1 WHERE id = ?', [second]);
    });
  await Promise.all(
    Array.from({ length: 4 }, (_, i) => (i % 2 === 0 ? touch('left', 'right') : touch('right', 'left'))),
  );
  const rows = await db.query<{ n: number }>(
    `SELECT created_at AS n FROM organizations WHERE id IN ('left', 'right')`,
  );
  expect(rows.map(({ n }) => n)).toEqual([4, 4]);
});

it('tells a unique violation from other errors', async () => {
  const twice = db.transaction(async (tx) => {
    await tx.query(insert, ['twice', null, 1]);
    await tx.query(insert, ['twice', null, 1]);
  });
  await expect(twice.catch(isUniqueViolation)).resolves.toBe(true);
  await expect(db.query('SELECT nothing FROM nowhere').catch(isUniqueViolation)).resolves.toBe(false);
});

describe('a transaction inside another', () => {
  it('is undone alone when it throws, also two levels deep', async () => {
    await db.transaction(async (tx) => {
      const nested = new NestedDb(tx);
      await nested.transaction((inner) => inner.query(insert, ['kept-inner', null, 1]));
      const failing = nested.transaction(async (inner) => {
        await inner.query(insert, ['undone-inner', null, 1]);
        await nested.transaction((innermost) => innermost.query(insert, ['undone-innermost', null, 1]));
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await nested.query('SELECT id FROM organizations WHERE id = ?', ['kept-inner'])).toHaveLength(1);
    });
    expect([
      await countOf('kept-inner'),
      await countOf('undone-inner'),
      await countOf('undone-innermost'),
    ]).toEqual([1, 0, 0]);
  });

  it('is undone with the outer one', async () => {
    const outer = db.transaction(async (tx) => {
      await new NestedDb(tx).transaction((inner) => inner.query(insert, ['undone-with-outer', null, 1]));
      throw new Error('no');
    });
    await expect(outer).rejects.toThrow('no');
    expect(await countOf('undone-with-outer')).toBe(0);
  });
});

// Two connections of one process to SQLite would wait for each other on one thread; command-line.test.ts has two processes.
(isMysql() ? it : it.skip)('lets two pools write one database at once', async () => {
  const other = await openDatabase(database.config, entities, { migrate: false });
  const write = (on: Database, id: string) => on.transaction((tx) => tx.query(insert, [id, null, 1]));
  await Promise.all(Array.from({ length: 40 }, (_, i) => write(i % 2 === 0 ? db : other, `shared-${i}`)));
  const [row] = await other.query<{ count: number }>(
    `SELECT COUNT(*) AS count FROM organizations WHERE id LIKE 'shared-%'`,
  );
  expect(row?.count).toBe(40);
  await other.close();
});

(isMysql() ? it.skip : it)('serves an in-memory database, whose reads queue behind its writes', async () => {
  const memory = await openDatabase({ kind: 'sqlite-memory' }, entities, { migrate: true });
  const writing = memory.transaction(async (tx) => {
    await tx.query(insert, ['in-memory', null, 1]);
    await new Promise((resolve) => setTimeout(resolve, 20));
  });
  expect(await countOf('in-memory', memory)).toBe(1);
  await writing;
  await memory.close();
});

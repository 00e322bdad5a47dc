import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { entities } from '../../src/app.js';
import type { Database, Transaction } from '../../src/db/database.js';
import { openDatabase } from '../../src/db/data-source.js';
import { isUniqueViolation } from '../../src/db/dialect.js';
import { NestedDb } from '../../src/db/transaction.js';
import { createTestDatabase, isMysql, type TestDatabase } from '../support/database.js';

const onMysql = isMysql() ? it : it.skip;
const onSqlite = isMysql() ? it.skip : it;

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

describe('a snapshot', () => {
  it('sees one state over all its statements, whatever is committed meanwhile', async () => {
    const counts = await db.snapshot(async (reader) => {
      const count = async () => {
        const [row] = await reader.query<{ n: unknown }>('SELECT COUNT(*) AS n FROM organizations');
        return Number(row?.n);
      };
      const before = await count();
      await db.transaction((tx) => tx.query(insert, ['after-the-snapshot', null, 1]));
      return [before, await count()];
    });
    expect(counts[1]).toBe(counts[0]);
    expect(await countOf('after-the-snapshot')).toBe(1);
  });

  it('is not seen by others that read at the same time, and ten run at once', async () => {
    const all = Array.from({ length: 10 }, (_, i) =>
      db.snapshot(async (reader) => {
        await reader.query('SELECT 1 FROM organizations');
        const id = `beside-${i}`;
        await db.transaction((tx) => tx.query(insert, [id, null, 1]));
        expect(await countOf(id)).toBe(1);
        return reader.query('SELECT id FROM organizations WHERE id = ?', [id]);
      }),
    );
    expect(await Promise.all(all)).toEqual(all.map(() => []));
  });

  it('that fails leaves the next one a fresh state', async () => {
    const failed = db.snapshot((reader) => reader.query('SELECT * FROM no_such_table'));
    // Compared by form: the driver's error may be of another realm.
    await expect(failed).rejects.toMatchObject({ message: expect.stringContaining('no_such_table') });
    await db.transaction((tx) => tx.query(insert, ['fresh', null, 1]));
    const rows = await db.snapshot((reader) =>
      reader.query<{ id: string }>('SELECT id FROM organizations WHERE id = ?', ['fresh']),
    );
    expect(rows).toEqual([{ id: 'fresh' }]);
  });
});

it('loses no update of 100 that read and write one row at once', async () => {
  await db.transaction((tx) => tx.query(insert, ['counter', null, 0]));
  const add = () =>
    db.transaction(async (tx) => {
      const [row] = await tx.query<{ n: number }>(
        `SELECT created_at AS n FROM organizations WHERE id = 'counter' ${tx.forUpdate}`,
      );
      await new Promise((resolve) => setImmediate(resolve));
      await tx.query(`UPDATE organizations SET created_at = ? WHERE id = 'counter'`, [(row?.n ?? 0) + 1]);
    });
  await Promise.all(Array.from({ length: 100 }, add));
  const [row] = await db.query<{ n: number }>(
    `SELECT created_at AS n FROM organizations WHERE id = 'counter'`,
  );
  expect(row?.n).toBe(100);
});

describe('transactions that lock two rows in opposite order', () => {
  const touch = (tx: Transaction, id: string) =>
    tx.query('UPDATE organizations SET created_at = created_at + 1 WHERE id = ?', [id]);
  const touched = async () =>
    (
      await db.query<{ n: number }>(
        `SELECT created_at AS n FROM organizations WHERE id IN ('left', 'right') ORDER BY id`,
      )
    ).map(({ n }) => n);

  beforeEach(() =>
    db.transaction(async (tx) => {
      await tx.query(`DELETE FROM organizations WHERE id IN ('left', 'right')`);
      for (const id of ['left', 'right']) await tx.query(insert, [id, null, 0]);
    }),
  );

  it('are all finished', async () => {
    const inOrder = (first: string, second: string) =>
      db.transaction(async (tx) => {
        await touch(tx, first);
        await sleep(5);
        await touch(tx, second);
      });
    await Promise.all([
      inOrder('left', 'right'),
      inOrder('right', 'left'),
      inOrder('left', 'right'),
      inOrder('right', 'left'),
    ]);
    expect(await touched()).toEqual([4, 4]);
  });

  onMysql('are run again where the server ends one of them for a deadlock', async () => {
    const seen = { attempts: 0, holding: 0 };
    let release = (): void => undefined;
    const bothHoldOne = new Promise<void>((resolve) => (release = resolve));
    const inOrder = (first: string, second: string) =>
      db.transaction(async (tx) => {
        seen.attempts += 1;
        await touch(tx, first);
        seen.holding += 1;
        if (seen.holding === 2) release();
        await bothHoldOne;
        await touch(tx, second);
      });
    await Promise.all([inOrder('left', 'right'), inOrder('right', 'left')]);
    expect(seen.attempts).toBeGreaterThanOrEqual(3);
    expect(await touched()).toEqual([2, 2]);
  });
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

  it('can be refused by a unique key without harm to the outer one', async () => {
    await db.transaction(async (tx) => {
      const nested = new NestedDb(tx);
      await nested.query(insert, ['outer-row', null, 1]);
      const again = nested.transaction((inner) => inner.query(insert, ['outer-row', null, 2]));
      expect(await again.catch(isUniqueViolation)).toBe(true);
      await nested.transaction((inner) => inner.query(insert, ['after-refusal', null, 1]));
    });
    expect([await countOf('outer-row'), await countOf('after-refusal')]).toEqual([1, 1]);
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

describe('what is to be reported when it is committed', () => {
  let told: string[];
  beforeEach(() => {
    told = [];
  });
  const reporting = (name: string) => (tx: Transaction) => {
    tx.onCommit(() => told.push(name));
    return Promise.resolve();
  };

  it('is reported then, of a savepoint with the whole', async () => {
    await db.transaction(async (tx) => {
      await reporting('outer')(tx);
      const nested = new NestedDb(tx);
      await nested.transaction(async (inner) => {
        await reporting('inner')(inner);
        await nested.transaction(reporting('innermost'));
      });
      expect(told).toEqual([]);
    });
    expect(told).toEqual(['outer', 'inner', 'innermost']);
  });

  it('is never reported of what was undone, alone or with the whole', async () => {
    await db.transaction(async (tx) => {
      const nested = new NestedDb(tx);
      const outer = nested.transaction(async (inner) => {
        await nested.transaction(reporting('released, then undone'));
        await reporting('inner')(inner);
        throw new Error('no');
      });
      await expect(outer).rejects.toThrow('no');
    });
    const undoneWhole = db.transaction(async (tx) => {
      await reporting('whole')(tx);
      await new NestedDb(tx).transaction(reporting('inner of a whole'));
      throw new Error('no');
    });
    await expect(undoneWhole).rejects.toThrow('no');
    expect(told).toEqual([]);
  });
});

it('lets two processes’ worth of connections write one database at once', async () => {
  const other = await openDatabase(database.config, entities, { migrate: false });
  const write = (on: Database, id: string) =>
    on.transaction(async (tx) => {
      await tx.query(insert, [id, null, 1]);
      await sleep(1);
    });
  await Promise.all(Array.from({ length: 40 }, (_, i) => write(i % 2 === 0 ? db : other, `shared-${i}`)));
  const [row] = await other.query<{ count: number }>(
    `SELECT COUNT(*) AS count FROM organizations WHERE id LIKE 'shared-%'`,
  );
  expect(row?.count).toBe(40);
  await other.close();
});

it('sees at once what another connection has committed', async () => {
  const other = await openDatabase(database.config, entities, { migrate: false });
  await other.transaction((tx) => tx.query(insert, ['by-another', null, 1]));
  expect(await countOf('by-another')).toBe(1);
  await other.close();
});

onSqlite('serves an in-memory database, whose reads queue behind its writes', async () => {
  const memory = await openDatabase({ kind: 'sqlite-memory' }, entities, { migrate: true });
  const writing = memory.transaction(async (tx) => {
    await tx.query(insert, ['in-memory', null, 1]);
    await sleep(20);
  });
  expect(await countOf('in-memory', memory)).toBe(1);
  await writing;
  await memory.close();
});

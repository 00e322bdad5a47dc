import { setTimeout as sleep } from 'node:timers/promises';
import type { Reader } from '../../src/db/database.js';
import type { TestApp } from './app.js';

interface Held {
  readonly release: () => void;
  readonly ended: Promise<void>;
}

/** A transaction of the test's own, in which every write on the federation has to wait until it is released. */
export function holdFederation(gateway: TestApp, id: string): Promise<Held> {
  return hold(gateway, 'SELECT f.id FROM federations f WHERE f.id = ?', [id]);
}

/** The same for what is written of one member. */
export function holdMember(gateway: TestApp, id: string, orgId: string): Promise<Held> {
  return hold(gateway, 'SELECT m.id FROM members m WHERE m.federation_id = ? AND m.org_id = ?', [id, orgId]);
}

async function hold(gateway: TestApp, select: string, parameters: readonly string[]): Promise<Held> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let ended = Promise.resolve();
  await new Promise<void>((resolve) => {
    ended = gateway.app.core.db.transaction(async (tx) => {
      await tx.query(`${select} ${tx.forUpdate}`, parameters);
      resolve();
      await released;
    });
  });
  return { release, ended };
}

/** Resolves when so many transactions of this database wait for a lock. MySQL and MariaDB only. */
export async function waiting(db: Reader, count: number): Promise<void> {
  for (;;) {
    const [row] = await db.query<{ n: number }>(
      `SELECT COUNT(*) AS n FROM information_schema.innodb_trx t
        JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id
        WHERE p.db = DATABASE() AND t.trx_state = 'LOCK WAIT'`,
    );
    if (row!.n >= count) return;
    // The server makes this table anew only when nobody has read it for 100 ms.
    await sleep(120);
  }
}

/** Whether the latest deadlock that the server ended was in this database. MySQL and MariaDB only. */
export async function wasDeadlocked(db: Reader): Promise<boolean> {
  const [database] = await db.query<{ name: string }>('SELECT DATABASE() AS name');
  const [status] = await db.query<{ Status: string }>('SHOW ENGINE INNODB STATUS');
  const [, deadlock = ''] = /LATEST DETECTED DEADLOCK([^]*?)\nTRANSACTIONS\n/.exec(status!.Status) ?? [];
  return deadlock.includes(database!.name);
}

import type { TestApp } from './app.js';

/** A transaction of the test's own, in which every write on the federation has to wait until it is released. */
export async function holdFederation(
  gateway: TestApp,
  id: string,
): Promise<{ release: () => void; ended: Promise<void> }> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let ended = Promise.resolve();
  await new Promise<void>((resolve) => {
    ended = gateway.app.core.db.transaction(async (tx) => {
      await tx.query(`SELECT f.id FROM federations f WHERE f.id = ? ${tx.forUpdate}`, [id]);
      resolve();
      await released;
    });
  });
  return { release, ended };
}

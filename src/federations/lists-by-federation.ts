/** A list by parent is one SELECT of a UNION ALL; SQLite takes at most 500 of them. */
export const MAX_PARENTS = 100;

interface ByFederation {
  readonly federationId: string;
}

/** A batch function for lists by federation: one statement for each distinct page that is asked for. */
export function listsByFederation<Key extends ByFederation, Row extends ByFederation>(
  load: (federationIds: readonly string[], key: Key) => Promise<Row[]>,
): (keys: readonly Key[]) => Promise<(readonly Row[])[]> {
  return async (keys) => {
    const groups = await eachGroup(keys, async (ids, key) => byFederation(await load(ids, key)));
    return keys.map((key) => groups.get(groupOf(key))?.get(key.federationId) ?? []);
  };
}

/** Everything of a key but its federation: keys with equal rest share a statement. */
export function groupOf<Key extends ByFederation>({ federationId: _, ...rest }: Key): string {
  return JSON.stringify(rest);
}

/** Loads each group of keys at once. @returns results by group. */
export async function eachGroup<Key extends ByFederation, Result>(
  keys: readonly Key[],
  load: (federationIds: readonly string[], key: Key) => Promise<Result>,
): Promise<Map<string, Result>> {
  const groups = new Map<string, { readonly key: Key; readonly federationIds: string[] }>();
  for (const key of keys) {
    const group = groupOf(key);
    const known = groups.get(group);
    if (known === undefined) groups.set(group, { key, federationIds: [key.federationId] });
    else known.federationIds.push(key.federationId);
  }
  const loading = [...groups].map(
    async ([group, { key, federationIds }]) => [group, await load(federationIds, key)] as const,
  );
  return new Map(await Promise.all(loading));
}

function byFederation<Row extends ByFederation>(rows: readonly Row[]): Map<string, Row[]> {
  const lists = new Map<string, Row[]>();
  for (const row of rows) {
    const list = lists.get(row.federationId);
    if (list === undefined) lists.set(row.federationId, [row]);
    else list.push(row);
  }
  return lists;
}

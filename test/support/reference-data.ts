import type { Client, Json } from './client.js';

/** Values of one numeric variable, group by group. */
export interface Values {
  readonly variable: string;
  readonly groups: readonly (readonly number[])[];
}

/** Counts of two categorical variables. */
export interface Table {
  readonly variables: readonly [rows: string, columns: string];
  readonly table: readonly (readonly number[])[];
}

/** Over so many days the observations lie, across the end of a month, so that summaries are merged from many cells. */
export const DAY = { first: Date.parse('2026-01-20T00:00:00Z'), count: 20, length: 86_400_000 } as const;

const PLATFORMS = ['ios', 'android', undefined] as const;
const METRICS_AT_ONCE = 60;
const BATCH = 10_000;

/** When and on what the nth observation is made: with the sender, it decides the cell that it falls into. */
function circumstances(n: number): Json {
  return {
    recorded_at: new Date(DAY.first + (n % DAY.count) * DAY.length + (n % 7) * 3_600_000).toISOString(),
    device_platform: PLATFORMS[n % PLATFORMS.length],
  };
}

/** Stores all values, as few observations as carry them: the nth has the nth value of each variable of its group. */
export async function storeValues(
  clients: readonly Client[],
  federationId: string,
  values: readonly Values[],
  groupNames: (count: number) => string[],
): Promise<void> {
  const most = Math.max(...values.map(({ groups }) => groups.length));
  const sent = groupNames(most).flatMap((group, g) => {
    const ofGroup = values.filter(({ groups }) => (groups[g]?.length ?? 0) > 0);
    return chunksOf(ofGroup, METRICS_AT_ONCE).flatMap((chunk) => {
      const longest = Math.max(...chunk.map(({ groups }) => groups[g]!.length));
      return Array.from({ length: longest }, (_, n) => ({
        ...circumstances(n),
        device_group: group,
        metrics: Object.fromEntries(
          chunk.flatMap(({ variable, groups }) => {
            const value = groups[g]![n];
            return value === undefined ? [] : [[variable, value]];
          }),
        ),
      }));
    });
  });
  await sendInTurn(clients, federationId, sent);
}

/** Stores each table count by count. */
export async function storeTables(
  clients: readonly Client[],
  federationId: string,
  tables: readonly Table[],
): Promise<void> {
  let n = 0;
  const sent = tables.flatMap(({ variables: [rows, columns], table }) =>
    table.flatMap((row, i) =>
      row.flatMap((count, j) =>
        Array.from({ length: count }, () => ({
          ...circumstances(n++),
          device_group: 'g00',
          attributes: { [rows]: `row ${i}`, [columns]: `column ${j}` },
        })),
      ),
    ),
  );
  await sendInTurn(clients, federationId, sent);
}

/** Each member sends every so many-th observation. */
async function sendInTurn(
  clients: readonly Client[],
  federationId: string,
  sent: readonly Json[],
): Promise<void> {
  for (const [m, client] of clients.entries()) {
    const own = sent.filter((_, n) => n % clients.length === m);
    for (const observations of chunksOf(own, BATCH))
      await client.post(`/federations/${federationId}/observations`, { observations }).expect(200);
  }
}

function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  const chunks: Item[][] = [];
  for (let first = 0; first < items.length; first += size) chunks.push(items.slice(first, first + size));
  return chunks;
}

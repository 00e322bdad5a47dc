import type { DataSource } from 'typeorm';

export type Row = Readonly<Record<string, string | number | null>>;

export const AT = 1_700_000_000_000;

/** One valid row of every table, in an order in which they can be written. */
export const VALID = {
  organizations: { id: 'acme', name: 'Acme', created_at: AT },
  federations: {
    id: 'fed_1',
    org_id: 'acme',
    name: 'One',
    description: null,
    created_by_key: 'key_1',
    created_at: AT,
    updated_at: AT,
  },
  api_keys: {
    id: 'key_1',
    org_id: 'acme',
    name: 'ci',
    prefix: 'edg_test_abc',
    secret_hash: 'f'.repeat(64),
    scopes: 'federations:read',
    is_operator: 0,
    federation_id: 'fed_1',
    created_at: AT,
  },
  members: {
    id: 'mem_1',
    federation_id: 'fed_1',
    org_id: 'acme',
    role: 'owner',
    status: 'active',
    created_at: AT,
    updated_at: AT,
  },
  shared_models: {
    id: 'shm_1',
    federation_id: 'fed_1',
    model_id: 'mdl-7',
    name: 'Model',
    shared_by: 'acme',
    shared_at: AT,
  },
  privacy_ledgers: {
    federation_id: 'fed_1',
    total_epsilon: 10,
    total_delta: 1e-5,
    orders_version: 1,
    rounds_tracked: 0,
    rounds_untracked: 1,
    last_round_number: 1,
    version: 0,
  },
  training_rounds: {
    id: 'rnd_1',
    federation_id: 'fed_1',
    round_number: 1,
    status: 'completed',
    overdrawn: 0,
    is_counted: 0,
    content_hash: 'f'.repeat(64),
    recorded_at: AT,
    completed_at: AT,
  },
  round_contributions: {
    round_id: 'rnd_1',
    org_id: 'acme',
    federation_id: 'fed_1',
    samples: 1,
    contributed_at: AT,
  },
  audit_entries: {
    id: 'aud_1',
    recorded_at: AT,
    request_id: 'req_1',
    key_id: 'key_1',
    action: 'federation.create',
    resource_id: 'fed_1',
    details: '{}',
  },
  idempotency_records: {
    key_id: 'key_1',
    idempotency_key: 'once',
    fingerprint: 'f'.repeat(64),
    status: 201,
    body: '{}',
    created_at: AT,
  },
  variables: { federation_id: 'fed_1', name: 'heart_rate', kind: 'numeric', created_at: AT },
  observations: {
    // A number, and so another one in every other row.
    id: 1,
    federation_id: 'fed_1',
    org_id: 'acme',
    recorded_at: AT,
    device_group: 'ward',
    metrics: '{"heart_rate":70}',
    attributes: '{}',
  },
  summary_series: {
    id: 'series_1',
    federation_id: 'fed_1',
    variable: 'heart_rate',
    other_variable: '',
    org_id: 'acme',
    device_group: 'ward',
    device_platform: '',
  },
  summary_cells: {
    series_id: 'series_1',
    granularity: 0,
    bucket: 0,
    count: 1,
    first_at: AT,
    last_at: AT,
    body: 'moments',
  },
  ingested_chunks: {
    federation_id: 'fed_1',
    org_id: 'acme',
    batch_id: 'ward-1',
    chunk: 0,
    content_hash: 'f'.repeat(64),
    accepted: 1,
    created_at: AT,
  },
  disclosure_policies: { federation_id: 'fed_1', min_group_size: 5, allow_extremes: 0, updated_at: AT },
  observation_horizons: { federation_id: 'fed_1', first_day: 19_675, moved_at: AT },
  summary_rebuilds: {
    federation_id: 'fed_1',
    org_id: 'acme',
    nonce: 'f'.repeat(32),
    last_id: 0,
    last_series: '',
    created_at: AT,
  },
  rebuilt_days: {
    series_id: 'series_1',
    bucket: 19_675,
    count: 1,
    first_at: AT,
    last_at: AT,
    body: 'moments',
  },
  analytics_queries: {
    id: 'qry_1',
    federation_id: 'fed_1',
    query_type: 'descriptive',
    status: 'completed',
    variable: 'heart_rate',
    group_by: 'device_group',
    parameters: '{}',
    result: '{}',
    requested_by: 'acme',
    created_at: AT,
    updated_at: AT,
  },
} as const satisfies Readonly<Record<string, Row>>;

export type Table = keyof typeof VALID;

/** Empties every table and writes the valid rows. */
export async function writeValidRows(dataSource: DataSource): Promise<void> {
  for (const table of Object.keys(VALID).reverse()) await dataSource.query(`DELETE FROM ${table}`);
  for (const [table, row] of Object.entries<Row>(VALID)) await insertRow(dataSource, table, row);
}

export async function insertRow(dataSource: DataSource, table: string, row: Row): Promise<void> {
  const names = Object.keys(row);
  await dataSource.query(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    Object.values(row),
  );
}

/** The valid row of a table with another id, where it has one, and what else is to differ. */
export function anotherRow(table: Table, row: Row): Row {
  const valid: Row = VALID[table];
  return { ...valid, ...('id' in valid ? { id: 'another_1' } : {}), ...row };
}

export async function countRows(
  dataSource: DataSource,
  table: Table,
  where: Readonly<Record<string, string>> = {},
): Promise<number> {
  const condition = Object.keys(where).map((name) => `AND ${name} = ?`);
  const [row] = await dataSource.query<{ n: number }[]>(
    `SELECT COUNT(*) AS n FROM ${table} WHERE 1 = 1 ${condition.join(' ')}`,
    Object.values(where),
  );
  return Number(row?.n);
}

import { randomBytes } from 'node:crypto';
import { openSql } from './sql.mjs';
import { OWNER } from './work.mjs';
import { run } from './process.mjs';

const FEDERATIONS = 100;
const MEMBERS = 200;
const CREATED_AT = Date.UTC(2026, 0, 1);

/** Migrates and fills a database: 100 federations of one owner, the first with 200 members. */
export async function seed(url) {
  const environment = { DATABASE_URL: url };
  await run('dist/src/cli/main.js', ['migrate'], environment);
  await run('dist/src/cli/main.js', ['org', 'create', OWNER, '--name', 'Bench Owner'], environment);
  const made = await run(
    'dist/src/cli/main.js',
    ['key', 'create', '--org', OWNER, '--name', 'bench', '--json'],
    environment,
  );
  const sql = openSql(url);
  const ids = Array.from({ length: FEDERATIONS }, (_, i) => `fed_${String(i).padStart(12, '0')}`);
  const organizations = Array.from({ length: MEMBERS - 1 }, (_, i) => `org_${String(i).padStart(12, '0')}`);
  await insert(
    sql,
    'organizations',
    ['id', 'name', 'created_at'],
    organizations.map((id, i) => [id, `Organization ${i}`, CREATED_AT]),
  );
  await insert(
    sql,
    'federations',
    ['id', 'org_id', 'name', 'created_by_key', 'created_at', 'updated_at'],
    ids.map((id, i) => [id, OWNER, `Federation ${i}`, 'key_bench', CREATED_AT + i, CREATED_AT + i]),
  );
  const member = (federation, organization, role, i) => [
    `mem_${randomBytes(8).toString('hex')}`,
    federation,
    organization,
    role,
    'active',
    CREATED_AT + i,
    CREATED_AT + i,
    CREATED_AT + i,
  ];
  await insert(
    sql,
    'members',
    ['id', 'federation_id', 'org_id', 'role', 'status', 'joined_at', 'created_at', 'updated_at'],
    [
      ...ids.map((id) => member(id, OWNER, 'owner', 0)),
      ...organizations.map((organization, i) => member(ids[0], organization, 'member', i + 1)),
    ],
  );
  await sql.close();
  return { key: JSON.parse(made).api_key, federationId: ids[0] };
}

async function insert(sql, table, columns, rows) {
  const marks = rows.map(() => `(${columns.map(() => '?').join(', ')})`).join(', ');
  await sql.query(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ${marks}`, rows.flat());
}

import { Table, TableCheck, type QueryRunner, type TableColumnOptions, type TableOptions } from 'typeorm';

interface Nullable {
  readonly nullable?: true;
}

/** Columns of the types that the schema uses, the same on SQLite and MySQL. */
export const column = {
  text: (name: string, length: number, options: Nullable = {}): TableColumnOptions => ({
    name,
    type: 'varchar',
    length: String(length),
    isNullable: options.nullable ?? false,
  }),
  integer: (name: string, options: Nullable = {}): TableColumnOptions => ({
    name,
    // SQLite's driver reads back `integer` whatever was written; MySQL makes `int` of it.
    type: 'integer',
    isNullable: options.nullable ?? false,
  }),
  /** A double. */
  real: (name: string, options: Nullable = {}): TableColumnOptions => ({
    name,
    type: 'double',
    isNullable: options.nullable ?? false,
  }),
  bytes: (name: string, options: Nullable = {}): TableColumnOptions => ({
    name,
    type: 'mediumblob',
    isNullable: options.nullable ?? false,
  }),
  /** Milliseconds since the epoch. */
  time: (name: string, options: Nullable = {}): TableColumnOptions => ({
    name,
    type: 'bigint',
    isNullable: options.nullable ?? false,
  }),
} as const;

export function primary(name: string, length: number, table: string) {
  return { ...column.text(name, length), isPrimary: true, primaryKeyConstraintName: `pk_${table}` };
}

/** RESTRICT is spelled out: what is left out is NO ACTION to MySQL and RESTRICT to MariaDB. */
export function foreignKey(
  name: string,
  columnName: string,
  table: string,
  onDelete: 'CASCADE' | 'RESTRICT' = 'RESTRICT',
) {
  return {
    name,
    columnNames: [columnName],
    referencedTableName: table,
    referencedColumnNames: ['id'],
    onDelete,
    onUpdate: 'RESTRICT',
  };
}

/**
 * Creates a table with its keys, checks and indices. What the Table API leaves out on MySQL is added here: checks
 * (TypeORM drops them), and a collation that tells `Fed-A` from `fed-a` and `é` from `e`, as SQLite does by itself.
 */
export async function createTable(
  queryRunner: QueryRunner,
  options: TableOptions & { readonly checks?: { name: string; expression: string }[] },
): Promise<void> {
  const isMysql = queryRunner.dataSource.options.type === 'mysql';
  const columns = (options.columns ?? []).map((definition) =>
    isMysql && /char|text/.test(definition.type)
      ? { ...definition, charset: 'utf8mb4', collation: 'utf8mb4_bin' }
      : definition,
  );
  const checks = (options.checks ?? []).map((check) => new TableCheck(check));
  await queryRunner.createTable(new Table({ ...options, columns, checks: isMysql ? [] : checks }));
  if (!isMysql) return;
  for (const { name, expression } of options.checks ?? []) {
    await queryRunner.query(
      `ALTER TABLE \`${options.name}\` ADD CONSTRAINT \`${name}\` CHECK (${expression})`,
    );
  }
}

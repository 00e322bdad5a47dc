import { probeMysql } from './test/support/probe-mysql.mjs';

/** Tests that talk to a database run on the embedded one and, where a MySQL or MariaDB answers, again on that. */
export default async function config() {
  const mysql = await probeMysql(process.env);
  console.error(mysql.message);
  if (!mysql.answers && process.env.REQUIRE_MYSQL === '1')
    throw new Error('REQUIRE_MYSQL=1, but no MySQL answers');
  const withDatabase = ['integration', 'api', 'property'].map(
    (folder) => `<rootDir>/test/${folder}/**/*.test.ts`,
  );
  return {
    projects: [
      { ...common, displayName: 'unit', testMatch: ['<rootDir>/test/unit/**/*.test.ts'] },
      {
        ...common,
        displayName: 'sqlite',
        testMatch: withDatabase,
        globals: { TEST_DATABASE: { kind: 'sqlite' } },
      },
      ...(mysql.answers
        ? [
            {
              ...common,
              displayName: 'mysql',
              testMatch: withDatabase,
              globals: { TEST_DATABASE: { kind: 'mysql', url: mysql.url } },
            },
          ]
        : []),
    ],
    testTimeout: 30_000,
    // The tests wait for processes and databases more than for the processor.
    maxWorkers: 2,
    // What a file leaves in memory makes the next one slower.
    workerIdleMemoryLimit: '1GB',
  };
}

const common = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/test/support/production-graphql.cjs'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true },
          target: 'es2022',
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};

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
    globalSetup: '<rootDir>/test/support/build.mjs',
    testTimeout: 30_000,
    // More than two cores: some tests wait for seconds, and all for processes and databases.
    maxWorkers: 3,
    // What a file leaves in memory makes the next one slower.
    workerIdleMemoryLimit: '1GB',
  };
}

const ROOT = import.meta.dirname.replaceAll(/[^\w/]/g, '\\$&');
/** Packages that tests use with the gateway, or that take time to load. */
const PACKAGES = ['graphql', 'typeorm', 'reflect-metadata', 'mysql2', 'fast-check'];

const common = {
  rootDir: import.meta.dirname,
  testEnvironment: '<rootDir>/test/support/environment.cjs',
  transform: {
    [`^${ROOT}/(src|migrations)/.*\\.ts$`]: '<rootDir>/test/support/compiled.cjs',
    [`/node_modules/(${PACKAGES.join('|')})/.*\\.c?js$`]: '<rootDir>/test/support/compiled.cjs',
    [`^${ROOT}/test/.*\\.ts$`]: [
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
  transformIgnorePatterns: [],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};

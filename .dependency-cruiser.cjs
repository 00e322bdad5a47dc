'use strict';

/**
 * Who may import whom, as code. A request goes down once and comes back once:
 *
 *   main -> app -> { rest -> graphql -> features -> { auth, numerics } -> db -> core }
 *
 * and beside it http, what both APIs share of the server, above core.
 *
 * A refused import is a question about the design, so each rule says what it protects. Type-only imports count: what a
 * module must know, it depends on.
 */

const FEATURES = ['federations', 'privacy', 'analytics'];
const featurePath = `^src/(${FEATURES.join('|')})/`;
const at = (layer) => `^src/${layer}/`;
const CORE = at('core');
const DB = at('db');
const AUTH = at('auth');
const GRAPHQL = at('graphql');
const REST = at('rest');
const HTTP = at('http');
const CLI = at('cli');
const NUMERICS = at('numerics');
const CONFIG = '^src/config\\.ts$';
const APP = '^src/(app|use-cases|gateway-schema|reading-threads|observation-reading)\\.ts$';
const MAIN = '^src/main\\.ts$';

const packages = (...names) => `(^|/)node_modules/(${names.join('|')})/`;
const role = (...roles) => `^src/.*\\.(${roles.join('|')})\\.ts$`;

/** Of our own modules, `from` may import those under `allowed` and no other. */
const layer = (name, from, allowed, comment) => ({
  name: `layer-${name}`,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^src/', pathNot: allowed },
});

const never = (name, from, to, comment) => ({ name, comment, severity: 'error', from, to });

const layers = [
  layer(
    'main',
    MAIN,
    [APP, CONFIG, '^src/cli/demo', CORE, DB],
    'main starts and stops the process; what it starts is put together in app.ts.',
  ),
  layer(
    'app',
    APP,
    [APP, CONFIG, CORE, DB, HTTP, GRAPHQL, REST, CLI, AUTH, featurePath],
    'app.ts builds objects; a computation in it would be one that no service guards.',
  ),
  layer(
    'config',
    CONFIG,
    [CORE],
    'The configuration is plain data that everybody may be given; it knows nobody.',
  ),
  layer(
    'cli',
    CLI,
    [CLI, APP, CONFIG, CORE, DB, AUTH, featurePath],
    'A command calls services like any other transport; it needs neither GraphQL nor the numerics.',
  ),
  layer(
    'rest',
    REST,
    [REST, GRAPHQL, HTTP, CORE, DB],
    'A REST route is a stored operation and a mapping; with a feature in reach it would grow rules of its own. The database is for its idempotency records.',
  ),
  layer(
    'graphql',
    GRAPHQL,
    [GRAPHQL, HTTP, AUTH, featurePath, CORE, DB],
    'The schema is put together from the features; it knows neither REST nor the process around it.',
  ),
  layer(
    'http',
    HTTP,
    [HTTP, CORE],
    'What GraphQL and REST share of the server: it knows neither them nor what is asked of them.',
  ),
  layer(
    'features',
    featurePath,
    [featurePath, AUTH, NUMERICS, DB, CORE],
    'A feature serves every transport alike, so it knows none of them.',
  ),
  layer('auth', AUTH, [AUTH, DB, CORE], 'Who somebody is does not depend on what they then ask for.'),
  layer('db', DB, [DB, CORE, CONFIG], 'Connections and transactions are the same for every feature.'),
  layer('core', CORE, [CORE], 'The vocabulary that all share stays free of everything that uses it.'),
  never(
    'layer-unknown',
    {
      path: '^src/',
      pathNot: [MAIN, APP, CONFIG, CORE, DB, AUTH, HTTP, GRAPHQL, REST, CLI, NUMERICS, featurePath],
    },
    {},
    'A new folder under src is a new layer: say here what it may import, or it is bound by nothing.',
  ),
];

const features = [
  never(
    'numerics-alone',
    { path: NUMERICS },
    { pathNot: [NUMERICS, packages('fft\\.js')] },
    'The mathematics has no input but its arguments: no module of ours, of Node or of a package. A library that is chosen for a special function is listed here.',
  ),
  never(
    'feature-through-index',
    { path: '^src/([^/]+)' },
    {
      path: `^src/(auth|${FEATURES.join('|')})/`,
      pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$', '^src/analytics/reading\\.ts$'],
    },
    'index.ts says what others may use, and reading.ts what another thread may; everything else of a feature may change without asking them.',
  ),
  never(
    'feature-through-index-ormconfig',
    { path: '^ormconfig\\.ts$' },
    { path: `^src/(auth|${FEATURES.join('|')})/`, pathNot: '/index\\.ts$' },
    'As feature-through-index, for the one file outside src that lists the entities.',
  ),
  never(
    'federations-before-features',
    { path: at('federations') },
    { path: '^src/(privacy|analytics)/' },
    'Privacy and analytics build on federations; the other way round would be a cycle.',
  ),
  never(
    'privacy-without-analytics',
    { path: at('privacy') },
    { path: at('analytics') },
    'The ledger counts what was spent, whatever it was spent on.',
  ),
  never(
    'analytics-without-privacy',
    { path: at('analytics') },
    { path: at('privacy') },
    'The two features meet in a federation, not in each other.',
  ),
];

const roles = [
  never(
    'resolver-asks-services',
    { path: role('resolver') },
    { path: [role('repository', 'entity'), packages('typeorm')] },
    'A resolver that queries has gone around permission and transaction, which live in the service.',
  ),
  never(
    'services-know-no-graphql',
    { path: role('service', 'repository', 'policy') },
    { path: ['^src/(core/)?graphql/', packages('graphql[^/]*', 'type-graphql', '@apollo')] },
    'GraphQL, REST and the command line share the services; one transport in them would be in all.',
  ),
  never(
    'policy-is-pure',
    { path: role('policy') },
    { path: [role('service', 'repository', 'loaders', 'resolver'), DB, packages('typeorm', 'dataloader')] },
    'A policy decides from what it is given, so that a table can test it.',
  ),
  never(
    'roles-go-down',
    { path: role('repository', 'entity') },
    { path: role('service', 'loaders', 'resolver') },
    'Queries stand below the use cases that need them; the other way round they cannot be read alone.',
  ),
  never(
    'service-below-resolver',
    { path: role('service') },
    { path: role('loaders', 'resolver') },
    'Loaders and resolvers belong to one request; a service also works without one.',
  ),
  never(
    'entity-without-graphql',
    { path: role('entity') },
    { path: packages('graphql[^/]*', 'type-graphql') },
    'Row and API type are two classes: one careless @Field on a row would publish a column.',
  ),
  never(
    'types-without-typeorm',
    { path: role('types') },
    { path: packages('typeorm') },
    'The other half of entity-without-graphql: no column on an API type.',
  ),
];

const outside = [
  never(
    'transport-packages',
    { path: ['^src/(core|db|auth|numerics)/', featurePath] },
    { path: packages('fastify', '@fastify', '@apollo', 'commander') },
    'HTTP and the command line end in http, graphql, rest, cli and app.',
  ),
  never(
    'drivers-in-db',
    { path: '^src/', pathNot: DB },
    { path: packages('mysql2', 'better-sqlite3') },
    'src/db is the only place that knows one database from the other.',
  ),
  never(
    'migrations-alone',
    { path: '^migrations/' },
    { pathNot: ['^migrations/', packages('typeorm')] },
    'A merged migration never changes; code that it imported would change under it.',
  ),
  never(
    'migrations-through-db',
    { path: '^src/', pathNot: DB },
    { path: '^migrations/' },
    'Only the connection runs migrations.',
  ),
  never(
    'product-without-tests',
    { path: '^(src|migrations)/' },
    { path: '^(test|bench|\\.ci|[^/]+\\.config\\.|ormconfig)' },
    'What is served must work without what checks it.',
  ),
  never(
    'no-dev-packages',
    { path: '^(src|migrations)/' },
    { dependencyTypes: ['npm-dev'] },
    '`npm ci --omit=dev` must leave a gateway that starts.',
  ),
  never(
    'no-unlisted-packages',
    {},
    { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    'A package that only came along with another one may be gone with its next version.',
  ),
];

const graph = [
  never('no-cycles', {}, { circular: true }, 'In a cycle no part can be understood, tested or loaded first.'),
  never(
    'no-orphans',
    { orphan: true, pathNot: '\\.d\\.ts$' },
    {},
    'Nobody imports it and it imports nobody: dead, or a new entry point to be named here.',
  ),
  never(
    'no-unresolvable',
    {},
    { couldNotResolve: true },
    'An import that leads nowhere is also one that no rule above could judge.',
  ),
];

module.exports = {
  forbidden: [...layers, ...features, ...roles, ...outside, ...graph],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};

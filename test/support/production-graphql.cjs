/**
 * Outside of production graphql-js looks at each value's class by name as well, which takes a tenth of the time of the
 * tests. What it looks for, two copies of graphql, would be found by its own error in `npm start` (development).
 */
// eslint-disable-next-line no-restricted-properties -- graphql-js reads it while it is loaded
const { env } = process;
const before = env.NODE_ENV;
env.NODE_ENV = 'production';
require('graphql/jsutils/instanceOf.js');
env.NODE_ENV = before;

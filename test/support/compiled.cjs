const path = require('node:path');

const ROOT = path.join(__dirname, '../..');

/**
 * For a file of the gateway jest loads the compiled one, and lets Node do it: once in a worker and not for each test file,
 * with the speed that code has outside of jest's contexts. Compiled and loaded so, it is also what `npm start` runs.
 */
module.exports = {
  process(_source, file) {
    const compiled = file.endsWith('.ts')
      ? path.join(ROOT, 'dist', path.relative(ROOT, file)).replace(/\.ts$/, '.js')
      : file;
    return { code: `module.exports = loadWithNode(${JSON.stringify(compiled)});` };
  },
};

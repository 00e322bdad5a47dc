const { TestEnvironment } = require('jest-environment-node');

/** The usual environment, and in it what compiled.cjs needs. */
module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    // Not with this file: jest transforms what is loaded with it.
    require('./production-graphql.cjs');
    this.global.loadWithNode = (file) => require(file);
    // What one side throws, the other knows by its class.
    Object.assign(this.global, { Error, RangeError, TypeError });
  }
};

import { ConfigError, loadConfig } from '../../src/config.js';

type Environment = Readonly<Record<string, string>>;

/** The message with which the process refuses to start. */
export function refusalOf(environment: Environment): string {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

#!/usr/bin/env node
import { CommanderError } from 'commander';
import { ConfigError } from '../config.js';
import { DomainError } from '../core/errors.js';
import { createProgram } from './program.js';
import { UsageError } from './usage-error.js';

/** Exit codes: 0 done, 1 refused or failed (the reason on standard error), 2 wrong usage. */
async function main(): Promise<number> {
  try {
    await createProgram().parseAsync(process.argv);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UsageError) {
      console.error(error.message);
      return 2;
    }
    console.error(error instanceof DomainError || error instanceof ConfigError ? error.message : error);
    return 1;
  }
}

void main().then((code) => {
  // A command that did its work may have said that what it found is wrong.
  if (code !== 0) process.exitCode = code;
});

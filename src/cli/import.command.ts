import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { npmScriptOf } from '../config.js';
import type { CsvOptions } from './csv-lines.js';
import { attemptOnce, type Answered, type Sending } from './import-attempt.js';
import {
  refusalOf,
  reportGivenUp,
  reportRefused,
  reportStored,
  resumeCommand,
  type EndedImport,
  type ImportAnswer,
} from './import-report.js';
import { Retries } from './import-retry.js';
import { isReadOnce, showLine } from './import-source.js';
import { UsageError } from './usage-error.js';

export interface ImportOptions extends CsvOptions {
  readonly federation: string;
  readonly key: string;
  /** Of a running gateway. */
  readonly url: string;
  readonly batchId?: string;
  /** By the file's name where it is not given. */
  readonly format?: 'csv' | 'ndjson';
  /** Attempts in a row that do not get farther. */
  readonly retries: number;
}

/**
 * Sends a file of observations to a running gateway, one a line or one a row, and goes on by itself where the gateway or
 * the way to it fails for a while. It needs neither the database nor the configuration.
 * @param words of the command as it was typed, without the program.
 * @returns what the gateway answered; `ok` is false where it refused, or no answer came.
 * @throws UsageError for options that do not fit each other or the file; DomainError for a file that cannot be read.
 */
export async function importObservations(
  file: string,
  options: ImportOptions,
  words: readonly string[],
): Promise<ImportAnswer> {
  const begun = performance.now();
  const job = await jobOf(file, options);
  console.error(
    `batch ${job.batchId}; after an interruption, the same command with --batch-id ${job.batchId} goes on where it was`,
  );
  const outcome = await attemptUntilAnswered(job);
  const ended: EndedImport = {
    batchId: job.batchId,
    seconds: Math.round(performance.now() - begun) / 1000,
    resume: resumeCommand(words, job.batchId, npmScriptOf()),
  };
  if (outcome.kind === 'given up') return reportGivenUp(outcome.reason, ended);
  const { answer, row, attempts } = outcome;
  if (answer.status === 200 && answer.body !== null) {
    const { accepted, duplicate } = answer.body;
    // Of several attempts, an earlier one may have stored the last line and lost the answer.
    return reportStored({ accepted, duplicate: duplicate === true && attempts === 1 }, ended);
  }
  const refusal = refusalOf(answer, row);
  const text = refusal.line === null || job.isReadOnce ? null : await showLine(file, refusal.line);
  return reportRefused(refusal, answer, text, ended);
}

interface Job extends Sending {
  readonly batchId: string;
  /** Whether another attempt cannot begin where this one did. */
  readonly isReadOnce: boolean;
  readonly retries: number;
}

async function jobOf(file: string, options: ImportOptions): Promise<Job> {
  const { url, federation, key, retries } = options;
  const batchId = options.batchId ?? `import-${randomBytes(12).toString('hex')}`;
  const path = `/api/v1/federations/${encodeURIComponent(federation)}/observations`;
  const address = URL.canParse(url) ? new URL(url.replace(/\/+$/, '') + path) : null;
  if (address === null || !['http:', 'https:'].includes(address.protocol))
    throw new UsageError(`--url must be the address of a gateway, such as http://127.0.0.1:4000, not ${url}`);
  address.searchParams.set('batch_id', batchId);
  const csv = csvOf(file, options);
  return { file, address, key, batchId, csv, isReadOnce: await isReadOnce(file), retries };
}

/** Null for NDJSON. */
function csvOf(file: string, options: ImportOptions): CsvOptions | null {
  const format = options.format ?? (/\.csv(?:\.gz)?$/i.test(file) ? 'csv' : 'ndjson');
  if (format === 'csv') return options;
  const { timeColumn, groupColumn, deviceColumn, platformColumn, metric, attribute, delimiter } = options;
  const given = { timeColumn, groupColumn, deviceColumn, platformColumn, metric, attribute, delimiter };
  if (Object.values(given).some((value) => value !== undefined))
    throw new UsageError(
      'columns and --delimiter are of CSV: give --format csv where the name of the file does not say so',
    );
  return null;
}

type Outcome =
  (Answered & { readonly attempts: number }) | { readonly kind: 'given up'; readonly reason: string };

async function attemptUntilAnswered(job: Job): Promise<Outcome> {
  const retries = new Retries(job.retries);
  for (let attempts = 1; ; attempts++) {
    const attempt = await attemptOnce(job);
    if (attempt.kind === 'answered') return { ...attempt, attempts };
    const { reason, lines, retryAfterSeconds } = attempt;
    // Where nothing has ever begun, it is rather the address that is wrong.
    if (!attempt.mayPass || (attempts === 1 && !attempt.wasReached)) return { kind: 'given up', reason };
    if (job.isReadOnce) {
      const what = job.file === '-' ? 'standard input' : job.file;
      return { kind: 'given up', reason: `${reason}; ${what} cannot be read again: give it anew` };
    }
    const pause = retries.next(lines, retryAfterSeconds);
    if (pause === null) return { kind: 'given up', reason };
    console.error(
      `${reason}; trying again in ${pause.seconds} s, what is stored is skipped (${pause.retry} of ${retries.max})`,
    );
    await sleep(pause.seconds * 1000);
  }
}

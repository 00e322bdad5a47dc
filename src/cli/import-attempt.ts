import { CsvLines, type CsvOptions, type RefusedRow } from './csv-lines.js';
import { ImportProgress } from './import-progress.js';
import { ConnectionLost, sendLines, type GatewayAnswer } from './import-request.js';
import { isPassing } from './import-retry.js';
import { openSource, SourceFailure } from './import-source.js';

export interface Sending {
  readonly file: string;
  readonly address: URL;
  readonly key: string;
  /** Null for NDJSON. */
  readonly csv: CsvOptions | null;
}

export interface Answered {
  readonly kind: 'answered';
  readonly answer: GatewayAnswer;
  /** The row of CSV that could not be read, if one was met. */
  readonly row: RefusedRow | null;
}

interface Failure {
  readonly reason: string;
  /** Whether another attempt may end otherwise. */
  readonly mayPass: boolean;
  /** Whether anybody was there. */
  readonly wasReached: boolean;
  /** What the gateway asks for; null where it asks for nothing. */
  readonly retryAfterSeconds: number | null;
}

export type Attempt =
  | Answered
  | (Failure & {
      readonly kind: 'failed';
      /** That were sent. */
      readonly lines: number;
    });

/**
 * Sends a file from its beginning, once.
 * @throws UsageError for columns that do not fit the header; DomainError for a file that is not there or has no header.
 */
export async function attemptOnce({ file, address, key, csv }: Sending): Promise<Attempt> {
  const source = await openSource(file);
  const progress = new ImportProgress(process.stderr, source.size);
  const bytes = source.read((piece) => {
    progress.addBytes(piece.length);
  });
  const rows = csv === null ? null : new CsvLines(csv);
  try {
    const answer = await sendLines(progress.counting(rows === null ? bytes : rows.of(bytes)), address, key);
    if (!isPassing(answer.status)) return { kind: 'answered', answer, row: rows?.refused ?? null };
    return { kind: 'failed', ...failureOfAnswer(answer), lines: progress.lines };
  } catch (error) {
    const failure = failureOfError(error);
    if (failure === null) throw error;
    return { kind: 'failed', ...failure, lines: progress.lines };
  } finally {
    source.close();
    progress.end();
  }
}

function failureOfAnswer({ status, body, retryAfterSeconds }: GatewayAnswer): Failure {
  const message = body === null ? '' : `: ${String(body['message'])}`;
  return { reason: `the answer was ${status}${message}`, mayPass: true, wasReached: true, retryAfterSeconds };
}

/** Null for what is none of the way's. */
function failureOfError(error: unknown): Failure | null {
  if (error instanceof ConnectionLost) {
    const { message, wasReached } = error;
    const reason = wasReached
      ? `the connection was lost (${message})`
      : `there is no connection (${message})`;
    return { reason, mayPass: true, wasReached, retryAfterSeconds: null };
  }
  if (!(error instanceof SourceFailure)) return null;
  const reason = `the file cannot be read to its end (${error.message})`;
  return { reason, mayPass: false, wasReached: true, retryAfterSeconds: null };
}

import type { RefusedRow } from './csv-lines.js';
import type { GatewayAnswer } from './import-request.js';
import type { CommandAnswer } from './output.js';

export type ImportAnswer = CommandAnswer & { readonly ok: boolean };

/** An import as it ended. */
export interface EndedImport {
  readonly batchId: string;
  /** In seconds, pauses included. */
  readonly seconds: number;
  /** The command that goes on with the batch. */
  readonly resume: string;
}

export function reportStored(
  { accepted, duplicate }: { readonly accepted: unknown; readonly duplicate: boolean },
  { batchId, seconds }: EndedImport,
): ImportAnswer {
  const told = duplicate ? 'all of them were stored before' : `in ${seconds.toFixed(1)} s`;
  return {
    ok: true,
    json: { batch_id: batchId, accepted, duplicate, seconds },
    lines: [`${String(accepted)} observations are stored, ${told}`],
  };
}

export interface Refusal {
  /** Null where it is not about a line: a wrong key, a batch with other content. */
  readonly line: number | null;
  readonly reason: string;
  /** Observations that are stored, those of earlier attempts included; null where nobody says. */
  readonly accepted: number | null;
}

/** @param row what was wrong with the row of CSV that was sent in its place, if there was one. */
export function refusalOf({ status, body }: GatewayAnswer, row: RefusedRow | null): Refusal {
  if (body === null)
    return {
      line: null,
      reason: `status ${status} without a JSON body: is a gateway there?`,
      accepted: null,
    };
  const details = typeof body['details'] === 'object' ? body['details'] : null;
  const { line, accepted }: { line?: unknown; accepted?: unknown } = { ...details };
  // A part that was sent with other content is named by its first line, which need not be the one that differs.
  const place = status !== 409 && typeof line === 'number' ? line : null;
  const stored = typeof accepted === 'number' ? accepted : null;
  if (row !== null && row.line === place)
    return { line: place, reason: `line ${place}: ${row.reason}`, accepted: stored };
  const message = String(body['message']);
  const named = place === null || message.startsWith(`line ${place}`) ? message : `line ${place}: ${message}`;
  return { line: place, reason: named, accepted: stored };
}

/** @param text of the refused line; null where there is none to show. */
export function reportRefused(
  { line, reason, accepted }: Refusal,
  { status, body }: GatewayAnswer,
  text: string | null,
  { batchId, seconds, resume }: EndedImport,
): ImportAnswer {
  console.error(`refused (${status}): ${reason}`);
  if (text !== null) console.error(`  ${text}`);
  return {
    ok: false,
    json: {
      batch_id: batchId,
      accepted,
      error: body,
      refused: line === null ? null : { line, reason, text },
      resume,
      seconds,
    },
    lines: [
      `${accepted === null ? 'what was stored stays stored' : `${accepted} observations are stored`}; ${remedyOf(status, line)} go on:`,
      `  ${resume}`,
    ],
  };
}

function remedyOf(status: number, line: number | null): string {
  if (status === 409) return 'send the file as it was before under this batch id, or choose another, to';
  return line === null ? 'to' : 'correct the line and';
}

/** Nobody knows how many observations are stored when the connection is lost. */
export function reportGivenUp(reason: string, { batchId, seconds, resume }: EndedImport): ImportAnswer {
  console.error(`the import stopped: ${reason}`);
  return {
    ok: false,
    json: { batch_id: batchId, accepted: null, error: { message: reason }, resume, seconds },
    lines: ['what was stored stays stored and is skipped; to go on:', `  ${resume}`],
  };
}

const PLAIN_WORD = /^[\w@%+=:,./-]+$/;

/**
 * The command, as it can be typed again, to go on with a batch. The key is left out: what is printed may be kept.
 * @param words of the command as it was typed, without the program.
 * @param script the npm script that runs, if one does: on a clone the program is not on the path.
 */
export function resumeCommand(words: readonly string[], batchId: string, script: string | undefined): string {
  const kept = words.filter(
    (word, i) =>
      !/^--(?:key|batch-id)(?:=|$)/.test(word) && !['--key', '--batch-id'].includes(words[i - 1] ?? ''),
  );
  const quoted = kept.map((word) => (PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`));
  const program = script === 'gateway' ? 'npm run -s gateway --' : 'gateway';
  return [program, ...quoted, '--key "$KEY"', '--batch-id', batchId].join(' ');
}

import { createHash } from 'node:crypto';
import type { Clock } from '../core/clock.js';
import { conflict, DomainError } from '../core/errors.js';
import type { Database, Db, Reader, Transaction } from '../db/database.js';
import { isLockHeld, isUniqueViolation } from '../db/dialect.js';
import { NestedDb } from '../db/transaction.js';
import { IdempotencyRecordEntity } from './idempotency-record.entity.js';

const KEPT_MS = 24 * 3_600_000;
const MAX_KEY_LENGTH = 255;

/** An answer as it is stored and sent again. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
}

export interface IdempotentRequest {
  /** The calling API key: records belong to it. */
  readonly keyId: string;
  readonly idempotencyKey: string;
  /** Method, path and body, by which a repeat is told from another request. */
  readonly content: string;
}

export type Outcome<Answer> =
  | { readonly kind: 'fresh'; readonly answer: Answer }
  | { readonly kind: 'replayed'; readonly answer: StoredAnswer };

interface RecordRow extends StoredAnswer {
  readonly fingerprint: string;
  readonly createdAt: number;
}

/** @throws BAD_USER_INPUT for a key that is empty or too long. */
export function parseIdempotencyKey(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  const key = Array.isArray(header) ? header.join(', ') : header;
  if (key.length >= 1 && key.length <= MAX_KEY_LENGTH) return key;
  throw new DomainError('BAD_USER_INPUT', `Idempotency-Key must be 1 to ${MAX_KEY_LENGTH} characters`, {
    facts: { field: 'Idempotency-Key' },
  });
}

/**
 * Runs a request once. Its record is written in the transaction of its writes, so that a crash leaves both or neither;
 * the same request again is answered from the record.
 */
export class Idempotency {
  /** Requests of this process that are under way. Other processes are told by the lock on the record. */
  private readonly running = new Set<string>();

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * @param attempt runs the request on the Db that it is given, and turns a refusal into an answer; what it throws
   *   (the database gone, a deadlock, a defect) undoes everything and is stored nowhere.
   * @param isRefusedNow whether an answer refuses the caller: a stored answer is read only by who may still have it.
   * @param toStored what is stored of an answer.
   * @param repeatOf runs, in the place of the request, what tells whether a stored answer may be sent again.
   */
  async run<Answer>(
    request: IdempotentRequest,
    attempt: (db: Db) => Promise<Answer>,
    options: {
      readonly toStored: (answer: Answer) => StoredAnswer;
      readonly isRefusedNow: (answer: Answer, stored: StoredAnswer) => boolean;
      readonly repeatOf?: (stored: StoredAnswer) => ((db: Db) => Promise<Answer>) | null;
    },
  ): Promise<Outcome<Answer>> {
    const replay = (stored: StoredAnswer) =>
      this.replay(stored, options.repeatOf?.(stored) ?? attempt, options.isRefusedNow);
    const fingerprint = fingerprintOf(request);
    const ended = this.storedAnswer(await findRecord(this.db, request), fingerprint);
    if (ended !== null) return replay(ended);
    const name = `${request.keyId} ${request.idempotencyKey}`;
    if (this.running.has(name)) throw underWay();
    this.running.add(name);
    try {
      const outcome = await this.db.transaction(async (tx): Promise<Outcome<Answer>> => {
        const stored = await this.claim(tx, request, fingerprint);
        if (stored !== null) return { kind: 'replayed', answer: stored };
        const answer = await attempt(new NestedDb(tx));
        await tx.manager.update(IdempotencyRecordEntity, keyOf(request), { ...options.toStored(answer) });
        return { kind: 'fresh', answer };
      });
      if (outcome.kind === 'fresh') return outcome;
      return await replay(outcome.answer);
    } finally {
      this.running.delete(name);
    }
  }

  /**
   * Binds the key to a request that is taken piece by piece: whoever takes it tells its repeat, and no answer is stored.
   * @returns whether the key was bound to it before. @throws CONFLICT when it is of another request.
   */
  async bind(request: IdempotentRequest): Promise<boolean> {
    const fingerprint = fingerprintOf(request);
    if (this.storedAnswer(await findRecord(this.db, request), fingerprint) !== null) return true;
    return this.db.transaction(async (tx) => (await this.claim(tx, request, fingerprint)) !== null);
  }

  /** The stored answer, or null when the request is new and its record now holds the place. */
  private async claim(
    tx: Transaction,
    request: IdempotentRequest,
    fingerprint: string,
  ): Promise<StoredAnswer | null> {
    const row = await lockRecord(tx, request);
    const stored = this.storedAnswer(row, fingerprint);
    if (stored !== null) return stored;
    if (row !== null) await tx.manager.delete(IdempotencyRecordEntity, keyOf(request));
    const createdAt = this.clock.now();
    try {
      await tx.manager.insert(IdempotencyRecordEntity, {
        ...keyOf(request),
        fingerprint,
        status: 0,
        body: '',
        createdAt,
      });
    } catch (error) {
      // Another process was faster between the look and the insertion.
      if (isUniqueViolation(error)) throw underWay();
      throw error;
    }
    return null;
  }

  /** Null when there is no record, or one that is past its day. @throws CONFLICT when it is of another request. */
  private storedAnswer(row: RecordRow | null, fingerprint: string): StoredAnswer | null {
    if (row === null || row.createdAt <= this.clock.now() - KEPT_MS) return null;
    if (row.fingerprint !== fingerprint) throw conflict('the Idempotency-Key was used for another request');
    return { status: row.status, body: row.body };
  }

  private async replay<Answer>(
    stored: StoredAnswer,
    attempt: (db: Db) => Promise<Answer>,
    isRefusedNow: (answer: Answer, stored: StoredAnswer) => boolean,
  ): Promise<Outcome<Answer>> {
    const refusal = await this.refusalOfRepeat(attempt, (answer) => isRefusedNow(answer, stored));
    return refusal === null ? { kind: 'replayed', answer: stored } : { kind: 'fresh', answer: refusal };
  }

  /**
   * A stored answer must not outlive the right to it. The request is run once more in a transaction that is rolled
   * back: if it would be refused now, that refusal is the answer.
   */
  private async refusalOfRepeat<Answer>(
    attempt: (db: Db) => Promise<Answer>,
    isRefusedNow: (answer: Answer) => boolean,
  ): Promise<Answer | null> {
    const outcome: { answer: Answer | null } = { answer: null };
    try {
      await this.db.transaction(async (tx) => {
        outcome.answer = await attempt(new NestedDb(tx));
        throw new RolledBack();
      });
    } catch (error) {
      if (!(error instanceof RolledBack)) throw error;
    }
    return outcome.answer !== null && isRefusedNow(outcome.answer) ? outcome.answer : null;
  }

  /** Drops what is past its day. Called now and then. */
  async purge(): Promise<void> {
    await this.db.transaction(async (tx) => {
      await tx.query('DELETE FROM idempotency_records WHERE created_at <= ?', [this.clock.now() - KEPT_MS]);
    });
  }
}

const RECORD = `SELECT r.fingerprint AS fingerprint, r.status AS status, r.body AS body, r.created_at AS createdAt
  FROM idempotency_records r WHERE r.key_id = ? AND r.idempotency_key = ?`;

async function findRecord(
  db: Reader,
  { keyId, idempotencyKey }: IdempotentRequest,
): Promise<RecordRow | null> {
  const [row] = await db.query<RecordRow>(RECORD, [keyId, idempotencyKey]);
  return row ?? null;
}

/** @throws CONFLICT where another process has the record in its hands. */
async function lockRecord(
  tx: Transaction,
  { keyId, idempotencyKey }: IdempotentRequest,
): Promise<RecordRow | null> {
  try {
    const [row] = await tx.query<RecordRow>(`${RECORD} ${tx.forUpdateNoWait}`, [keyId, idempotencyKey]);
    return row ?? null;
  } catch (error) {
    if (isLockHeld(error)) throw underWay();
    throw error;
  }
}

function fingerprintOf({ content }: IdempotentRequest): string {
  return createHash('sha256').update(content).digest('hex');
}

function keyOf({ keyId, idempotencyKey }: IdempotentRequest): { keyId: string; idempotencyKey: string } {
  return { keyId, idempotencyKey };
}

function underWay(): DomainError {
  return new DomainError('CONFLICT', 'a request with this Idempotency-Key is under way; try again in 1 s', {
    retryAfterSeconds: 1,
  });
}

class RolledBack extends Error {}

import { createHash, randomBytes } from 'node:crypto';
import { assertScope, resolveOrganizationId } from '../auth/index.js';
import type { Clock } from '../core/clock.js';
import { conflict, DomainError, invalidInput } from '../core/errors.js';
import type { CallContext } from '../db/call-context.js';
import type { Transaction } from '../db/database.js';
import type { FederationService, RosterService } from '../federations/index.js';
import { chunkRepository } from './chunk.repository.js';
import { startOfDay } from './buckets.js';
import { Fold } from './fold.js';
import { horizonRepository } from './horizon.repository.js';
import { parseObservation, wrongKind, type Observation, type ObservationInput } from './observation-input.js';
import { observationRepository } from './observation.repository.js';
import { addToSummaries } from './summary-update.js';
import { OpenBatch, type Ingested, type NumberedChunk, type StoredChunk } from './open-batch.js';
import type { VariableKind } from './variable.entity.js';
import { variableRepository } from './variable.repository.js';

export const MAX_OBSERVATIONS = 10_000;
const MAX_VARIABLES = 1_000;
const MEMBER_OF = { numeric: 'metrics', categorical: 'attributes' } as const;
const BATCH_ID = /^[A-Za-z0-9._:-]{1,64}$/;

export interface RecordObservations {
  readonly federationId: string;
  /** Null for the own organization. */
  readonly orgId?: string | null;
  readonly batchId?: string | null;
  readonly observations: readonly ObservationInput[];
}

/** Of whom a batch is, and its name. */
type BatchAddress = Omit<RecordObservations, 'observations'>;

/** The same, once they are known. */
interface Batch {
  readonly federationId: string;
  readonly orgId: string;
  readonly batchId: string;
}

interface HashedChunk extends NumberedChunk {
  /** Of its content: equal content is the same chunk. */
  readonly contentHash: string;
}

/** Takes observations in: the record and its summaries, in one transaction. */
export class IngestionService {
  constructor(
    private readonly clock: Clock,
    private readonly services: { readonly federations: FederationService; readonly rosters: RosterService },
    /** Is told how many observations were stored, once they are committed. */
    private readonly onStored: (count: number) => void,
  ) {}

  /**
   * Stores a batch, all of it or nothing. By an active member, for its own organization.
   * @throws BAD_USER_INPUT naming the observation by its index; CONFLICT for a batch id with other content.
   */
  async record(ctx: CallContext, input: RecordObservations): Promise<Ingested> {
    const batch = this.begin(ctx, input);
    const { observations } = input;
    if (observations.length === 0 || observations.length > MAX_OBSERVATIONS)
      throw invalidInput('observations', `must hold 1 to ${MAX_OBSERVATIONS} observations`);
    const now = this.clock.now();
    const parsed = observations.map((observation, i) =>
      parseObservation(observation, `observations[${i}]`, now),
    );
    const stored = await this.store(ctx, batch, [{ number: 0, observations: parsed }]);
    return {
      batchId: batch.batchId,
      accepted: parsed.length,
      duplicate: stored.every(({ duplicate }) => duplicate),
    };
  }

  /**
   * Begins a batch that comes line by line: who may not send one is refused before the first line is read.
   * By an active member, for its own organization.
   * @throws FORBIDDEN, NOT_FOUND; BAD_USER_INPUT for a malformed batch id.
   */
  async open(ctx: CallContext, input: BatchAddress): Promise<OpenBatch> {
    const batch = this.begin(ctx, input);
    await ctx.db.transaction((tx) =>
      this.services.rosters.lockActive(tx, ctx, batch.federationId, batch.orgId),
    );
    return new OpenBatch(batch.batchId, this.clock, (chunks) => this.store(ctx, batch, chunks));
  }

  /** Who sends what, before anything of it is read. */
  private begin(ctx: CallContext, { federationId, orgId, batchId }: BatchAddress): Batch {
    assertScope(ctx.viewer, 'ingest:write');
    return {
      federationId,
      orgId: resolveOrganizationId(ctx.viewer, orgId ?? 'default'),
      batchId: parseBatchId(batchId),
    };
  }

  /** Stores all of the chunks or none; one that is stored already, and equal, is skipped. */
  private async store(
    ctx: CallContext,
    batch: Batch,
    chunks: readonly NumberedChunk[],
  ): Promise<readonly StoredChunk[]> {
    const hashed = chunks.map((chunk) => ({ ...chunk, contentHash: hashOf(chunk.observations) }));
    return ctx.db.transaction((tx) => this.storeIn(tx, ctx, batch, hashed));
  }

  private async storeIn(
    tx: Transaction,
    ctx: CallContext,
    batch: Batch,
    chunks: readonly HashedChunk[],
  ): Promise<readonly StoredChunk[]> {
    const { federationId, orgId } = batch;
    const kinds = await this.lockFor(tx, federationId, chunks);
    // One at a time per member, which is whose series are touched: no two transactions meet in a summary.
    await this.services.rosters.lockActive(tx, ctx, federationId, orgId);
    const fresh = await withoutStored(tx, batch, chunks);
    if (fresh.length > 0) await this.write(tx, batch, fresh, kinds);
    return chunks.map((chunk) => ({
      accepted: chunk.observations.length,
      duplicate: !fresh.includes(chunk),
    }));
  }

  /** Locks the federation, and gives the kinds that its variables have until the transaction ends. */
  private async lockFor(
    tx: Transaction,
    federationId: string,
    chunks: readonly NumberedChunk[],
  ): Promise<Kinds> {
    // A name that is known stays, and of the same kind.
    const kinds = await kindsOf(tx, federationId);
    if (!hasNewNames(kinds, chunks)) {
      await this.services.federations.lockShared(tx, federationId);
      return kinds;
    }
    // Names that are new are learned by one member at a time: their kinds and their number are the federation's.
    await this.services.federations.lock(tx, federationId);
    return kindsOf(tx, federationId);
  }

  private async write(
    tx: Transaction,
    batch: Batch,
    chunks: readonly HashedChunk[],
    kinds: Kinds,
  ): Promise<void> {
    const { federationId, orgId } = batch;
    const now = this.clock.now();
    await variableRepository.insert(
      tx,
      newVariables(chunks, kinds).map(([name, kind]) => ({ federationId, name, kind, createdAt: now })),
    );
    // What comes too late for the record counts all the same.
    const since = startOfDay(await horizonRepository.firstDayOf(tx, federationId));
    const fold = new Fold(federationId, orgId);
    for (const { number, observations, contentHash } of chunks) {
      const kept = observations.filter(({ recordedAt }) => recordedAt >= since);
      await observationRepository.insert(tx, { federationId, orgId }, kept);
      for (const observation of observations) fold.add(observation);
      await chunkRepository.insert(tx, {
        ...batch,
        chunk: number,
        contentHash,
        accepted: observations.length,
        createdAt: now,
      });
    }
    await addToSummaries(tx, fold);
    const stored = chunks.reduce((sum, { observations }) => sum + observations.length, 0);
    tx.onCommit(() => {
      this.onStored(stored);
    });
  }
}

function parseBatchId(batchId: string | null | undefined): string {
  if (batchId === null || batchId === undefined) return randomBytes(16).toString('hex');
  if (BATCH_ID.test(batchId)) return batchId;
  throw invalidInput('batchId', 'must be 1 to 64 characters of A-Z, a-z, 0-9 and . _ : -');
}

function hashOf(observations: readonly Observation[]): string {
  return createHash('sha256').update(JSON.stringify(observations)).digest('hex');
}

/** @throws CONFLICT for a chunk that is stored with other content. */
async function withoutStored(
  tx: Transaction,
  batch: Batch,
  chunks: readonly HashedChunk[],
): Promise<HashedChunk[]> {
  const fresh: HashedChunk[] = [];
  for (const chunk of chunks) {
    const known = await chunkRepository.find(tx, { ...batch, chunk: chunk.number });
    if (known === null) fresh.push(chunk);
    else if (known.contentHash !== chunk.contentHash) throw storedOtherwise(batch, chunk);
  }
  return fresh;
}

function storedOtherwise({ batchId }: Batch, { number, lines }: NumberedChunk): DomainError {
  const line = lines?.[0];
  const [part, place] =
    line === undefined ? ['the batch', {}] : [`a part of the batch, from line ${line},`, { line }];
  return conflict(`${part} is stored already, with other content`, {
    batch_id: batchId,
    chunk: number,
    ...place,
  });
}

/** The federation's variables, as they are before the batch. */
type Kinds = ReadonlyMap<string, VariableKind>;

async function kindsOf(tx: Transaction, federationId: string): Promise<Kinds> {
  const variables = await variableRepository.list(tx, federationId);
  return new Map(variables.map(({ name, kind }) => [name, kind]));
}

function hasNewNames(kinds: Kinds, chunks: readonly NumberedChunk[]): boolean {
  const isNew = ([name]: readonly [string, unknown]) => !kinds.has(name);
  return chunks.some(({ observations }) =>
    observations.some(({ metrics, attributes }) => metrics.some(isNew) || attributes.some(isNew)),
  );
}

/** Names get their kind from their first use. @throws BAD_USER_INPUT for the other use, and beyond the bound. */
function newVariables(chunks: readonly NumberedChunk[], kinds: Kinds): [name: string, kind: VariableKind][] {
  const fresh = new Map<string, VariableKind>();
  const meet = (name: string, kind: VariableKind, { lines }: NumberedChunk, i: number) => {
    const known = kinds.get(name) ?? fresh.get(name);
    if (known === kind) return;
    const { place, facts } = placeOf(i, lines);
    if (known !== undefined) throw wrongKind(`${place}.${MEMBER_OF[kind]}.${name}`, name, known, facts);
    fresh.set(name, kind);
    if (kinds.size + fresh.size > MAX_VARIABLES) throw tooManyVariables(facts);
  };
  for (const chunk of chunks) {
    for (const [i, { metrics, attributes }] of chunk.observations.entries()) {
      for (const [name] of metrics) meet(name, 'numeric', chunk, i);
      for (const [name] of attributes) meet(name, 'categorical', chunk, i);
    }
  }
  return [...fresh];
}

/** How an observation is named to its sender. */
function placeOf(
  index: number,
  lines: readonly number[] | undefined,
): { readonly place: string; readonly facts: Readonly<Record<string, unknown>> } {
  const line = lines?.[index];
  if (line === undefined) return { place: `observations[${index}]`, facts: {} };
  return { place: `line ${line}`, facts: { line } };
}

function tooManyVariables(facts: Readonly<Record<string, unknown>>): DomainError {
  return new DomainError('BAD_USER_INPUT', `a federation can have at most ${MAX_VARIABLES} variables`, {
    field: 'observations',
    facts: { reason: 'too_many_variables', ...facts },
  });
}

import { randomBytes } from 'node:crypto';
import { assertScope, resolveOrganizationId } from '../auth/index.js';
import type { Clock } from '../core/clock.js';
import { conflict, DomainError, errorOf, invalidInput } from '../core/errors.js';
import type { CallContext } from '../db/call-context.js';
import type { SqlValue, Transaction } from '../db/database.js';
import type { FederationService, MemberKey, RosterService } from '../federations/index.js';
import { startOfDay } from './buckets.js';
import { chunkRepository } from './chunk.repository.js';
import { horizonRepository } from './horizon.repository.js';
import { wrongKind, type ObservationInput } from './observation-input.js';
import { observationRepository } from './observation.repository.js';
import { OpenBatch, type Ingested, type NumberedBlock, type StoredChunk } from './open-batch.js';
import {
  cellsOf,
  readBatch,
  WHOLE,
  type FoldPart,
  type NameUse,
  type ReadBatch,
  type ReadBlock,
  type ReadRequest,
} from './read-block.js';
import { RECORD_WIDTH } from './record-values.js';
import { unpack } from './packed.js';
import { addToSummaries } from './summary-update.js';
import type { VariableKind } from './variable.entity.js';
import { variableRepository } from './variable.repository.js';

const MAX_VARIABLES = 1_000;
const MEMBER_OF = { numeric: 'metrics', categorical: 'attributes' } as const;
const BATCH_ID = /^[A-Za-z0-9._:-]{1,64}$/;

/** Of whom observations are. */
export interface OwnerAddress {
  readonly federationId: string;
  /** Null for the own organization. */
  readonly orgId?: string | null;
}

export interface RecordObservations extends OwnerAddress {
  readonly batchId?: string | null;
  readonly observations: readonly ObservationInput[];
}

/** Of whom a batch is, and its name. */
interface Batch extends MemberKey {
  readonly batchId: string;
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
  async record(ctx: CallContext, { batchId, observations, ...owner }: RecordObservations): Promise<Ingested> {
    const store = await this.read(ctx, owner, (request) =>
      Promise.resolve({ batchId: batchId ?? null, ...readBatch(observations, request) }),
    );
    return store(ctx);
  }

  /**
   * Reads a batch that is taken as a whole, before a transaction is open: it may take a while.
   * @param read gives the batch as `readBatch` does, and the same again for another part of it to fold.
   * @returns what stores it, on the database of the context that it is given, and again where that is undone.
   * @throws as `record`
   */
  async read(
    ctx: CallContext,
    owner: OwnerAddress,
    read: (request: ReadRequest) => Promise<ReadBatch>,
  ): Promise<(ctx: CallContext) => Promise<Ingested>> {
    const member = memberOf(ctx, owner);
    const now = this.clock.now();
    const block = await read({ member, now, part: WHOLE });
    if (block.refusal !== null) throw errorOf(block.refusal);
    const batch = { ...member, batchId: parseBatchId(block.batchId) };
    const foldAgain = async (part: FoldPart) => (await read({ member, now, part })).fold;
    return async (at) => {
      const stored = await this.store(at, batch, { ...block, first: 0, foldAgain });
      return {
        batchId: batch.batchId,
        accepted: stored.reduce((sum, { accepted }) => sum + accepted, 0),
        duplicate: stored.every(({ duplicate }) => duplicate),
      };
    };
  }

  /**
   * Begins a batch that comes line by line: who may not send one is refused before the first line is read.
   * By an active member, for its own organization.
   * @param read reads some of the lines in chunks, and the same again for another part of them to fold.
   * @throws FORBIDDEN, NOT_FOUND; BAD_USER_INPUT for a malformed batch id.
   */
  async open<Lines>(
    ctx: CallContext,
    { batchId, ...owner }: OwnerAddress & { readonly batchId: string | null },
    read: (lines: Lines, request: ReadRequest) => Promise<ReadBlock>,
  ): Promise<OpenBatch<Lines>> {
    const batch = { ...memberOf(ctx, owner), batchId: parseBatchId(batchId) };
    await ctx.db.transaction((tx) =>
      this.services.rosters.lockActive(tx, ctx, batch.federationId, batch.orgId),
    );
    return new OpenBatch(
      batch.batchId,
      this.clock,
      (lines, request) => read(lines, { member: batch, ...request }),
      (block) => this.store(ctx, batch, block),
    );
  }

  /** Stores all of the chunks or none; one that is stored already, and equal, is skipped. */
  private store(ctx: CallContext, batch: Batch, block: NumberedBlock): Promise<readonly StoredChunk[]> {
    return ctx.db.transaction((tx) => this.storeIn(tx, ctx, batch, block));
  }

  private async storeIn(
    tx: Transaction,
    ctx: CallContext,
    batch: Batch,
    block: NumberedBlock,
  ): Promise<readonly StoredChunk[]> {
    const { federationId, orgId } = batch;
    const names = block.chunks.flatMap((chunk) => chunk.names);
    const kinds = await this.lockFor(tx, federationId, names);
    // One at a time per member, which is whose series are touched: no two transactions meet in a summary.
    await this.services.rosters.lockActive(tx, ctx, federationId, orgId);
    const fresh = await freshOf(tx, batch, block);
    if (fresh.length > 0) await this.write(tx, batch, { block, fresh, kinds });
    return block.chunks.map(({ count }, i) => ({ accepted: count, duplicate: !fresh.includes(i) }));
  }

  /** Locks the federation, and gives the kinds that its variables have until the transaction ends. */
  private async lockFor(tx: Transaction, federationId: string, names: readonly NameUse[]): Promise<Kinds> {
    // A name that is known stays, and of the same kind.
    const kinds = await kindsOf(tx, federationId);
    if (names.every(({ name }) => kinds.has(name))) {
      await this.services.federations.lockShared(tx, federationId);
      return kinds;
    }
    // Names that are new are learned by one member at a time: their kinds and their number are the federation's.
    await this.services.federations.lock(tx, federationId);
    return kindsOf(tx, federationId);
  }

  /** @param fresh the chunks that are not stored yet, by their index. */
  private async write(
    tx: Transaction,
    batch: Batch,
    { block, fresh, kinds }: { block: NumberedBlock; fresh: readonly number[]; kinds: Kinds },
  ): Promise<void> {
    const { federationId, orgId } = batch;
    const now = this.clock.now();
    const chunks = block.chunks.map((chunk, i) => ({ ...chunk, number: block.first + i }));
    const written = chunks.filter((_, i) => fresh.includes(i));
    const names = written.flatMap((chunk) => chunk.names);
    await variableRepository.insert(
      tx,
      [...newVariables(names, kinds)].map(([name, kind]) => ({ federationId, name, kind, createdAt: now })),
    );
    // What comes too late for the record counts all the same.
    const since = startOfDay(await horizonRepository.firstDayOf(tx, federationId));
    for (const { values } of written)
      await observationRepository.insert(tx, { federationId, orgId }, valuesSince(unpack(values), since));
    await chunkRepository.insert(
      tx,
      written.map(({ number: chunk, contentHash, count: accepted }) => ({
        ...batch,
        chunk,
        contentHash,
        accepted,
        createdAt: now,
      })),
    );
    await summarize(tx, block, fresh);
    const stored = written.reduce((sum, { count }) => sum + count, 0);
    tx.onCommit(() => {
      this.onStored(stored);
    });
  }
}

/** Who sends, before anything of it is read. */
function memberOf({ viewer }: CallContext, { federationId, orgId }: OwnerAddress): MemberKey {
  assertScope(viewer, 'ingest:write');
  return { federationId, orgId: resolveOrganizationId(viewer, orgId ?? 'default') };
}

function parseBatchId(batchId: string | null): string {
  if (batchId === null) return randomBytes(16).toString('hex');
  if (BATCH_ID.test(batchId)) return batchId;
  throw invalidInput('batchId', 'must be 1 to 64 characters of A-Z, a-z, 0-9 and . _ : -');
}

/** The chunks that are not stored yet, by their index. @throws CONFLICT for one that is stored with other content. */
async function freshOf(tx: Transaction, batch: Batch, { first, chunks }: NumberedBlock): Promise<number[]> {
  const stored = await chunkRepository.hashesOf(tx, batch, { first, count: chunks.length });
  for (const [i, { contentHash, line }] of chunks.entries()) {
    const known = stored.get(first + i);
    if (known !== undefined && known !== contentHash) throw storedOtherwise(batch, first + i, line);
  }
  return [...chunks.keys()].filter((i) => !stored.has(first + i));
}

function storedOtherwise({ batchId }: Batch, chunk: number, line: number | null): DomainError {
  const [part, place] =
    line === null ? ['the batch', {}] : [`a part of the batch, from line ${line},`, { line }];
  return conflict(`${part} is stored already, with other content`, { batch_id: batchId, chunk, ...place });
}

function valuesSince(values: readonly SqlValue[], since: number): readonly SqlValue[] {
  const isKept = (row: number) => Number(values[row]) >= since;
  const rows = Array.from({ length: values.length / RECORD_WIDTH }, (_, i) => i * RECORD_WIDTH);
  return rows.every(isKept)
    ? values
    : rows.filter(isKept).flatMap((row) => values.slice(row, row + RECORD_WIDTH));
}

/** Adds the fresh chunks to what is stored, part by part. */
async function summarize(tx: Transaction, block: NumberedBlock, fresh: readonly number[]): Promise<void> {
  const isWhole = fresh.length === block.chunks.length;
  let part = isWhole ? block.fold : await block.foldAgain({ from: 0, chunks: fresh });
  for (;;) {
    await addToSummaries(tx, part.series, cellsOf(part));
    if (part.next === null) return;
    part = await block.foldAgain({ from: part.next, chunks: fresh });
  }
}

/** The federation's variables, as they are before the batch. */
type Kinds = ReadonlyMap<string, VariableKind>;

async function kindsOf(tx: Transaction, federationId: string): Promise<Kinds> {
  const variables = await variableRepository.list(tx, federationId);
  return new Map(variables.map(({ name, kind }) => [name, kind]));
}

/** Names get their kind from their first use. @throws BAD_USER_INPUT for the other use, and beyond the bound. */
function newVariables(names: readonly NameUse[], kinds: Kinds): Map<string, VariableKind> {
  const fresh = new Map<string, VariableKind>();
  for (const { name, kind, place, line } of names) {
    const known = kinds.get(name) ?? fresh.get(name);
    if (known === kind) continue;
    const facts = line === null ? {} : { line };
    if (known !== undefined) throw wrongKind(`${place}.${MEMBER_OF[kind]}.${name}`, name, known, facts);
    fresh.set(name, kind);
    if (kinds.size + fresh.size > MAX_VARIABLES) throw tooManyVariables(facts);
  }
  return fresh;
}

function tooManyVariables(facts: Readonly<Record<string, unknown>>): DomainError {
  return new DomainError('BAD_USER_INPUT', `a federation can have at most ${MAX_VARIABLES} variables`, {
    field: 'observations',
    facts: { reason: 'too_many_variables', ...facts },
  });
}

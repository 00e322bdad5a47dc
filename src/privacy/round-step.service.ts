import { assertScope, recordAudit } from '../auth/index.js';
import type { Clock } from '../core/clock.js';
import { conflict, invalidInput, notFound } from '../core/errors.js';
import { isOwnId, newId } from '../core/ids.js';
import type { CallContext } from '../db/call-context.js';
import type { Transaction } from '../db/database.js';
import { isUniqueViolation } from '../db/dialect.js';
import type { FederationService, RosterService } from '../federations/index.js';
import { chargeFor, withoutRound, withRound } from './charge.js';
import { contributionRepository } from './contribution.repository.js';
import { ledgerRepository, type LedgerRow } from './ledger.repository.js';
import type { LedgerChanged, LedgerService } from './ledger.service.js';
import {
  hashOf,
  parseCompletedAt,
  parseContributions,
  parseModelId,
  parseOptionalParameters,
  parseParameters,
  parseRoundId,
  type Contribution,
  type ContributionInput,
  type Parameters,
  type ParametersInput,
} from './round-input.js';
import { roundRepository, type RoundRow } from './round.repository.js';

export interface ReserveRound extends ParametersInput {
  readonly federationId: string;
  readonly roundId?: string | null;
  readonly modelId?: string | null;
}

export interface RecordRound extends ReserveRound {
  /** It ran before it was recorded: it is recorded whatever it costs. */
  readonly alreadyExecuted: boolean;
  readonly completedAt?: number | null;
  readonly contributions: readonly ContributionInput[];
}

export interface CompleteRound {
  readonly federationId: string;
  readonly roundId: string;
  readonly completedAt?: number | null;
  readonly contributions: readonly ContributionInput[];
}

/** A round after a step, and whether the step had been taken before. */
export interface RoundStep {
  readonly round: RoundRow;
  readonly duplicate: boolean;
}

/** A new round as asked, its input checked but for what depends on the ledger. */
interface AskedRound {
  readonly id: string | null;
  readonly contentHash: string;
  readonly status: 'reserved' | 'completed';
  readonly modelId: string | null;
  /** Checks the privacy parameters; null for an untracked round. */
  readonly parse: (ledger: LedgerRow) => Parameters | null;
  readonly alreadyExecuted: boolean;
  readonly completedAt: number | null;
  readonly contributions: readonly Contribution[];
}

interface Services {
  readonly ledgers: LedgerService;
  readonly federations: FederationService;
  readonly rosters: RosterService;
}

/**
 * Training rounds. Each step is one transaction that holds the federation's ledger row from its check to its commit, so
 * that rounds that come together cannot overspend together.
 */
export class RoundStepService {
  constructor(
    private readonly clock: Clock,
    private readonly services: Services,
    private readonly changed: LedgerChanged,
  ) {}

  /** Records a round that ends with this. Owner only. @throws PRIVACY_BUDGET_EXCEEDED, unless it had run already. */
  record(ctx: CallContext, input: RecordRound): Promise<RoundStep> {
    return this.add(ctx, input, (now) => {
      const contributions = parseContributions(ctx.viewer, input.contributions);
      const completion = [input.completedAt ?? null, contributions];
      return {
        id: parseRoundId(input.roundId),
        contentHash: hashOf('record', ...contentOf(input), input.alreadyExecuted, completion),
        status: 'completed',
        modelId: parseModelId(input.modelId),
        parse: ({ totalDelta }) => parseOptionalParameters(input, totalDelta),
        alreadyExecuted: input.alreadyExecuted,
        completedAt: parseCompletedAt(input.completedAt, now),
        contributions,
      };
    });
  }

  /** Charges a round before it runs. Owner only. @throws PRIVACY_BUDGET_EXCEEDED */
  reserve(ctx: CallContext, input: ReserveRound): Promise<RoundStep> {
    return this.add(ctx, input, () => ({
      id: parseRoundId(input.roundId),
      contentHash: hashOf('reserve', ...contentOf(input)),
      status: 'reserved',
      modelId: parseModelId(input.modelId),
      parse: ({ totalDelta }) => parseParameters(input, totalDelta),
      alreadyExecuted: false,
      completedAt: null,
      contributions: [],
    }));
  }

  private async add(
    ctx: CallContext,
    { federationId }: ReserveRound,
    read: (now: number) => AskedRound,
  ): Promise<RoundStep> {
    assertScope(ctx.viewer, 'privacy:write');
    const write = () =>
      ctx.db.transaction(async (tx) => {
        const federation = await this.services.federations.getManaged(tx, ctx, federationId);
        const ledger = await this.services.ledgers.lock(tx, federation.id);
        // Behind the lock, so that times run as the numbers do.
        const now = this.clock.now();
        const asked = read(now);
        const existing = asked.id === null ? null : await roundRepository.find(tx, asked.id);
        if (existing !== null) return repeatOf(existing, federation.id, asked.contentHash);
        await this.assertActive(tx, federation.id, asked.contributions);
        return { round: await this.append(tx, ctx, { ledger, asked, now }), duplicate: false };
      });
    let step: RoundStep;
    try {
      step = await write();
    } catch (error) {
      // Another federation took the id at the same moment: the second look finds it.
      if (!isUniqueViolation(error)) throw error;
      step = await write();
    }
    if (step.round.isCounted && !step.duplicate) this.changed(federationId);
    return step;
  }

  private async append(
    tx: Transaction,
    ctx: CallContext,
    { ledger, asked, now }: { ledger: LedgerRow; asked: AskedRound; now: number },
  ): Promise<RoundRow> {
    const parameters = asked.parse(ledger);
    const charge = parameters === null ? null : chargeFor(ledger, parameters, asked.alreadyExecuted);
    const round = {
      id: asked.id ?? newId('rnd', now),
      federationId: ledger.federationId,
      roundNumber: ledger.lastRoundNumber + 1,
      status: asked.status,
      modelId: asked.modelId,
      noiseMultiplier: parameters?.noiseMultiplier ?? null,
      sampleRate: parameters?.sampleRate ?? null,
      numSteps: parameters?.numSteps ?? null,
      targetDelta: parameters?.targetDelta ?? null,
      overdrawn: charge?.overdrawn ?? false,
      isCounted: charge !== null,
      previousRdp: charge?.previousRdp ?? null,
      cumulativeRdp: charge?.cumulativeRdp ?? null,
      contentHash: asked.contentHash,
      completionHash: null,
      recordedAt: now,
      completedAt: asked.completedAt,
    };
    await roundRepository.insert(tx, round);
    await insertContributions(tx, round, asked.contributions);
    await ledgerRepository.update(tx, withRound(ledger, charge));
    await recordAudit(tx, ctx, now, {
      action: `round.${asked.status === 'reserved' ? 'reserve' : 'record'}`,
      resourceId: ledger.federationId,
      details: { round_id: round.id, round_number: round.roundNumber, overdrawn: round.overdrawn },
    });
    const { previousRdp: _previous, cumulativeRdp: _cumulative, ...row } = round;
    return row;
  }

  /** Ends a reservation with what came of it. Owner only; the same again is the first answer. */
  async complete(ctx: CallContext, input: CompleteRound): Promise<RoundStep> {
    assertScope(ctx.viewer, 'privacy:write');
    const now = this.clock.now();
    return ctx.db.transaction(async (tx) => {
      const { round } = await this.lockRound(tx, ctx, input);
      const completedAt = parseCompletedAt(input.completedAt, now);
      const contributions = parseContributions(ctx.viewer, input.contributions);
      const completionHash = hashOf('complete', input.completedAt ?? null, contributions);
      if (round.completionHash === completionHash) return { round, duplicate: true };
      if (round.status !== 'reserved')
        throw conflict(`the round is ${round.status} already`, { status: round.status });
      await this.assertActive(tx, round.federationId, contributions);
      const change = { status: 'completed', completedAt, completionHash } as const;
      await roundRepository.update(tx, round.id, change);
      const completed = { ...round, ...change };
      await insertContributions(tx, completed, contributions);
      await this.audit(tx, ctx, now, { action: 'round.complete', round });
      return { round: completed, duplicate: false };
    });
  }

  /** Ends a reservation that released nothing; its cost is left out of the sum. Owner only; again is the same answer. */
  async cancel(
    ctx: CallContext,
    target: { readonly federationId: string; readonly roundId: string },
  ): Promise<RoundStep> {
    assertScope(ctx.viewer, 'privacy:write');
    const now = this.clock.now();
    const step = await ctx.db.transaction(async (tx) => {
      const { ledger, round } = await this.lockRound(tx, ctx, target);
      if (round.status === 'cancelled') return { round, duplicate: true };
      if (round.status === 'completed')
        throw conflict('a completed round cannot be cancelled: what it released stays released', {
          status: round.status,
        });
      await ledgerRepository.update(tx, await withoutRound(tx, ledger, round));
      const change = { status: 'cancelled', isCounted: false } as const;
      await roundRepository.update(tx, round.id, { ...change, previousRdp: null, cumulativeRdp: null });
      await this.audit(tx, ctx, now, { action: 'round.cancel', round });
      return { round: { ...round, ...change }, duplicate: false };
    });
    if (!step.duplicate) this.changed(step.round.federationId);
    return step;
  }

  private async lockRound(
    tx: Transaction,
    ctx: CallContext,
    { federationId, roundId }: { readonly federationId: string; readonly roundId: string },
  ): Promise<{ ledger: LedgerRow; round: RoundRow }> {
    const federation = await this.services.federations.getManaged(tx, ctx, federationId);
    const ledger = await this.services.ledgers.lock(tx, federation.id);
    const round = isOwnId(roundId, 'rnd') ? await roundRepository.find(tx, roundId) : null;
    if (round?.federationId !== federation.id) throw notFound('round');
    return { ledger, round };
  }

  private async assertActive(
    tx: Transaction,
    federationId: string,
    contributions: readonly Contribution[],
  ): Promise<void> {
    if (contributions.length === 0) return;
    const orgIds = contributions.map(({ orgId }) => orgId);
    const active = await this.services.rosters.activeAmong(tx, federationId, orgIds);
    const stranger = orgIds.find((orgId) => !active.has(orgId));
    if (stranger !== undefined)
      throw invalidInput('contributions', `must name active members of the federation; ${stranger} is none`);
  }

  private audit(
    tx: Transaction,
    ctx: CallContext,
    now: number,
    { action, round }: { readonly action: string; readonly round: RoundRow },
  ): Promise<void> {
    const details = { round_id: round.id, round_number: round.roundNumber };
    return recordAudit(tx, ctx, now, { action, resourceId: round.federationId, details });
  }
}

/** The same id with the same content is a repeat, which has the first answer. */
function repeatOf(existing: RoundRow, federationId: string, contentHash: string): RoundStep {
  if (existing.federationId === federationId && existing.contentHash === contentHash)
    return { round: existing, duplicate: true };
  throw conflict('there is a round of this id already, with other content', { round_id: existing.id });
}

/** What is compared of a round's request, besides what it ends with. */
function contentOf(input: ReserveRound): readonly unknown[] {
  const { modelId, noiseMultiplier, sampleRate, numSteps, targetDelta } = input;
  return [modelId, noiseMultiplier, sampleRate, numSteps, targetDelta].map((value) => value ?? null);
}

async function insertContributions(
  tx: Transaction,
  round: Pick<RoundRow, 'id' | 'federationId' | 'completedAt' | 'recordedAt'>,
  contributions: readonly Contribution[],
): Promise<void> {
  const { id: roundId, federationId } = round;
  const contributedAt = round.completedAt ?? round.recordedAt;
  await contributionRepository.insert(
    tx,
    contributions.map((contribution) => ({ roundId, federationId, contributedAt, ...contribution })),
  );
}

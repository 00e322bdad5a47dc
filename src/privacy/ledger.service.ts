import { assertScope, recordAudit } from '../auth/index.js';
import type { Clock } from '../core/clock.js';
import { invalidInput } from '../core/errors.js';
import { parsePage, toPage, type Page, type PageArguments, type PageRequest } from '../core/page.js';
import type { CallContext } from '../db/call-context.js';
import type { Transaction } from '../db/database.js';
import type { FederationCreated, FederationService } from '../federations/index.js';
import { costOf, maxStepsWithin, ORDERS_VERSION, project, type Budget } from './accountant.js';
import { estimateOf, spentOf, statusOf, type PrivacyEstimate, type PrivacyStatus } from './figures.js';
import { ledgerRepository, type LedgerRow } from './ledger.repository.js';
import { parseParameters, type ParametersInput } from './round-input.js';
import { ROUND_KEY_SHAPE, roundRepository, type RoundRow } from './round.repository.js';

export type { LedgerRow, PrivacyEstimate, PrivacyStatus };

export interface SetPrivacyBudget {
  readonly federationId: string;
  readonly totalEpsilonBudget: number;
  readonly totalDeltaBudget: number;
}

/** Called behind every change of a ledger's sum or delta. */
export type LedgerChanged = (federationId: string) => void;

function newLedger(federationId: string, budget: Budget): LedgerRow {
  return {
    federationId,
    ...budget,
    ordersVersion: ORDERS_VERSION,
    rdp: null,
    roundsTracked: 0,
    roundsUntracked: 0,
    lastRoundNumber: 0,
    version: 0,
    tightEpsilon: null,
    tightVersion: null,
  };
}

/** Opens the ledger of a new federation, in the transaction that creates it. */
export function openLedgerWith(budget: Budget): FederationCreated {
  return (tx, federationId) => ledgerRepository.insert(tx, newLedger(federationId, budget));
}

/** The privacy ledger of each federation: what it may spend, has spent, and what a round would cost. */
export class LedgerService {
  constructor(
    private readonly clock: Clock,
    private readonly federations: FederationService,
    private readonly changed: LedgerChanged,
  ) {}

  /** The ledger under its lock. For whoever changes it, or the rounds behind it. */
  async lock(tx: Transaction, federationId: string): Promise<LedgerRow> {
    return present(await ledgerRepository.lock(tx, federationId), federationId);
  }

  /** The ledger of a federation; null when the viewer may not know of it. @throws FORBIDDEN for an invited caller */
  async find(ctx: CallContext, federationId: string): Promise<LedgerRow | null> {
    assertScope(ctx.viewer, 'privacy:read');
    const federation = await this.federations.findParticipated(ctx, federationId);
    if (federation === null) return null;
    const [ledger] = await ledgerRepository.findMany(ctx.db, [federation.id]);
    return present(ledger, federation.id);
  }

  /** Ledgers of federations in which the viewer takes part, in the order asked. */
  async findMany(ctx: CallContext, federationIds: readonly string[]): Promise<LedgerRow[]> {
    assertScope(ctx.viewer, 'privacy:read');
    const rows = await ledgerRepository.findMany(ctx.db, federationIds);
    const byId = new Map(rows.map((row) => [row.federationId, row]));
    return federationIds.map((id) => present(byId.get(id), id));
  }

  /** The tighter epsilon; null while it is being computed, and when it is infinite. */
  tightEpsilonOf(ledger: LedgerRow): number | null {
    if (ledger.roundsTracked === 0) return 0;
    if (ledger.tightVersion === ledger.version) return ledger.tightEpsilon;
    this.changed(ledger.federationId);
    return null;
  }

  /** What a round would do to the ledger. @throws BAD_USER_INPUT */
  estimate(ctx: CallContext, ledger: LedgerRow, input: ParametersInput): PrivacyEstimate {
    assertScope(ctx.viewer, 'privacy:read');
    const { targetDelta, numSteps, ...perStep } = parseParameters(input, ledger.totalDelta);
    const asked = { oneStep: costOf({ ...perStep, steps: 1 }), steps: numSteps };
    const at = { totalEpsilon: ledger.totalEpsilon, delta: targetDelta ?? ledger.totalDelta };
    const spent = spentOf(ledger);
    return estimateOf(project(spent, asked, at), maxStepsWithin(spent, asked.oneStep, at));
  }

  /**
   * Sets the budget. Owner only. Below what is spent it is allowed: the spend stays and nothing remains. A change of
   * delta converts every figure anew.
   */
  async setBudget(ctx: CallContext, input: SetPrivacyBudget): Promise<LedgerRow> {
    assertScope(ctx.viewer, 'privacy:write');
    const now = this.clock.now();
    const written = await ctx.db.transaction(async (tx) => {
      const federation = await this.federations.getManaged(tx, ctx, input.federationId);
      const budget = parseBudget(input);
      const ledger = await this.lock(tx, federation.id);
      if (budget.totalEpsilon === ledger.totalEpsilon && budget.totalDelta === ledger.totalDelta)
        return ledger;
      const changed = { ...ledger, ...budget, version: ledger.version + 1 };
      await ledgerRepository.update(tx, changed);
      await recordAudit(tx, ctx, now, {
        action: 'privacy.budget',
        resourceId: federation.id,
        details: {
          old: { total_epsilon_budget: ledger.totalEpsilon, total_delta_budget: ledger.totalDelta },
          new: { total_epsilon_budget: budget.totalEpsilon, total_delta_budget: budget.totalDelta },
        },
      });
      return changed;
    });
    this.changed(written.federationId);
    return written;
  }

  /** The rounds of the sum, oldest first. */
  async listHistory(
    ctx: CallContext,
    federationId: string,
    args: PageArguments,
  ): Promise<{ page: Page<RoundRow>; request: PageRequest }> {
    assertScope(ctx.viewer, 'privacy:read');
    const request = parsePage(args, ctx.maxPageSize, ROUND_KEY_SHAPE);
    const rows = await roundRepository.listCounted(ctx.db, federationId, request);
    return { page: toPage(rows, request.first), request };
  }

  status(ledger: LedgerRow): PrivacyStatus {
    return statusOf(ledger);
  }
}

/** Every federation has a ledger from its creation. To take a lost one for an empty one would forget what was spent. */
function present(ledger: LedgerRow | null | undefined, federationId: string): LedgerRow {
  if (ledger === null || ledger === undefined)
    throw new Error(`the federation ${federationId} has no ledger`);
  return ledger;
}

function parseBudget({ totalEpsilonBudget, totalDeltaBudget }: SetPrivacyBudget): Budget {
  if (!(totalEpsilonBudget > 0 && totalEpsilonBudget < Infinity))
    throw invalidInput('totalEpsilonBudget', 'must be a number greater than 0');
  if (!(totalDeltaBudget > 0 && totalDeltaBudget < 1))
    throw invalidInput('totalDeltaBudget', 'must be greater than 0 and less than 1');
  return { totalEpsilon: totalEpsilonBudget, totalDelta: totalDeltaBudget };
}

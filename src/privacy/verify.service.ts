import type { Database, Reader } from '../db/database.js';
import { ORDER_COUNT, ORDERS_VERSION, orderAt } from './accountant.js';
import { CostMemory } from './cost-memory.js';
import { contributionRepository } from './contribution.repository.js';
import { ledgerRepository, type LedgerRow } from './ledger.repository.js';
import { addRdp, decodeRdp } from './rdp-vector.js';
import { roundRepository, type StoredRound } from './round.repository.js';

/** Something that the record says and the ledger does not. */
export interface Difference {
  readonly federationId: string;
  /** Null for the ledger as a whole. */
  readonly roundId: string | null;
  readonly what: string;
}

const PAGE = 500;
const MAX_ATTEMPTS = 3;
/** Sums are made anew in the same order, so that they are equal to the bit; another build's `exp` may differ in the last. */
const TOLERANCE = 1e-12;

/** Recomputes ledgers from their rounds. Whatever it finds it tells, and changes nothing. */
export class LedgerVerification {
  constructor(private readonly db: Database) {}

  /** Every ledger, one after the other. @returns how many there are, and all differences. */
  async verifyAll(): Promise<{ ledgers: number; differences: Difference[] }> {
    const differences: Difference[] = [];
    let ledgers = 0;
    for (let last = ''; ;) {
      const ids = await ledgerRepository.listFederationIds(this.db, last, PAGE);
      for (const id of ids) differences.push(...(await this.verify(id)));
      ledgers += ids.length;
      last = ids.at(-1) ?? last;
      if (ids.length < PAGE) return { ledgers, differences };
    }
  }

  /** A ledger that moves meanwhile is looked at again; one that never rests, under its lock. */
  private async verify(federationId: string): Promise<Difference[]> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const before = await this.ledger(federationId);
      const found = await compare(this.db, federationId, before);
      const after = await this.ledger(federationId);
      if (found.length === 0 || isSame(before, after)) return found;
    }
    return this.db.transaction(async (tx) =>
      compare(tx, federationId, await ledgerRepository.lock(tx, federationId)),
    );
  }

  private async ledger(federationId: string): Promise<LedgerRow | null> {
    const [ledger] = await ledgerRepository.findMany(this.db, [federationId]);
    return ledger ?? null;
  }
}

function isSame(before: LedgerRow | null, after: LedgerRow | null): boolean {
  return before?.version === after?.version && before?.lastRoundNumber === after?.lastRoundNumber;
}

async function compare(db: Reader, federationId: string, ledger: LedgerRow | null): Promise<Difference[]> {
  if (ledger === null) return [{ federationId, roundId: null, what: 'is lost' }];
  if (ledger.ordersVersion !== ORDERS_VERSION)
    return [{ federationId, roundId: null, what: `is over version ${ledger.ordersVersion} of the orders` }];
  const recount = new Recount(federationId);
  for (let last = 0; ;) {
    const rounds = await roundRepository.listBehind(db, federationId, last, PAGE);
    for (const round of rounds) recount.add(round);
    last = rounds.at(-1)?.roundNumber ?? last;
    if (rounds.length < PAGE) break;
  }
  const misplaced = await contributionRepository.listMisplaced(db, federationId);
  return [
    ...recount.differences,
    ...recount.against(ledger),
    ...misplaced.map((roundId) => ({
      federationId,
      roundId,
      what: 'has contributions, and is not completed or of another federation',
    })),
  ];
}

/** Goes through the rounds of one ledger in their order. */
class Recount {
  readonly differences: Difference[] = [];
  private readonly costs = new CostMemory();
  private sum: Float64Array = new Float64Array(ORDER_COUNT);
  private tracked = 0;
  private untracked = 0;
  private number = 0;

  constructor(private readonly federationId: string) {}

  add(round: StoredRound): void {
    this.number += 1;
    if (round.roundNumber !== this.number) {
      this.tell(round.id, `has the number ${round.roundNumber} where ${this.number} is due`);
      this.number = round.roundNumber;
    }
    if (round.noiseMultiplier === null) this.untracked += 1;
    const isDue = round.noiseMultiplier !== null && round.status !== 'cancelled';
    if (isDue !== round.isCounted) this.tell(round.id, isDue ? 'is left out of the sum' : 'is in the sum');
    if (!isDue) return;
    this.tracked += 1;
    this.compareSum(round.id, 'the sum before it', round.previousRdp);
    this.sum = addRdp(this.sum, this.costs.of(round));
    this.compareSum(round.id, 'the sum with it', round.cumulativeRdp);
  }

  against(ledger: LedgerRow): Difference[] {
    const before = this.differences.length;
    this.compareSum(null, 'the sum', ledger.rdp);
    const counts = [
      ['rounds_tracked', ledger.roundsTracked, this.tracked],
      ['rounds_untracked', ledger.roundsUntracked, this.untracked],
      ['last_round_number', ledger.lastRoundNumber, this.number],
    ] as const;
    for (const [name, stored, counted] of counts) {
      if (stored !== counted) this.tell(null, `has ${name} ${stored}, and ${counted} by its rounds`);
    }
    return this.differences.splice(before);
  }

  private compareSum(roundId: string | null, name: string, stored: Buffer | null): void {
    const vector = decode(stored);
    if (vector === null) {
      this.tell(roundId, `stores ${name} as something that is no vector over the orders`);
      return;
    }
    const index = vector.findIndex((cost, i) => !isClose(cost, this.sum[i] ?? 0));
    if (index === -1) return;
    const [found, due] = [vector[index], this.sum[index]];
    this.tell(
      roundId,
      `stores ${name} as ${found} at order ${orderAt(index)}, and by its rounds it is ${due}`,
    );
  }

  private tell(roundId: string | null, what: string): void {
    this.differences.push({ federationId: this.federationId, roundId, what });
  }
}

function decode(stored: Buffer | null): Float64Array | null {
  try {
    return decodeRdp(stored, ORDER_COUNT);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function isClose(a: number, b: number): boolean {
  return a === b || Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}

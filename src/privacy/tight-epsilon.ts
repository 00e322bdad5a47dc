import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Logger } from '../core/logger.js';
import type { Database } from '../db/database.js';
import { roundEpsilonUp } from '../numerics/dp/index.js';
import { epsilonOf } from './accountant.js';
import { spentOf } from './figures.js';
import { ledgerRepository } from './ledger.repository.js';
import { roundRepository } from './round.repository.js';
import type { TightQuestion } from './tight-epsilon.worker.js';

/** Beyond so many different rounds the computation takes minutes: such a ledger has no tight epsilon. */
const MAX_DISTINCT = 2_000;

/** A burst of rounds is computed once, at its end; and the transaction behind the last one has ended. */
const SETTLE_MS = 100;

/**
 * Computes the tighter epsilon of ledgers that changed, one after the other, in a worker thread. It decides nothing: a
 * crash of the worker is logged, the value stays null until the next change or question, and the process ends without
 * waiting for it.
 */
export class TightEpsilon {
  private readonly waiting = new Set<string>();
  private worker: Worker | null = null;
  private isRunning = false;
  private isClosed = false;

  constructor(
    private readonly db: Database,
    private readonly logger: Logger,
    private readonly script: string,
  ) {}

  /** Asks for the epsilon of a ledger that changed; returns at once. */
  readonly schedule = (federationId: string): void => {
    if (this.isClosed) return;
    this.waiting.add(federationId);
    if (this.isRunning) return;
    this.isRunning = true;
    setTimeout(() => void this.drain(), SETTLE_MS).unref();
  };

  private async drain(): Promise<void> {
    for (const federationId of this.waiting) {
      this.waiting.delete(federationId);
      try {
        await this.compute(federationId);
      } catch (error) {
        if (this.isClosed) return;
        this.logger.warn({ err: error, federation_id: federationId }, 'could not compute the tight epsilon');
      }
    }
    this.isRunning = false;
  }

  private async compute(federationId: string): Promise<void> {
    const [ledger] = await ledgerRepository.findMany(this.db, [federationId]);
    if (ledger === undefined || ledger.tightVersion === ledger.version) return;
    const rounds = await roundRepository.sumSteps(this.db, federationId, MAX_DISTINCT + 1);
    // Closed meanwhile: no worker is started that nobody would end.
    if (this.isClosed) return;
    const tight = rounds.length > MAX_DISTINCT ? null : await this.ask({ rounds, delta: ledger.totalDelta });
    const epsilon = tight === null ? null : smallerOf(tight, epsilonOf(spentOf(ledger), ledger.totalDelta));
    const kept = { federationId, version: ledger.version, epsilon };
    await this.db.transaction((tx) => ledgerRepository.keepTightEpsilon(tx, kept));
  }

  private async ask(question: TightQuestion): Promise<number> {
    const worker = (this.worker ??= this.start());
    const [answer] = await new Promise<readonly unknown[]>((resolve, reject) => {
      // `once` rejects on `error`; a worker that exits without one would be waited for for ever.
      const onExit = (code: number) => {
        reject(new Error(`the worker ended with ${code}`));
      };
      worker.once('exit', onExit);
      once(worker, 'message')
        .then(resolve, reject)
        .finally(() => worker.off('exit', onExit));
      worker.postMessage(question);
    });
    if (typeof answer !== 'number') throw new Error('the worker answered with something that is no epsilon');
    return answer;
  }

  private start(): Worker {
    const worker = new Worker(this.script);
    worker.unref();
    // Between two questions nobody else listens, and an error that nobody hears would end the process.
    worker.on('error', (error) => {
      this.logger.warn({ err: error }, 'the worker of the tight epsilon failed');
    });
    worker.once('exit', () => {
      if (this.worker === worker) this.worker = null;
    });
    return worker;
  }

  /** Lets go of the worker, whatever it is doing. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.waiting.clear();
    await this.worker?.terminate();
  }
}

/** Both are upper bounds, so the smaller one is. Null for infinity. */
function smallerOf(tight: number, renyi: number): number | null {
  const epsilon = Math.min(roundEpsilonUp(tight), roundEpsilonUp(renyi));
  return Number.isFinite(epsilon) ? epsilon : null;
}

import { unavailable } from '../../core/errors.js';
import { ThreadPool } from '../../core/thread-pool.js';
import { DegenerateInputError, type PairComparison } from '../../numerics/inference/index.js';
import { compareNow, type PostHocQuestion } from './post-hoc.js';
import type { PostHocAnswer } from './post-hoc.worker.js';

/** About 0.3 ms a pair for Tukey and Kramer, and some milliseconds for Games and Howell: up to 20 ms on this thread. */
const MOST_PAIRS_NOW = { tukey_kramer: 45, games_howell: 3 } as const;

const MAX_THREADS = 2;
/** So many wait; the one behind them is refused, as anything else that the gateway is too busy for. */
const MAX_QUEUE = 100;

/** Compares pairs of groups, many of them in other threads, so that nobody waits for them who has not asked. */
export class PostHocPool {
  private readonly pool: ThreadPool;

  /** @param script the worker's compiled file. */
  constructor(script: string) {
    this.pool = new ThreadPool({ script, maxThreads: MAX_THREADS });
  }

  /** @throws DegenerateInputError */
  readonly compare = async (question: PostHocQuestion): Promise<readonly PairComparison[]> => {
    const { groups, method } = question;
    if ((groups.length * (groups.length - 1)) / 2 <= MOST_PAIRS_NOW[method]) return compareNow(question);
    if (this.pool.queued >= MAX_QUEUE) throw unavailable('too many comparisons wait; try again', 1);
    const answer = await this.answer(question);
    if ('pairs' in answer) return answer.pairs;
    throw new DegenerateInputError(answer.reason, answer.message);
  };

  close(): Promise<void> {
    return this.pool.close();
  }

  private answer(question: PostHocQuestion): Promise<PostHocAnswer> {
    return this.pool.run('answer', question);
  }
}

import {
  DegenerateInputError,
  type DegenerateReason,
  type PairComparison,
} from '../../numerics/inference/index.js';
import { compareNow, type PostHocQuestion } from './post-hoc.js';

/** An error loses its class on the way between threads, so an expected one goes as data. */
export type PostHocAnswer =
  | { readonly pairs: readonly PairComparison[] }
  | { readonly reason: DegenerateReason; readonly message: string };

/** What runs in the pool's threads. */
export function answer(question: PostHocQuestion): PostHocAnswer {
  try {
    return { pairs: compareNow(question) };
  } catch (error) {
    if (error instanceof DegenerateInputError) return { reason: error.reason, message: error.message };
    throw error;
  }
}

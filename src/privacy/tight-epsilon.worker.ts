import { parentPort } from 'node:worker_threads';
import { tightEpsilon, type SubsampledGaussianRound } from '../numerics/dp/index.js';

/** One question to the worker. It is answered before the next one is asked. */
export interface TightQuestion {
  readonly rounds: readonly SubsampledGaussianRound[];
  readonly delta: number;
}

parentPort?.on('message', ({ rounds, delta }: TightQuestion) => {
  parentPort?.postMessage(tightEpsilon(rounds, delta));
});

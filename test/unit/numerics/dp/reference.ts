import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { rdpVector, type SubsampledGaussianRound } from '../../../../src/numerics/dp/index.js';

export interface ExactRdp {
  readonly kind: 'rdp_exact';
  readonly sigma: number;
  readonly q: number;
  readonly alpha: number;
  /** 40 digits. */
  readonly rdp: string;
}

export interface SingleRound {
  readonly kind: 'single';
  readonly sigma: number;
  readonly q: number;
  readonly T: number;
  readonly delta: readonly number[];
  readonly rdp_dp_accounting: readonly number[];
  readonly rdp_optimal_order: readonly number[];
  /** Only at q = 1. */
  readonly exact_gaussian?: readonly string[];
}

export interface ComposedRounds {
  readonly kind: 'composed';
  readonly rounds: readonly { readonly sigma: number; readonly q: number; readonly T: number }[];
  readonly delta: readonly number[];
  readonly rdp_dp_accounting: readonly number[];
  /** After each of the rounds, at each delta. */
  readonly rdp_history: readonly (readonly number[])[];
}

export type ReferenceCase = ExactRdp | SingleRound | ComposedRounds;

/** Values of google/differential-privacy's dp_accounting, and 40-digit ones; their provenance is in the file. */
export const referenceCases: readonly ReferenceCase[] = read('dp.json').cases;

/** σ, q, α and the 40-digit RDP of one step; made by the script of the same name. */
export const extremes: readonly (readonly [number, number, number, string])[] = read('rdp-extremes.json');

/** What dp_accounting uses unless told otherwise. */
export const commonOrders: readonly number[] = [
  ...Array.from({ length: 99 }, (_, index) => (index + 11) / 10),
  ...Array.from({ length: 53 }, (_, index) => index + 11),
  ...[64, 128, 256, 512, 1_024],
];

export function aRound(sigma: number, q: number, T: number): SubsampledGaussianRound {
  return { noiseMultiplier: sigma, sampleRate: q, steps: T };
}

export function composed(
  rounds: readonly SubsampledGaussianRound[],
  orders: readonly number[],
): Float64Array {
  const total = new Float64Array(orders.length);
  for (const round of rounds) rdpVector(round, orders).forEach((cost, index) => (total[index]! += cost));
  return total;
}

/** (actual - exact) / exact. */
export function relativeError(actual: number, exact: string): number {
  return (actual - Number(exact)) / Number(exact);
}

function read(file: string) {
  return JSON.parse(readFileSync(resolve('test/reference', file), 'utf8'));
}

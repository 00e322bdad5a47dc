import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SubsampledGaussianRound } from '../../../../src/numerics/dp/round.js';

interface Entry {
  readonly kind: 'single' | 'composed' | 'rdp_exact';
  readonly sigma: number;
  readonly q: number;
  readonly T: number;
  readonly rounds?: readonly { readonly sigma: number; readonly q: number; readonly T: number }[];
  readonly delta: readonly number[];
  readonly rdp_dp_accounting: readonly number[];
  readonly exact_gaussian?: readonly string[];
  readonly pld_1e_4?: readonly number[] | string | null;
  readonly pld_1e_4_contaminated_deltas?: readonly number[];
  readonly pld_alt?: readonly (number | string)[] | string | null;
  readonly pld_alt_interval?: number;
  readonly pld_alt_contaminated_deltas?: readonly number[];
}

/** Epsilon of a ledger by another implementation, on a grid of its own. */
export interface LossReference {
  readonly name: string;
  readonly rounds: readonly SubsampledGaussianRound[];
  readonly delta: number;
  readonly interval: number;
  readonly epsilon: number;
  /** Epsilon by Rényi DP, which no tight bound exceeds. */
  readonly renyi: number;
}

function entries(): readonly Entry[] {
  const path = join(process.cwd(), 'test', 'reference', 'dp.json');
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: readonly Entry[] };
  return cases.filter(({ kind }) => kind !== 'rdp_exact');
}

/** The cases without subsampling, with the exact epsilon of 60 digits. */
export function gaussianCases(): { sigma: number; steps: number; delta: number; exact: number }[] {
  return entries().flatMap(({ sigma, T: steps, delta, exact_gaussian: exact }) =>
    delta.flatMap((value, i) =>
      exact === undefined ? [] : [{ sigma, steps, delta: value, exact: Number(exact[i]) }],
    ),
  );
}

function roundsOf(entry: Entry): SubsampledGaussianRound[] {
  return (entry.rounds ?? [entry]).map(({ sigma, q, T }) => ({
    noiseMultiplier: sigma,
    sampleRate: q,
    steps: T,
  }));
}

/** All values that the reference lists as sound, of one kind. */
export function lossReferences(kind: 'single' | 'composed'): LossReference[] {
  return entries()
    .filter((entry) => entry.kind === kind)
    .flatMap((entry) => [
      ...referencesOf(entry, entry.pld_1e_4, entry.pld_1e_4_contaminated_deltas ?? [], 1e-4),
      ...referencesOf(
        entry,
        entry.pld_alt,
        entry.pld_alt_contaminated_deltas ?? [],
        entry.pld_alt_interval ?? 0,
      ),
    ]);
}

function referencesOf(
  entry: Entry,
  values: readonly (number | string)[] | string | null | undefined,
  contaminated: readonly number[],
  interval: number,
): LossReference[] {
  if (!Array.isArray(values)) return [];
  return entry.delta.flatMap((delta, i) => {
    const epsilon = values[i];
    if (typeof epsilon !== 'number' || contaminated.includes(delta)) return [];
    const rounds = roundsOf(entry);
    const name = `${entry.kind} ${rounds.length} sigma ${rounds[0]?.noiseMultiplier ?? 0} q ${rounds[0]?.sampleRate ?? 0} T ${rounds[0]?.steps ?? 0} delta ${delta} interval ${interval}`;
    const renyi = entry.rdp_dp_accounting[i] ?? Infinity;
    return [{ name, rounds, delta, interval, epsilon, renyi }];
  });
}

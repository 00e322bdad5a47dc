import { discretiseRound } from './pld-discretise.js';
import { moveToGrid, type LossMasses, type LossPair } from './pld-masses.js';
import {
  chernoffBounds,
  logMomentOf,
  windowOf,
  type LogMoment,
  type LossWindow,
  type TailBounds,
} from './pld-moments.js';
import type { SubsampledGaussianRound } from './round.js';
import { LossSpectrum } from './pld-spectrum.js';

/** The loss of both adjacencies, and a bound of what the transforms behind it can take from the sum of a tail. */
export interface ComposedLoss {
  readonly pair: LossPair;
  readonly roundOff: number;
}

/** A loss that can be put on any grid, and how often it is composed. */
export interface LossTerm {
  readonly count: number;
  /** How many single steps one copy stands for, with the log moment of a step. */
  readonly stepsOfOne: number;
  readonly logMoment: LogMoment;
  /** Sum of the squared intervals of all grids that lie behind one copy. */
  readonly squaredIntervals: number;
  /** Computes one copy on a grid; nothing is kept, so that a long ledger needs the memory of one round. */
  readonly on: (interval: number, size: number) => ComposedLoss;
}

/** Where the loss of a composition lies, in both adjacencies, on one interval. */
interface Grid {
  readonly size: number;
  readonly interval: number;
  readonly remove: LossWindow;
  readonly add: LossWindow;
}

const MOST_TRIALS = 40;

/**
 * One round as a term.
 *
 * @param round sigma > 0, q > 0, T > 0.
 * @param tailMass what the outcomes left out on either side may hold for each step.
 */
export function termOfRound(round: SubsampledGaussianRound, tailMass: number): LossTerm {
  // Q(z) <= exp(-z^2 / 2) / 2.
  const deviations = Math.sqrt(-2 * Math.log(tailMass));
  return {
    count: round.steps,
    stepsOfOne: 1,
    logMoment: logMomentOf(round, deviations),
    squaredIntervals: 0,
    on: (interval, size) => ({ pair: discretiseRound(round, interval, deviations, 2 * size), roundOff: 0 }),
  };
}

function squaredIntervalsOf(terms: readonly LossTerm[], interval: number): number {
  let sum = 0;
  for (const term of terms) sum += term.count * (term.squaredIntervals + interval * interval);
  return sum;
}

/**
 * Chooses the interval: as small as `size` points allow while they hold the windows of both adjacencies. Splitting
 * widens the windows with the interval, which is therefore raised until they fit.
 *
 * @returns null where no interval does.
 */
function gridOf(terms: readonly LossTerm[], size: number, mass: number): Grid | null {
  const moments = terms.map(({ logMoment, count, stepsOfOne }) => ({ logMoment, steps: count * stepsOfOne }));
  const bounds = {
    remove: chernoffBounds(moments, 'remove', mass),
    add: chernoffBounds(moments, 'add', mass),
  };
  const at = (interval: number): Grid => {
    const windowFor = (tails: TailBounds): LossWindow => windowOf(tails, squaredIntervalsOf(terms, interval));
    return { size, interval, remove: windowFor(bounds.remove), add: windowFor(bounds.add) };
  };
  let grid = at(0);
  for (let trial = 0; trial < MOST_TRIALS; trial++) {
    const needed = Math.max(widthOf(grid.remove), widthOf(grid.add)) / (size - 4);
    if (!(needed < Infinity)) return null;
    if (needed <= grid.interval) return grid;
    grid = at(Math.max(needed, grid.interval * 1.05) * 1.002);
  }
  return null;
}

function widthOf({ lowest, highest }: LossWindow): number {
  return highest - lowest;
}

function composeOn(terms: readonly LossTerm[], grid: Grid, mass: number): ComposedLoss {
  const { size, interval } = grid;
  const remove = new LossSpectrum(size, interval);
  const add = new LossSpectrum(size, interval);
  let inherited = 0;
  for (const { on, count } of terms) {
    const { pair, roundOff } = on(interval, size);
    remove.multiply(pair.remove, count);
    add.multiply(pair.add, count);
    inherited += count * roundOff;
  }
  const removed = remove.invert(grid.remove.lowest);
  const added = add.invert(grid.add.lowest);
  const withTail = (pmf: LossMasses): LossMasses => ({ ...pmf, infinityMass: pmf.infinityMass + mass });
  return {
    pair: { remove: withTail(removed.pmf), add: withTail(added.pmf) },
    roundOff: inherited + Math.max(removed.roundOff, added.roundOff),
  };
}

/**
 * Composes the terms on a common grid by one product of spectra.
 *
 * @param terms at least one.
 * @param size grid points, a power of two.
 * @param mass what either tail of the composed loss may hold outside of the window. That of the upper tail is added to
 * the infinity mass; that of the lower tail wraps to the top, where it can only raise epsilon.
 * @returns null where the loss does not fit on the grid.
 */
export function compose(terms: readonly LossTerm[], size: number, mass: number): ComposedLoss | null {
  const grid = gridOf(terms, size, mass);
  return grid === null ? null : composeOn(terms, grid, mass);
}

/** How a term of many copies is composed beforehand: copies in a group, points of its grid, mass left out by all. */
export interface Grouping {
  readonly group: number;
  readonly size: number;
  readonly mass: number;
}

/**
 * Writes a term of very many copies as copies of a term that is composed beforehand on a finer grid of its own, and
 * the rest. Splitting losses on the grid of the whole composition once for each step would widen the loss by more
 * than the steps do, and round-off would grow with the number of steps.
 *
 * @returns the term itself where it has few copies, or where its loss does not fit on a grid.
 */
export function regroup(term: LossTerm, grouping: Grouping): readonly LossTerm[] {
  const { group, size, mass } = grouping;
  if (term.count <= 2 * group) return [term];
  const copies = Math.floor(term.count / group);
  const inner = [{ ...term, count: group }];
  const grid = gridOf(inner, size, mass / copies);
  if (grid === null) return [term];
  const grouped: LossTerm = {
    ...term,
    count: copies,
    stepsOfOne: term.stepsOfOne * group,
    squaredIntervals: squaredIntervalsOf(inner, grid.interval),
    on: (interval) => {
      const { pair, roundOff } = composeOn(inner, grid, mass / copies);
      return {
        pair: { remove: moveToGrid(pair.remove, interval), add: moveToGrid(pair.add, interval) },
        roundOff,
      };
    },
  };
  const rest = term.count - copies * group;
  const groups = regroup(grouped, grouping);
  return rest === 0 ? groups : [...groups, { ...term, count: rest }];
}

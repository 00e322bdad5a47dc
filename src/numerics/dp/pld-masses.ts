/** Looked up once: a lookup of `Math` in each turn of the loops costs ten times as much where globals are virtual (jest). */
const { expm1, floor } = Math;

/**
 * A privacy loss distribution on a grid: `masses[i]` lies at the loss `origin + (offset + i) * interval`, and
 * `infinityMass` at infinity.
 */
export interface LossMasses {
  readonly origin: number;
  readonly interval: number;
  readonly offset: number;
  readonly masses: Float64Array;
  readonly infinityMass: number;
}

/** The loss of either adjacency: ln P/Q under P (the client is removed) and ln Q/P under Q (it is added). */
export interface LossPair {
  readonly remove: LossMasses;
  readonly add: LossMasses;
}

/** Moves the origin to the mean, so that the phases of the spectrum stay small. */
export function centred(pmf: LossMasses): LossMasses {
  let sum = 0;
  let moment = 0;
  for (const [i, mass] of pmf.masses.entries()) {
    sum += mass;
    moment += mass * i;
  }
  const shift = sum > 0 ? Math.round(moment / sum) + pmf.offset : 0;
  return { ...pmf, origin: pmf.origin + shift * pmf.interval, offset: pmf.offset - shift };
}

/** Adds to the mass at a grid point. */
export function addMass(target: Float64Array, index: number, mass: number): void {
  target[index] = (target[index] ?? 0) + mass;
}

/**
 * The same loss on another grid, pessimistic: each mass m at a loss l is split between the neighbouring points
 * L <= l <= L + H, the upper one receiving m (1 - e^(L - l)) / (1 - e^-H), which keeps the mass of both distributions.
 *
 * @param pmf on any grid; its masses may be negative by round-off.
 * @param interval H, > 0.
 * @see Doroshenko et al. 2022, Algorithm 1, for a distribution of atoms.
 */
export function moveToGrid(pmf: LossMasses, interval: number): LossMasses {
  const ratio = pmf.interval / interval;
  const first = floor(pmf.offset * ratio);
  const masses = new Float64Array(floor((pmf.offset + pmf.masses.length) * ratio) - first + 2);
  const whole = expm1(-interval);
  for (let i = 0; i < pmf.masses.length; i++) {
    const mass = pmf.masses[i] ?? 0;
    const position = (pmf.offset + i) * ratio;
    const below = floor(position);
    const upper = (mass * expm1((below - position) * interval)) / whole;
    addMass(masses, below - first, mass - upper);
    addMass(masses, below - first + 1, upper);
  }
  return centred({ ...pmf, interval, offset: first, masses });
}

import { incompleteBeta, pointOfOdds } from './incomplete-beta.js';

/** The degrees of freedom of an F statistic, each at least 1, an integer or not. */
export interface FDegrees {
  readonly numerator: number;
  readonly denominator: number;
}

/**
 * The upper tail of the F distribution, P(F > f) = I_x(d2 / 2, d1 / 2) with x = d2 / (d2 + d1 f).
 *
 * @param f       at least 0, Infinity included.
 * @param degrees d1 (numerator) and d2 (denominator), each at least 1 and finite.
 * @returns a probability in [0, 1]; relative error below 1e-12 down to 1e-300, measured in `distributions.test.ts`.
 * @throws RangeError when an argument is outside its domain.
 * @see Abramowitz and Stegun 26.6.2.
 */
export function fUpperTail(f: number, { numerator, denominator }: FDegrees): number {
  for (const degrees of [numerator, denominator])
    if (!(degrees >= 1 && degrees < Infinity))
      throw new RangeError(`degrees of freedom must be at least 1 and finite, not ${degrees}`);
  if (!(f >= 0)) throw new RangeError(`f must be at least 0, not ${f}`);
  const { x, complement } = pointOfOdds((numerator / denominator) * f);
  return incompleteBeta({ x: complement, complement: x }, { a: denominator / 2, b: numerator / 2 });
}

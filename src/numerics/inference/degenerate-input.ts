/** Why data have no value for a statistic; each is also a reason in the answer of an analysis. */
export type DegenerateReason =
  'insufficient_data' | 'insufficient_groups' | 'zero_variance' | 'degenerate_table' | 'spread_out_of_range';

/** The data do not determine the statistic that was asked for: an expected outcome, which the caller passes on. */
export class DegenerateInputError extends RangeError {
  override readonly name = 'DegenerateInputError';

  constructor(
    readonly reason: DegenerateReason,
    message: string,
  ) {
    super(message);
  }
}

/**
 * The figures as they are, if all are finite.
 *
 * @throws DegenerateInputError `spread_out_of_range` otherwise: an infinity or NaN never is an answer.
 */
export function requireFinite<T extends object>(figures: T): T {
  for (const [name, figure] of Object.entries(figures))
    if (typeof figure === 'number' && !Number.isFinite(figure))
      throw new DegenerateInputError('spread_out_of_range', `${name} leaves the range of a double`);
  return figures;
}

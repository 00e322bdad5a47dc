import { conflict } from '../core/errors.js';
import { bucketName, GRANULARITY } from './buckets.js';
import { decodeBody, type CellBody } from './cell-body.js';
import type { Cell, Kind } from './fold.js';
import type { SeriesRow } from './series.js';
import type { StoredCell } from './summary.repository.js';

/** Whether a cell is over a day that its observations can no longer be counted again for. */
export function isExpiredDay(
  { granularity, bucket }: Pick<Cell, 'granularity' | 'bucket'>,
  firstDay: number,
): boolean {
  return granularity === GRANULARITY.day && bucket < firstDay;
}

/**
 * Days of one series that can be read.
 * @param ofSeries the kind of the series, where the record tells it; else that of the first day is.
 * @param tell hears of each of the others what is wrong with it.
 */
export function readableDays(
  days: readonly StoredCell[],
  ofSeries: Kind | undefined,
  tell: (day: StoredCell, what: string) => void,
): Cell[] {
  const read: Cell[] = [];
  for (const day of days) {
    const body = bodyOrProblem(day.body);
    const kind = ofSeries ?? read[0]?.body.kind;
    if (typeof body === 'string') tell(day, body);
    else if (kind !== undefined && body.kind !== kind)
      tell(day, `is a summary of kind ${body.kind}, and ${kind} on other days`);
    else read.push({ ...day, body });
  }
  return read;
}

/**
 * Days of one series, whatever else is made of them.
 * @param ofSeries the kind of the series, where the record tells it.
 * @throws CONFLICT naming one that cannot be read.
 */
export function getDays(series: SeriesRow, days: readonly StoredCell[], ofSeries: Kind | undefined): Cell[] {
  return readableDays(days, ofSeries, (day, what) => {
    const name = series.variable === '' ? 'observations' : series.variable;
    throw conflict(
      `the summary of ${name} of ${series.orgId} in ${series.federationId}, group ${JSON.stringify(series.deviceGroup)}, ` +
        `day ${bucketName(day.granularity, day.bucket)}, ${what}, and its observations have expired: bring that summary ` +
        'back from a backup or delete it, and run the command again',
      { series_id: series.id },
    );
  });
}

function bodyOrProblem(bytes: Buffer): CellBody | string {
  try {
    return decodeBody(bytes);
  } catch (error) {
    // Whatever the damage, it is what the caller wants to know.
    return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

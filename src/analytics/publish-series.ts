import type { Transaction } from '../db/database.js';
import type { MemberKey } from '../federations/index.js';
import { summaryCells } from './cell-table.js';
import { getDays } from './expired-days.js';
import { coarserOf } from './fold.js';
import { horizonRepository } from './horizon.repository.js';
import { memberSummaryRepository } from './member-summary.repository.js';
import { rebuiltDayRepository } from './rebuilt-day.repository.js';
import type { SeriesRow } from './series.js';
import { summaryRepository } from './summary.repository.js';

export interface SeriesPage {
  /** The id before the first. */
  readonly behind: string;
  /** At most so many. */
  readonly series: number;
  /** And no more than have so many bytes of summaries; one at least. */
  readonly bytes: number;
}

/**
 * Puts what was made anew in the place of what some series of a member have, whatever it is. Days that have expired stay,
 * and the months and all time that they are part of are made of them and of the new ones. For whoever has the locks
 * of the member and of its row in the queue, and has counted all that it sent.
 * @returns the series; none where there are no more.
 * @throws CONFLICT for an expired day that cannot be read.
 */
export async function publishSeries(
  tx: Transaction,
  member: MemberKey,
  page: SeriesPage,
): Promise<readonly SeriesRow[]> {
  // Behind the last look at the record: of a day that is kept now, no row had been dropped when it was counted.
  const firstDay = await horizonRepository.firstDayOf(tx, member.federationId);
  const series = await nextSeries(tx, member, page);
  if (series.length === 0) return series;
  const expired = await summaryRepository.listDaysBefore(tx, series, firstDay);
  const rebuilt = await rebuiltDayRepository.list(tx, series, firstDay);
  const coarser = series.flatMap((row) => {
    const isOfRow = ({ seriesId }: { readonly seriesId: string }) => seriesId === row.id;
    const kept = rebuilt.filter(isOfRow);
    return coarserOf([...getDays(row, expired.filter(isOfRow), kept[0]?.body.kind), ...kept]);
  });
  await rebuiltDayRepository.publish(tx, series, firstDay);
  await summaryCells.put(tx, coarser);
  await memberSummaryRepository.dropEmptySeries(
    tx,
    series.map(({ id }) => id),
  );
  return series;
}

async function nextSeries(
  tx: Transaction,
  member: MemberKey,
  { behind, series: limit, bytes: maxBytes }: SeriesPage,
): Promise<readonly SeriesRow[]> {
  const series = await summaryRepository.listSeries(tx, member, { behind, limit });
  if (series.length === 0) return series;
  const bytes = await rebuiltDayRepository.bytesOf(tx, series);
  let [count, sum] = [0, 0];
  for (const { id } of series) {
    sum += bytes.get(id) ?? 0;
    if (count > 0 && sum > maxBytes) break;
    count += 1;
  }
  return series.slice(0, count);
}

import { mergeBodies, type CellBody } from '../cell-body.js';
import type { GroupSize } from '../disclosure.policy.js';
import type { GroupBy } from '../group-by.js';
import type { GroupSummary } from '../group-fold.js';

/** How many observations each member has in a group. */
export type Contributions = ReadonlyMap<string, number>;

/** A group over all members, or a member over all its groups. */
export interface MergedGroup {
  readonly id: string;
  readonly contributions: Contributions;
  readonly body: CellBody;
}

/** Summaries by member and device group, merged into what makes a group here. */
export function mergeGroups(summaries: readonly GroupSummary[], by: GroupBy): Map<string, MergedGroup> {
  const parts = new Map<string, [GroupSummary, ...GroupSummary[]]>();
  for (const summary of summaries) {
    const id = by === 'device_group' ? summary.deviceGroup : summary.orgId;
    const known = parts.get(id);
    if (known === undefined) parts.set(id, [summary]);
    else known.push(summary);
  }
  return new Map(
    [...parts].map(([id, [first, ...rest]]) => [
      id,
      {
        id,
        contributions: contributionsOf([first, ...rest]),
        body: mergeBodies([first.body, ...rest.map(({ body }) => body)]),
      },
    ]),
  );
}

/** A group without an observation. */
export function noGroup(id: string): MergedGroup {
  return { id, contributions: new Map(), body: { kind: 'count' } };
}

function contributionsOf(summaries: readonly GroupSummary[]): Contributions {
  const counts = new Map<string, number>();
  for (const { orgId, count } of summaries) counts.set(orgId, (counts.get(orgId) ?? 0) + count);
  return counts;
}

/** What is in the whole and not in the part. */
export function withoutPart(whole: Contributions, part: Contributions): Contributions {
  return new Map([...whole].map(([orgId, count]) => [orgId, count - (part.get(orgId) ?? 0)]));
}

/** @param orgId of whoever looks; null for one that belongs to no organization. */
export function sizeFor(orgId: string | null, contributions: Contributions): GroupSize {
  const count = [...contributions.values()].reduce((sum, contribution) => sum + contribution, 0);
  return { count, own: orgId === null ? 0 : (contributions.get(orgId) ?? 0) };
}

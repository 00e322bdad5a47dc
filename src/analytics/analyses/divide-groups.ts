import { suppressionOf, type Disclosure } from '../disclosure.policy.js';
import type { ShownSizes } from '../queries/query-basis.js';
import type { ShownGroup, WithheldGroup } from './analysis.js';
import { sizeFor, withoutPart, type MergedGroup } from './groups.js';

/** A group with the filters and without them. */
export interface FilteredGroup {
  readonly part: MergedGroup;
  readonly whole: MergedGroup;
}

/** Who looks, and what is withheld from whom. */
export interface Onlooker {
  /** Null for one that belongs to no organization. */
  readonly orgId: string | null;
  readonly disclosure: Disclosure;
  readonly minSampleCount: number;
}

/** The groups that may be shown, with what decides who may see them later, and those that are withheld, in their order. */
export function divideGroups(
  groups: readonly FilteredGroup[],
  { orgId, disclosure, minSampleCount }: Onlooker,
): {
  readonly shown: readonly ShownGroup[];
  readonly sizes: readonly ShownSizes[];
  readonly withheld: readonly WithheldGroup[];
} {
  const shown: ShownGroup[] = [];
  const sizes: ShownSizes[] = [];
  const withheld: WithheldGroup[] = [];
  for (const { part, whole } of groups) {
    const leftOut = withoutPart(whole.contributions, part.contributions);
    const size = sizeFor(orgId, part.contributions);
    const reason = suppressionOf(size, sizeFor(orgId, leftOut), { disclosure, minSampleCount });
    if (reason === null) {
      shown.push({ id: part.id, count: size.count, body: part.body, whole: whole.body });
      sizes.push({ shown: part.contributions, leftOut });
    } else {
      withheld.push({ groupId: part.id, reason });
    }
  }
  return { shown, sizes, withheld };
}

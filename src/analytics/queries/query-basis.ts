import type { Told } from '../analyses/analysis.js';
import { sizeFor, type Contributions } from '../analyses/groups.js';
import {
  mayShowGroup,
  mayShowPart,
  mayTellExtremes,
  mayTellMedian,
  mayTellQuartiles,
  type Disclosure,
} from '../disclosure.policy.js';

/** Of a group that an answer shows: who has how many observations in it, and in what its filters left out. */
export interface ShownSizes {
  readonly shown: Contributions;
  readonly leftOut: Contributions;
}

/** What decides who may see an answer again. */
export interface QueryBasis {
  readonly groups: readonly ShownSizes[];
  readonly told: Told;
}

/**
 * Whether an answer may be shown to somebody now: the policy may be stricter than on the day that it was given, and
 * whoever looks may own a part of a group that was a stranger's to the one who asked.
 * @param orgId of whoever looks; null for an operator.
 */
export function mayShowAnswer(
  { groups, told }: QueryBasis,
  orgId: string | null,
  disclosure: Disclosure,
): boolean {
  const { minGroupSize } = disclosure;
  return (
    groups.every(
      ({ shown, leftOut }) =>
        mayShowGroup(sizeFor(orgId, shown), disclosure) && mayShowPart(sizeFor(orgId, leftOut), disclosure),
    ) &&
    (told.median === null || mayTellMedian(told.median, disclosure)) &&
    (told.quartiles === null || mayTellQuartiles(told.quartiles, disclosure)) &&
    (!told.extremes || mayTellExtremes(disclosure)) &&
    (told.cell === null || told.cell >= minGroupSize)
  );
}

/** The organizations whose observations an answer is made of, by id. */
export function sourcesOf({ groups }: QueryBasis): string[] {
  const used = groups.flatMap(({ shown }) =>
    [...shown].flatMap(([orgId, count]) => (count > 0 ? [orgId] : [])),
  );
  return [...new Set(used)].sort();
}

export function writeBasis({ groups, told }: QueryBasis): string {
  return JSON.stringify({
    groups: groups.map(({ shown, leftOut }) => [entries(shown), entries(leftOut)]),
    told,
  });
}

/** @throws TypeError for what `writeBasis` has not written: such an answer is shown to nobody. */
export function readBasis(json: string): QueryBasis {
  const basis: unknown = JSON.parse(json);
  if (!isRecord(basis) || !Array.isArray(basis['groups']) || !isRecord(basis['told'])) throw unreadable();
  return { groups: basis['groups'].map(readSizes), told: readTold(basis['told']) };
}

function entries(contributions: Contributions): [string, number][] {
  return [...contributions].filter(([, count]) => count > 0);
}

function readSizes(sizes: unknown): ShownSizes {
  if (!Array.isArray(sizes)) throw unreadable();
  const parts: readonly unknown[] = sizes;
  const [shown, leftOut] = parts;
  return { shown: readContributions(shown), leftOut: readContributions(leftOut) };
}

function readContributions(list: unknown): Contributions {
  if (!Array.isArray(list)) throw unreadable();
  return new Map(
    list.map((entry: unknown): [string, number] => {
      const pair: readonly unknown[] = Array.isArray(entry) ? entry : [];
      const [orgId, count] = pair;
      if (typeof orgId !== 'string' || typeof count !== 'number') throw unreadable();
      return [orgId, count];
    }),
  );
}

function readTold(told: Readonly<Record<string, unknown>>): Told {
  const { extremes } = told;
  if (typeof extremes !== 'boolean') throw unreadable();
  const sizeOf = (name: string): number | null => {
    const size = told[name];
    if (size !== null && typeof size !== 'number') throw unreadable();
    return size;
  };
  return { median: sizeOf('median'), quartiles: sizeOf('quartiles'), extremes, cell: sizeOf('cell') };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function unreadable(): TypeError {
  return new TypeError('the basis of an answer cannot be read');
}

import type { CallContext } from '../../db/call-context.js';
import type { Reader } from '../../db/database.js';
import type { RosterService } from '../../federations/index.js';
import type { Disclosure } from '../disclosure.policy.js';
import type { DiscoveryService } from '../discovery.service.js';
import type { GroupBy } from '../group-by.js';
import type { SummaryReader } from '../summary-reader.service.js';
import { variableRepository } from '../variable.repository.js';
import type { ShownSizes } from '../queries/query-basis.js';
import type { ShownData, WithheldGroup } from './analysis.js';
import { divideGroups } from './divide-groups.js';
import { mergeGroups, noGroup } from './groups.js';
import { narrows, type Named, type Question } from './question.js';
import { enumerated, listed, MAX_LISTED, refusal, refusalOf } from './refusal.js';

/** Where a question is asked. */
export interface Asking {
  readonly ctx: CallContext;
  readonly federationId: string;
  readonly disclosure: Disclosure;
}

/** What may be computed from, and what decides who may see it later. */
export interface QuestionData {
  readonly data: ShownData;
  readonly sizes: readonly ShownSizes[];
}

/** The steps of an analysis between its form and its computation: names, summaries, disclosure. */
export class QuestionDataService {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly rosters: RosterService,
    private readonly summaries: SummaryReader,
  ) {}

  /** @throws BAD_USER_INPUT `unknown_variable` or `wrong_kind` */
  async assertVariables(asking: Asking, { variables, kind }: Question): Promise<void> {
    const known = await variableRepository.findMany(
      asking.ctx.db,
      asking.federationId,
      variables.map(({ name }) => name),
    );
    for (const { field, name } of variables) {
      const variable = known.find((row) => row.name === name);
      if (variable === undefined) throw await this.unknownVariable(asking, field);
      if (variable.kind !== kind)
        throw refusalOf(field, 'wrong_kind', `must be ${kind}; ${name} is ${variable.kind}`, {
          kind: variable.kind,
        });
    }
  }

  private async unknownVariable({ ctx, federationId, disclosure }: Asking, field: string) {
    const variables = await this.discovery.listVariables(ctx, federationId, disclosure);
    const names = variables.map(({ name }) => name);
    return refusalOf(field, 'unknown_variable', `must be a variable of the federation; ${listed(names)}`, {
      known: names.slice(0, MAX_LISTED),
    });
  }

  /**
   * What makes a group, all named ones being known.
   * @throws BAD_USER_INPUT `unknown_group`
   */
  async resolveGroupBy(asking: Asking, { groupBy, groups }: Question): Promise<GroupBy> {
    if (groups === null) return groupBy ?? 'device_group';
    const candidates = groupBy === null ? (['device_group', 'federation_member'] as const) : [groupBy];
    let missing: Named | undefined;
    for (const by of candidates) {
      const known = await this.knownGroups(asking, by, groups);
      const absent = groups.find(({ name }) => !known.has(name));
      if (absent === undefined) return by;
      missing ??= absent;
    }
    throw await this.unknownGroup(asking, missing?.field ?? 'groupIds', candidates);
  }

  /** Groups that have observations of any variable, and members that take part. */
  private async knownGroups(
    { ctx, federationId }: Asking,
    by: GroupBy,
    groups: readonly Named[],
  ): Promise<ReadonlySet<string>> {
    const ids = groups.map(({ name }) => name);
    const known = await this.discovery.existingAmong(ctx.db, federationId, { by, ids });
    if (by === 'device_group' || groups.every(({ name }) => known.has(name))) return known;
    const members = await this.rosters.findByOrganization(ctx, [federationId], ids);
    const active = members.filter(({ status }) => status === 'active').map(({ orgId }) => orgId);
    return new Set([...known, ...active]);
  }

  private async unknownGroup(asking: Asking, field: string, candidates: readonly GroupBy[]) {
    const { ctx, federationId, disclosure } = asking;
    const lists = await Promise.all(
      candidates.map((by) => this.discovery.listGroups(ctx, federationId, { by, disclosure })),
    );
    const ids = lists.flat().map(({ id }) => id);
    return refusalOf(field, 'unknown_group', `must be a group of the federation; ${listed(ids)}`, {
      known: ids.slice(0, MAX_LISTED),
    });
  }

  /**
   * Reads the summaries that answer the question and withholds what may not be shown.
   * @throws BAD_USER_INPUT `below_disclosure_threshold` where a group may not be left out, `raw_expired`
   */
  async read(
    reader: Reader,
    { ctx, federationId, disclosure }: Asking,
    question: Question,
    groupBy: GroupBy,
  ): Promise<QuestionData> {
    const { filters, groups: named, withheldGroups } = question;
    const [variable = '', otherVariable = ''] = question.variables.map(({ name }) => name).sort();
    // A t-test of two groups does not pay for the others.
    const among = named === null ? {} : { among: { by: groupBy, ids: named.map(({ name }) => name) } };
    const asked = { federationId, variable, otherVariable, ...among };
    const { startTime: start, endTime: end, devicePlatform: platform } = filters;
    const part = await this.summaries.read(reader, { ...asked, platform, start, end });
    const all = narrows(filters)
      ? await this.summaries.read(reader, { ...asked, platform: null, start: null, end: null })
      : part;
    const parts = mergeGroups(part, groupBy);
    const wholes = all === part ? parts : mergeGroups(all, groupBy);
    const ids = named === null ? [...wholes.keys()] : named.map(({ name }) => name);
    const { shown, sizes, withheld } = divideGroups(
      ids.sort().map((id) => ({ part: parts.get(id) ?? noGroup(id), whole: wholes.get(id) ?? noGroup(id) })),
      { orgId: ctx.viewer.orgId, disclosure, minSampleCount: filters.minSampleCount },
    );
    if (withheldGroups === 'refused' && withheld.length > 0)
      throw refusedGroups(question, withheld, disclosure);
    return { data: { groupBy, groups: shown, withheld, disclosure }, sizes };
  }
}

/** Names the groups, which the caller has named, and tells nothing of their sizes. */
function refusedGroups(
  { groups }: Question,
  withheld: readonly WithheldGroup[],
  { minGroupSize }: Disclosure,
) {
  const [first] = withheld;
  const field = groups?.find(({ name }) => name === first?.groupId)?.field ?? 'groupIds';
  const ids = enumerated(withheld.map(({ groupId }) => groupId));
  if (withheld.every(({ reason }) => reason === 'below_min_sample_count'))
    return refusalOf(field, 'insufficient_data', `has fewer observations than min_sample_count: ${ids}`);
  // Where nothing is withheld, only what is empty cannot be shown.
  if (minGroupSize === 1) return refusalOf(field, 'insufficient_data', `has no such observation: ${ids}`);
  return refusal('below_disclosure_threshold', `${ids} may not be shown here: too few observations`, {
    field,
    facts: { groups: withheld.map(({ groupId }) => groupId) },
  });
}

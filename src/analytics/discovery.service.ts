import { assertScope } from '../auth/index.js';
import type { CallContext } from '../db/call-context.js';
import type { Reader } from '../db/database.js';
import type { FederationService, FederationView } from '../federations/index.js';
import type { GroupBy } from './group-by.js';
import { mayShowGroup, type Disclosure } from './disclosure.policy.js';
import { summaryRepository, type SeriesCount } from './summary.repository.js';
import type { VariableKind } from './variable.entity.js';
import { variableRepository } from './variable.repository.js';

export interface VariableView {
  readonly name: string;
  readonly kind: VariableKind;
  readonly observationCount: number;
  readonly firstRecordedAt: number | null;
  readonly lastRecordedAt: number | null;
}

export interface GroupView {
  readonly id: string;
  readonly observationCount: number;
}

/** The counts of a group together. */
interface Total {
  readonly count: number;
  readonly own: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** The observations as such, whatever variables are in them. */
const ANY_VARIABLE = '';

/** What can be asked about. A group that may not be shown is neither listed nor counted. */
export class DiscoveryService {
  constructor(private readonly federations: FederationService) {}

  /**
   * A federation to ask about; null when the viewer may not know of it.
   * @param federationId null for the only one. @throws BAD_USER_INPUT naming those that there are.
   * @throws FORBIDDEN for an invited caller
   */
  async find(ctx: CallContext, federationId: string | null): Promise<FederationView | null> {
    assertScope(ctx.viewer, 'analytics:read');
    const id = federationId ?? ctx.viewer.federationId ?? (await this.federations.getOnlyActive(ctx));
    return this.federations.findParticipated(ctx, id);
  }

  /** By name. A variable is counted over the device groups that may be shown, and listed when there is one. */
  async listVariables(
    ctx: CallContext,
    federationId: string,
    disclosure: Disclosure,
  ): Promise<VariableView[]> {
    assertScope(ctx.viewer, 'analytics:read');
    const [variables, counts] = await Promise.all([
      variableRepository.list(ctx.db, federationId),
      summaryRepository.listCounts(ctx.db, federationId),
    ]);
    const byVariable = new Map<string, SeriesCount[]>();
    for (const count of counts) {
      const known = byVariable.get(count.variable);
      if (known === undefined) byVariable.set(count.variable, [count]);
      else known.push(count);
    }
    return variables.flatMap(({ name, kind }) => {
      const groups = totals(ctx, byVariable.get(name) ?? [], 'device_group').values();
      const [first, ...rest] = [...groups].filter((total) => mayShowGroup(total, disclosure));
      if (first === undefined) return [];
      const { count, firstAt, lastAt } = rest.reduce(together, first);
      return [{ name, kind, observationCount: count, firstRecordedAt: firstAt, lastRecordedAt: lastAt }];
    });
  }

  /** By id. */
  async listGroups(
    ctx: CallContext,
    federationId: string,
    { by, disclosure }: { readonly by: GroupBy; readonly disclosure: Disclosure },
  ): Promise<GroupView[]> {
    assertScope(ctx.viewer, 'analytics:read');
    const observations = await summaryRepository.listCounts(ctx.db, federationId, ANY_VARIABLE);
    return [...totals(ctx, observations, by)]
      .filter(([, total]) => mayShowGroup(total, disclosure))
      .map(([id, { count }]) => ({ id, observationCount: count }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Those of the groups that have observations, whether or not they may be shown: only to tell unknown ones. */
  async existingAmong(
    db: Reader,
    federationId: string,
    among: { readonly by: GroupBy; readonly ids: readonly string[] },
  ): Promise<ReadonlySet<string>> {
    return new Set(await summaryRepository.listGroups(db, federationId, among));
  }
}

function totals(ctx: CallContext, counts: readonly SeriesCount[], by: GroupBy): Map<string, Total> {
  const byGroup = new Map<string, Total>();
  for (const { orgId, deviceGroup, count, firstAt, lastAt } of counts) {
    const group = by === 'device_group' ? deviceGroup : orgId;
    const own = orgId === ctx.viewer.orgId ? count : 0;
    const known = byGroup.get(group);
    byGroup.set(
      group,
      known === undefined
        ? { count, own, firstAt, lastAt }
        : together(known, { count, own, firstAt, lastAt }),
    );
  }
  return byGroup;
}

function together(a: Total, b: Total): Total {
  return {
    count: a.count + b.count,
    own: a.own + b.own,
    firstAt: Math.min(a.firstAt, b.firstAt),
    lastAt: Math.max(a.lastAt, b.lastAt),
  };
}

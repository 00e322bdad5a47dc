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
    return variables.flatMap(({ name, kind }) => {
      const ofVariable = counts.filter(({ variable }) => variable === name);
      const shown = [...totals(ctx, ofVariable, 'device_group').values()].filter((total) =>
        mayShowGroup(total, disclosure),
      );
      if (shown.length === 0) return [];
      return [
        {
          name,
          kind,
          observationCount: shown.reduce((sum, { count }) => sum + count, 0),
          firstRecordedAt: Math.min(...shown.map(({ firstAt }) => firstAt)),
          lastRecordedAt: Math.max(...shown.map(({ lastAt }) => lastAt)),
        },
      ];
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

  /** Ids of all groups that have observations, those that may not be shown as well: only to tell unknown ones. */
  async existingGroups(db: Reader, federationId: string, by: GroupBy): Promise<ReadonlySet<string>> {
    const counts = await summaryRepository.listCounts(db, federationId, ANY_VARIABLE);
    return new Set(counts.map(({ deviceGroup, orgId }) => (by === 'device_group' ? deviceGroup : orgId)));
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
        : {
            count: known.count + count,
            own: known.own + own,
            firstAt: Math.min(known.firstAt, firstAt),
            lastAt: Math.max(known.lastAt, lastAt),
          },
    );
  }
  return byGroup;
}

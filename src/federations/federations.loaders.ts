import DataLoader from 'dataloader';
import type { PageRequest } from '../core/page.js';
import type { CallContext } from '../db/call-context.js';
import type { FederationService, FederationView } from './federation.service.js';
import type { MemberStatus } from './membership.js';
import type { MemberRow, RosterQuery, RosterService } from './roster.service.js';
import type { SharedModelRow, SharedModelService } from './shared-model.service.js';

/** A list by parent is one SELECT of a UNION ALL; SQLite takes at most 500 of them. */
const MAX_PARENTS = 100;

interface Services {
  readonly federations: FederationService;
  readonly rosters: RosterService;
  readonly models: SharedModelService;
}

interface RosterKey {
  readonly federationId: string;
  readonly query: RosterQuery;
}

interface ModelsKey {
  readonly federationId: string;
  readonly page: PageRequest;
}

interface RosterCountKey {
  readonly federationId: string;
  readonly statuses: readonly MemberStatus[];
}

interface MemberKey {
  readonly federationId: string;
  readonly orgId: string;
}

/**
 * What the fields of a list of federations or members load, one statement for the whole list. Fresh for each request
 * and after each write. Keys come from rows that the viewer may see.
 */
export class FederationsLoaders {
  readonly federation: DataLoader<string, FederationView | null>;
  readonly roster: DataLoader<RosterKey, readonly MemberRow[], string>;
  /** Active members. */
  readonly memberCount: DataLoader<string, number>;
  readonly rosterCount: DataLoader<RosterCountKey, number, string>;
  readonly member: DataLoader<MemberKey, MemberRow | null, string>;
  readonly models: DataLoader<ModelsKey, readonly SharedModelRow[], string>;
  readonly modelCount: DataLoader<string, number>;

  constructor(ctx: CallContext, services: Services) {
    this.federation = new DataLoader(async (ids) => {
      const byId = new Map((await services.federations.findMany(ctx, ids)).map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id) ?? null);
    });
    this.roster = new DataLoader<RosterKey, readonly MemberRow[], string>(
      listsByFederation((federationIds, { query }) =>
        services.rosters.listRosters(ctx, federationIds, query),
      ),
      { cacheKeyFn: (key) => JSON.stringify(key), maxBatchSize: MAX_PARENTS },
    );
    this.models = new DataLoader<ModelsKey, readonly SharedModelRow[], string>(
      listsByFederation((federationIds, { page }) =>
        services.models.listByFederation(ctx, federationIds, page),
      ),
      { cacheKeyFn: (key) => JSON.stringify(key), maxBatchSize: MAX_PARENTS },
    );
    this.rosterCount = new DataLoader<RosterCountKey, number, string>(
      async (keys) => {
        const groups = await eachGroup(keys, (ids, { statuses }) =>
          services.rosters.countRosters(ctx, ids, statuses),
        );
        return keys.map((key) => groups.get(groupOf(key))?.get(key.federationId) ?? 0);
      },
      { cacheKeyFn: (key) => JSON.stringify(key) },
    );
    this.memberCount = new DataLoader(async (federationIds) => {
      const counts = await services.rosters.countRosters(ctx, federationIds, ['active']);
      return federationIds.map((id) => counts.get(id) ?? 0);
    });
    this.modelCount = new DataLoader(async (federationIds) => {
      const counts = await services.models.countByFederation(ctx, federationIds);
      return federationIds.map((id) => counts.get(id) ?? 0);
    });
    this.member = new DataLoader<MemberKey, MemberRow | null, string>(
      async (keys) => {
        const rows = await services.rosters.findByOrganization(
          ctx,
          unique(keys, 'federationId'),
          unique(keys, 'orgId'),
        );
        const byKey = new Map(rows.map((row) => [`${row.federationId} ${row.orgId}`, row]));
        return keys.map((key) => byKey.get(`${key.federationId} ${key.orgId}`) ?? null);
      },
      { cacheKeyFn: (key) => JSON.stringify(key) },
    );
  }
}

function unique<Key extends MemberKey>(keys: readonly Key[], name: 'federationId' | 'orgId'): string[] {
  return [...new Set(keys.map((key) => key[name]))];
}

/** Everything of a key but its federation: keys with equal rest share a statement. */
function groupOf<Key extends { readonly federationId: string }>({ federationId: _, ...rest }: Key): string {
  return JSON.stringify(rest);
}

async function eachGroup<Key extends { readonly federationId: string }, Result>(
  keys: readonly Key[],
  load: (federationIds: readonly string[], key: Key) => Promise<Result>,
): Promise<Map<string, Result>> {
  const groups = new Map<string, Key[]>();
  for (const key of keys) groups.set(groupOf(key), [...(groups.get(groupOf(key)) ?? []), key]);
  const loading = [...groups].map(async ([group, members]): Promise<[string, Result] | null> => {
    const [first] = members;
    return first === undefined
      ? null
      : [
          group,
          await load(
            members.map(({ federationId }) => federationId),
            first,
          ),
        ];
  });
  return new Map((await Promise.all(loading)).filter((entry) => entry !== null));
}

/** A batch function for lists by federation: one statement for each distinct page that is asked for. */
function listsByFederation<
  Key extends { readonly federationId: string },
  Row extends { readonly federationId: string },
>(
  load: (federationIds: readonly string[], key: Key) => Promise<Row[]>,
): (keys: readonly Key[]) => Promise<(readonly Row[])[]> {
  return async (keys) => {
    const groups = await eachGroup(keys, async (ids, key) => byFederation(await load(ids, key)));
    return keys.map((key) => groups.get(groupOf(key))?.get(key.federationId) ?? []);
  };
}

function byFederation<Row extends { readonly federationId: string }>(
  rows: readonly Row[],
): Map<string, Row[]> {
  const lists = new Map<string, Row[]>();
  for (const row of rows) {
    const list = lists.get(row.federationId);
    if (list === undefined) lists.set(row.federationId, [row]);
    else list.push(row);
  }
  return lists;
}

import DataLoader from 'dataloader';
import { eachGroup, groupOf, listsByFederation, MAX_PARENTS } from './lists-by-federation.js';
import type { PageRequest } from '../core/page.js';
import type { CallContext } from '../db/call-context.js';
import type { FederationService, FederationView } from './federation.service.js';
import { keyOfMember, type MemberKey } from './member-key.js';
import type { MemberStatus } from './membership.js';
import type { MemberRow, RosterQuery, RosterRow, RosterService } from './roster.service.js';
import type { SharedModelRow, SharedModelService } from './shared-model.service.js';

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

/**
 * What the fields of a list of federations or members load, one statement for the whole list. Fresh for each request
 * and after each write. Keys come from rows that the viewer may see.
 */
export class FederationsLoaders {
  readonly federation: DataLoader<string, FederationView | null>;
  readonly roster: DataLoader<RosterKey, readonly RosterRow[], string>;
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
    this.roster = new DataLoader<RosterKey, readonly RosterRow[], string>(
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
        const byKey = new Map(rows.map((row) => [keyOfMember(row), row]));
        return keys.map((key) => byKey.get(keyOfMember(key)) ?? null);
      },
      { cacheKeyFn: keyOfMember },
    );
  }
}

function unique<Key extends MemberKey>(keys: readonly Key[], name: 'federationId' | 'orgId'): string[] {
  return [...new Set(keys.map((key) => key[name]))];
}

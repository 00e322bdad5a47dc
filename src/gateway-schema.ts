import type { GraphQLSchema } from 'graphql';
import {
  AnalysisResolver,
  AnalyticsQueriesResolver,
  AnalyticsResolver,
  DisclosureResolver,
  FederationAnalyticsResolver,
  ObservationResolver,
  PurgeResolver,
  QueryResolver,
} from './analytics/index.js';
import { ApiKeyResolver, OrganizationResolver } from './auth/index.js';
import {
  FederationResolver,
  InviteMembersPayloadResolver,
  MemberPayloadResolver,
  MemberResolver,
  MembershipResolver,
  RosterResolver,
  SharedModelPayloadResolver,
  SharedModelResolver,
} from './federations/index.js';
import { NodeResolver } from './graphql/node.resolver.js';
import { createSchema } from './graphql/schema.js';
import { ViewerResolver } from './graphql/viewer.resolver.js';
import {
  FederationPrivacyResolver,
  FederationRoundsResolver,
  MemberContributionResolver,
  PrivacyHistoryEntryResolver,
  PrivacyPayloadResolver,
  PrivacyResolver,
  RoundContributionResolver,
  RoundResolver,
  TrainingRoundPayloadResolver,
} from './privacy/index.js';
import type { Core } from './use-cases.js';

/** The schema over the use cases; a new feature's resolvers are added here. */
export function createGatewaySchema(core: Core): GraphQLSchema {
  return createSchema([
    new ViewerResolver(core.rosters, core.clock),
    new NodeResolver({
      Organization: (ctx, id) => core.organizations.findVisible(ctx, id),
      ApiKey: (ctx, id) => core.apiKeys.findVisible(ctx, id),
      Federation: (ctx, id) =>
        ctx.viewer.scopes.has('federations:read') ? core.federations.find(ctx, id) : Promise.resolve(null),
      Member: (ctx, id) => core.rosters.findVisible(ctx, id),
      SharedModel: (ctx, id) => core.models.findVisible(ctx, id),
      TrainingRound: (ctx, id) => core.rounds.findVisible(ctx, id),
      AnalyticsQuery: (ctx, id) => core.queries.findVisible(ctx, id),
    }),
    new OrganizationResolver(core.organizations),
    new ApiKeyResolver(core.apiKeys),
    new FederationResolver(core.federations, core.models),
    new RosterResolver(core.rosters),
    new MemberResolver(),
    new MembershipResolver(core.memberships),
    new MemberPayloadResolver(),
    new InviteMembersPayloadResolver(),
    new SharedModelResolver(core.models),
    new SharedModelPayloadResolver(),
    new FederationPrivacyResolver(core.ledgers),
    new PrivacyResolver(core.ledgers),
    new PrivacyHistoryEntryResolver(),
    new PrivacyPayloadResolver(),
    new FederationRoundsResolver(core.rounds),
    new RoundResolver(core.roundSteps),
    new TrainingRoundPayloadResolver(),
    new MemberContributionResolver(),
    new RoundContributionResolver(),
    new FederationAnalyticsResolver(core.discovery),
    new AnalyticsResolver(core.discovery),
    new AnalysisResolver(core.analyses, core.postHoc.compare),
    new AnalyticsQueriesResolver(core.queries),
    new QueryResolver(),
    new DisclosureResolver(core.disclosures),
    new ObservationResolver(core.ingestion),
    new PurgeResolver(core.purges),
  ]);
}

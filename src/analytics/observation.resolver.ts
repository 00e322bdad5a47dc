import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Federation, type FederationView } from '../federations/index.js';
import type { AnalyticsContext } from './analytics.context.js';
import type { IngestionService } from './ingestion.service.js';
import type { Ingested } from './open-batch.js';
import {
  PurgeObservationsInput,
  PurgeObservationsPayload,
  RecordObservationsInput,
  RecordObservationsPayload,
} from './observation.types.js';
import type { PurgeService } from './purge.service.js';

/** What the mutation answers; the federation is loaded only when it is selected. */
interface Purged {
  readonly federationId: string;
  readonly purged: number;
}

@Resolver(() => RecordObservationsPayload)
export class ObservationResolver {
  constructor(private readonly ingestion: IngestionService) {}

  @Mutation(() => RecordObservationsPayload, {
    description: 'Stores observations of an active member, all of them or none. More go over REST.',
  })
  recordObservations(
    @Ctx() ctx: AnalyticsContext,
    @Arg('input', () => RecordObservationsInput, { description: 'The batch.' })
    input: RecordObservationsInput,
  ): Promise<Ingested> {
    return this.ingestion.record(ctx, input);
  }
}

@Resolver(() => PurgeObservationsPayload)
export class PurgeResolver {
  constructor(private readonly purges: PurgeService) {}

  @Mutation(() => PurgeObservationsPayload, {
    description:
      'Removes all observations of one member and what they were summarized to. By the owner, or by that member itself while it is active.',
  })
  async purgeObservations(
    @Ctx() ctx: AnalyticsContext,
    @Arg('input', () => PurgeObservationsInput, { description: 'Whose.' }) input: PurgeObservationsInput,
  ): Promise<Purged> {
    const purged = await this.purges.purge(ctx, input);
    ctx.refreshLoaders();
    return { federationId: input.federationId, purged };
  }

  @FieldResolver(() => Federation, {
    nullable: true,
    description: 'The federation; null for whoever left it.',
  })
  federation(@Root() { federationId }: Purged, @Ctx() ctx: AnalyticsContext): Promise<FederationView | null> {
    return ctx.loaders.federations.federation.load(federationId);
  }
}

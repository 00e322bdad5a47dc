import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Connection } from '../core/graphql/connection.types.js';
import { PageArgs } from '../core/graphql/page.args.js';
import type { CallContext } from '../db/call-context.js';
import type { ApiKeyRow, ApiKeyService } from './api-key.service.js';
import {
  ApiKey,
  ApiKeyConnection,
  ApiKeyPayload,
  CreateApiKeyInput,
  CreateApiKeyPayload,
  RevokeApiKeyInput,
} from './api-key.types.js';
import type { AuthLoaders } from './auth.loaders.js';
import type { OrganizationRow } from './organization.service.js';
import { Organization } from './organization.types.js';

interface AuthContext extends CallContext {
  readonly loaders: { readonly auth: AuthLoaders };
}

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  constructor(private readonly apiKeys: ApiKeyService) {}

  @Query(() => ApiKeyConnection, {
    name: 'apiKeys',
    description:
      'The keys of an organization, without secrets, in the order of their creation. Needs keys:write.',
  })
  async listApiKeys(
    @Ctx() ctx: CallContext,
    @Arg('orgId', () => ID, { description: 'The organization; `default` is the own one.' }) orgId: string,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Connection<ApiKeyRow>> {
    const { page, request, filter } = await this.apiKeys.list(ctx, orgId, args);
    return new Connection(
      page,
      request,
      (row) => [row.createdAt, row.id],
      () => this.apiKeys.count(ctx, filter),
    );
  }

  @Mutation(() => CreateApiKeyPayload, {
    description: 'Makes a key. Its secret is in this answer and nowhere else. Needs keys:write.',
  })
  createApiKey(
    @Ctx() ctx: CallContext,
    @Arg('input', () => CreateApiKeyInput, { description: 'The key.' }) input: CreateApiKeyInput,
  ): Promise<{ apiKey: ApiKeyRow; secret: string }> {
    return this.apiKeys.create(ctx, input);
  }

  @Mutation(() => ApiKeyPayload, {
    description: 'Ends a key, within five seconds everywhere. Needs keys:write.',
  })
  async revokeApiKey(
    @Ctx() ctx: CallContext,
    @Arg('input', () => RevokeApiKeyInput, { description: 'The key.' }) input: RevokeApiKeyInput,
  ): Promise<{ apiKey: ApiKeyRow }> {
    return { apiKey: await this.apiKeys.revoke(ctx, input.id) };
  }

  @FieldResolver(() => Organization, { description: 'The organization that it acts for.' })
  organization(@Root() key: ApiKeyRow, @Ctx() ctx: AuthContext): Promise<OrganizationRow> {
    return ctx.loaders.auth.organization.load(key.orgId);
  }

  @FieldResolver(() => Boolean, { description: 'True until it is revoked or expires.' })
  isActive(@Root() key: ApiKeyRow): boolean {
    return this.apiKeys.isActive(key);
  }
}

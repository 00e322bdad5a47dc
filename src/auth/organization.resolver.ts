import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Connection } from '../core/graphql/connection.types.js';
import { PageArgs } from '../core/graphql/page.args.js';
import type { CallContext } from '../db/call-context.js';
import type { OrganizationRow, OrganizationService, OrganizationWritten } from './organization.service.js';
import {
  CreateOrganizationInput,
  Organization,
  OrganizationConnection,
  OrganizationPayload,
} from './organization.types.js';

@Resolver(() => Organization)
export class OrganizationResolver {
  constructor(private readonly organizations: OrganizationService) {}

  @Query(() => OrganizationConnection, {
    name: 'organizations',
    description: 'All organizations, in the order of their creation. Operator key.',
  })
  async listOrganizations(
    @Ctx() ctx: CallContext,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Connection<OrganizationRow>> {
    const { page, request } = await this.organizations.list(ctx, args);
    return new Connection(
      page,
      request,
      (row) => [row.createdAt, row.id],
      () => this.organizations.count(ctx),
    );
  }

  @Mutation(() => OrganizationPayload, {
    description: 'Registers an organization, or completes one that an invitation registered. Operator key.',
  })
  createOrganization(
    @Ctx() ctx: CallContext,
    @Arg('input', () => CreateOrganizationInput, { description: 'The organization.' })
    input: CreateOrganizationInput,
  ): Promise<OrganizationWritten> {
    return this.organizations.create(ctx, input);
  }
}

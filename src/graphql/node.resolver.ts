import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { Node, typeNameOfId } from '../core/graphql/node.types.js';
import type { RequestContext } from './context.js';

/** Finds a thing by its id, null when the viewer may not know of it. Each feature hands in those of its types. */
export type FindNode = (ctx: RequestContext, id: string) => Promise<{ readonly id: string } | null>;

@Resolver()
export class NodeResolver {
  /** @param finders by the type's name. */
  constructor(private readonly finders: Readonly<Record<string, FindNode>>) {}

  @Query(() => Node, {
    nullable: true,
    description: 'Anything by its global id; null when it does not exist or the caller may not know of it.',
  })
  async node(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { description: 'The global id.' }) id: string,
  ): Promise<{ readonly id: string } | null> {
    return (await this.finders[typeNameOfId(id)]?.(ctx, id)) ?? null;
  }
}

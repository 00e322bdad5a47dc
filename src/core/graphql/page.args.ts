import { ArgsType, Field, Int } from 'type-graphql';
import type { PageArguments } from '../page.js';

@ArgsType()
export class PageArgs implements PageArguments {
  @Field(() => Int, { defaultValue: 25, nullable: true, description: 'How many items, 1 to 100.' })
  readonly first?: number | null;

  @Field(() => String, { nullable: true, description: 'Begin behind this cursor.' })
  readonly after?: string | null;

  @Field(() => Int, {
    defaultValue: 0,
    nullable: true,
    description: 'Skip so many items more; for numbered pages.',
  })
  readonly offset?: number | null;
}

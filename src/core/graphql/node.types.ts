import { Field, ID, InterfaceType } from 'type-graphql';

const TYPE_BY_PREFIX: Readonly<Record<string, string>> = {
  fed: 'Federation',
  mem: 'Member',
  rnd: 'TrainingRound',
  qry: 'AnalyticsQuery',
  key: 'ApiKey',
  shm: 'SharedModel',
};

/** The type's name is read from the id's prefix; an id with none of ours is an organization's. */
export function typeNameOfId(id: string): string {
  return TYPE_BY_PREFIX[id.slice(0, id.indexOf('_'))] ?? 'Organization';
}

@InterfaceType({
  description: 'Anything with a global id, which `node` finds again.',
  resolveType: (value: { readonly id: string }) => typeNameOfId(value.id),
})
export abstract class Node {
  @Field(() => ID, { description: 'The global id, the same over GraphQL and REST.' })
  readonly id!: string;
}

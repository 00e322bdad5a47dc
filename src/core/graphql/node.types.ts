import { Field, ID, InterfaceType } from 'type-graphql';

const TYPE_BY_PREFIX: ReadonlyMap<string, string> = new Map([
  ['fed', 'Federation'],
  ['mem', 'Member'],
  ['rnd', 'TrainingRound'],
  ['qry', 'AnalyticsQuery'],
  ['key', 'ApiKey'],
  ['shm', 'SharedModel'],
]);

/** The type's name is read from the id's prefix; an id with none of ours is an organization's. */
export function typeNameOfId(id: string): string {
  const end = id.indexOf('_');
  return (end === -1 ? undefined : TYPE_BY_PREFIX.get(id.slice(0, end))) ?? 'Organization';
}

@InterfaceType({
  description: 'Anything with a global id, which `node` finds again.',
  resolveType: (value: { readonly id: string }) => typeNameOfId(value.id),
})
export abstract class Node {
  @Field(() => ID, { description: 'The global id, the same over GraphQL and REST.' })
  readonly id!: string;
}

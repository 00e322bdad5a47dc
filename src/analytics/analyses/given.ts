import { valueFromASTUntyped, type GraphQLResolveInfo } from 'graphql';
import type { Given } from '../queries/query-record.js';

/** Which arguments of a field the caller gave, those that a variable left absent not among them. */
export function givenIn({ fieldNodes, variableValues }: GraphQLResolveInfo): Given {
  const values = (fieldNodes[0]?.arguments ?? []).map(
    ({ name, value }) => [name.value, valueFromASTUntyped(value, variableValues)] as const,
  );
  const names = values.flatMap(([name, value]) => {
    if (value === undefined || value === null) return [];
    const isObject = typeof value === 'object' && !Array.isArray(value);
    return isObject ? [name, ...membersOf(value).map((member) => `${name}.${member}`)] : [name];
  });
  return { names: new Set(names) };
}

function membersOf(value: object): string[] {
  return Object.entries(value).flatMap(([name, member]) =>
    member === null || member === undefined ? [] : [name],
  );
}

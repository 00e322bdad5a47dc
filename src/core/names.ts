/** How members are spelled outside of GraphQL: `orgId` is `org_id`, `variable1` is `variable_1`. */
export function toSnakeCase(name: string): string {
  return name.replace(/^([a-z]+)(\d+)$/, '$1_$2').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function toCamelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}

/** Members whose value is a map with names of others, which stay. */
type IsMap = (name: string) => boolean;

/** A value of JSON with the members of its objects renamed, whatever their depth. */
export function renameMembers(
  value: unknown,
  rename: (name: string) => string,
  isMap: IsMap = () => false,
): unknown {
  if (Array.isArray(value)) return value.map((item) => renameMembers(item, rename, isMap));
  if (typeof value !== 'object' || value === null) return value;
  return withMembers(value, rename, isMap);
}

/** An object of JSON, its members and those in it renamed. */
export function withMembers(
  value: object,
  rename: (name: string) => string,
  isMap: IsMap = () => false,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      rename(name),
      isMap(name) ? member : renameMembers(member, rename, isMap),
    ]),
  );
}

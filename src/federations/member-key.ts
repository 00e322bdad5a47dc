/** An organization as a member of one federation. */
export interface MemberKey {
  readonly federationId: string;
  readonly orgId: string;
}

/** One text for a member, as the key of a Map or a loader; ids have no blanks. */
export function keyOfMember({ federationId, orgId }: MemberKey): string {
  return `${federationId} ${orgId}`;
}

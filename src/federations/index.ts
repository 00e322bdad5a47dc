export { FederationEntity } from './federation.entity.js';
export { decideFederation } from './federation.policy.js';
export { FederationResolver } from './federation.resolver.js';
export { FederationService, type FederationCreated, type FederationView } from './federation.service.js';
export { Federation } from './federation.types.js';
export type { FederationsContext } from './federations.context.js';
export { FederationsLoaders } from './federations.loaders.js';
export { listsByFederation, MAX_PARENTS } from './lists-by-federation.js';
export { keyOfMember, type MemberKey } from './member-key.js';
export { MemberEntity } from './member.entity.js';
export { MemberResolver, RosterResolver } from './member.resolver.js';
export { Member } from './member.types.js';
export {
  InviteMembersPayloadResolver,
  MemberPayloadResolver,
  MembershipResolver,
} from './membership.resolver.js';
export { MembershipService } from './membership.service.js';
export { RosterService, type MemberRow } from './roster.service.js';
export { SharedModelEntity } from './shared-model.entity.js';
export { SharedModelPayloadResolver, SharedModelResolver } from './shared-model.resolver.js';
export { SharedModelService } from './shared-model.service.js';

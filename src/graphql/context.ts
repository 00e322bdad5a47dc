import { AnalyticsLoaders, type DisclosureService } from '../analytics/index.js';
import { AuthLoaders } from '../auth/index.js';
import type { Viewer } from '../core/viewer.js';
import type { CallContext } from '../db/call-context.js';
import type { Db } from '../db/database.js';
import {
  FederationsLoaders,
  type FederationService,
  type RosterService,
  type SharedModelService,
} from '../federations/index.js';
import type { AuthenticatedCall } from '../http/authentication.js';
import {
  PrivacyLoaders,
  type ContributionService,
  type LedgerService,
  type RoundService,
} from '../privacy/index.js';
import type { Allowance } from '../http/rate-limit.js';

export interface LoaderServices {
  readonly federations: FederationService;
  readonly rosters: RosterService;
  readonly models: SharedModelService;
  readonly ledgers: LedgerService;
  readonly rounds: RoundService;
  readonly contributions: ContributionService;
  readonly disclosures: DisclosureService;
}

interface Loaders {
  readonly auth: AuthLoaders;
  readonly federations: FederationsLoaders;
  readonly privacy: PrivacyLoaders;
  readonly analytics: AnalyticsLoaders;
}

/** The context of one request, over GraphQL or REST. It satisfies what every feature's resolvers ask for. */
export class RequestContext implements CallContext {
  readonly requestId: string;
  readonly viewer: Viewer;
  /** Null while limiting is off. */
  readonly allowance: Allowance | null;
  /** Cost points of the operation, known before it is executed; 0 for a stored operation of the REST API. */
  cost = 0;
  /** For the log line of a GraphQL request: one object, since Apollo executes on a copy of this context. */
  readonly told: {
    operation: { readonly name: string; readonly hash: string } | null;
    cost: number;
    errorCode: string | null;
  } = { operation: null, cost: 0, errorCode: null };
  private current: Loaders | null = null;

  constructor(
    call: AuthenticatedCall,
    readonly db: Db,
    readonly maxPageSize: number,
    private readonly services: LoaderServices,
  ) {
    this.requestId = call.requestId;
    this.viewer = call.viewer;
    this.allowance = call.allowance;
  }

  get loaders(): Loaders {
    this.current ??= this.newLoaders();
    return this.current;
  }

  private newLoaders(): Loaders {
    const federations = new FederationsLoaders(this, this.services);
    return {
      auth: new AuthLoaders(this.db),
      federations,
      privacy: new PrivacyLoaders(this, this.services, federations),
      analytics: new AnalyticsLoaders(this, this.services),
    };
  }

  refreshLoaders(): void {
    this.current = null;
  }
}

export type CreateContext = (call: AuthenticatedCall, db: Db, maxPageSize: number) => RequestContext;

import DataLoader from 'dataloader';
import type { CallContext } from '../db/call-context.js';
import type { Disclosure } from './disclosure.policy.js';
import type { DisclosureService } from './disclosure.service.js';

interface Services {
  readonly disclosures: DisclosureService;
}

/** What the fields of a list load, one statement for the whole list. */
export class AnalyticsLoaders {
  readonly disclosure: DataLoader<string, Disclosure>;

  constructor(ctx: CallContext, { disclosures }: Services) {
    this.disclosure = new DataLoader((federationIds) => disclosures.findMany(ctx, federationIds));
  }
}

import { assertScope, recordAudit } from '../auth/index.js';
import type { Clock } from '../core/clock.js';
import { invalidInput } from '../core/errors.js';
import type { CallContext } from '../db/call-context.js';
import type { FederationService } from '../federations/index.js';
import type { Disclosure } from './disclosure.policy.js';
import { disclosureRepository } from './disclosure.repository.js';

export type { Disclosure };

const MAX_GROUP_SIZE = 2 ** 31 - 1;

export interface SetDisclosurePolicy {
  readonly federationId: string;
  readonly minGroupSize: number;
  readonly allowExtremes: boolean;
}

/** How much a federation withholds: never less than the operator demands. */
export class DisclosureService {
  /** @param operatorMinimum T of the operator, an integer of at least 1. */
  constructor(
    private readonly clock: Clock,
    private readonly federations: FederationService,
    private readonly operatorMinimum: number,
  ) {}

  /** Of federations in which the viewer takes part, in the order asked. */
  async findMany(ctx: CallContext, federationIds: readonly string[]): Promise<Disclosure[]> {
    const rows = await disclosureRepository.findMany(ctx.db, federationIds);
    const byId = new Map(rows.map((row) => [row.federationId, row]));
    return federationIds.map((id) => this.effective(byId.get(id)));
  }

  /** Of a federation in which the viewer takes part. */
  async find(ctx: CallContext, federationId: string): Promise<Disclosure> {
    const [row] = await disclosureRepository.findMany(ctx.db, [federationId]);
    return this.effective(row);
  }

  /** A raised operator's minimum holds for what was set before. */
  private effective(row: Disclosure | undefined): Disclosure {
    return {
      minGroupSize: Math.max(this.operatorMinimum, row?.minGroupSize ?? 1),
      allowExtremes: row?.allowExtremes ?? false,
    };
  }

  /** Owner only. @throws BAD_USER_INPUT below the operator's minimum. */
  async set(ctx: CallContext, input: SetDisclosurePolicy): Promise<Disclosure> {
    assertScope(ctx.viewer, 'federations:admin');
    const now = this.clock.now();
    return ctx.db.transaction(async (tx) => {
      const federation = await this.federations.getManaged(tx, ctx, input.federationId);
      const { minGroupSize, allowExtremes } = input;
      if (!(minGroupSize >= this.operatorMinimum && minGroupSize <= MAX_GROUP_SIZE))
        throw invalidInput(
          'minGroupSize',
          `must be ${this.operatorMinimum}, the operator's minimum, or more`,
        );
      const [before] = await disclosureRepository.findMany(tx, [federation.id]);
      await disclosureRepository.put(tx, {
        federationId: federation.id,
        minGroupSize,
        allowExtremes,
        updatedAt: now,
      });
      await recordAudit(tx, ctx, now, {
        action: 'analytics.disclosure',
        resourceId: federation.id,
        details: {
          old:
            before === undefined
              ? null
              : { min_group_size: before.minGroupSize, allow_extremes: before.allowExtremes },
          new: { min_group_size: minGroupSize, allow_extremes: allowExtremes },
        },
      });
      return this.effective({ minGroupSize, allowExtremes });
    });
  }
}

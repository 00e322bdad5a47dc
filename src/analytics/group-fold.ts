import { pairKey, type CellBody } from './cell-body.js';
import { bodyOf, countValue, emptyTally, meet, type Kind, type Tally } from './fold.js';
import { attributeOf, metricOf, type StoredObservation } from './stored-observation.js';

/** What a member's group has of one variable, or of one pair. */
export interface GroupSummary {
  readonly orgId: string;
  readonly deviceGroup: string;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly body: CellBody;
}

interface Group {
  readonly orgId: string;
  readonly deviceGroup: string;
  readonly kind: Kind;
  readonly tally: Tally;
}

/** Summarizes rows of the record by member and group, for one variable or pair, whatever their days and platforms. */
export class GroupFold {
  private readonly byKey = new Map<string, Group>();

  constructor(private readonly asked: { readonly variable: string; readonly otherVariable: string }) {}

  add(row: StoredObservation): void {
    const { variable, otherVariable } = this.asked;
    if (variable === '') {
      this.tallyOf('count', row);
      return;
    }
    if (otherVariable === '') {
      const number = metricOf(row, variable);
      if (number !== undefined) {
        const { numbers } = this.tallyOf('numeric', row);
        numbers?.moments.add(number);
        numbers?.sketch.add(number);
        return;
      }
    }
    const value = attributeOf(row, variable);
    if (value === undefined) return;
    if (otherVariable === '') {
      countValue(this.tallyOf('categorical', row), value);
      return;
    }
    const otherValue = attributeOf(row, otherVariable);
    if (otherValue !== undefined) countValue(this.tallyOf('categorical', row), pairKey(value, otherValue));
  }

  summaries(): GroupSummary[] {
    return [...this.byKey.values()].map(({ orgId, deviceGroup, kind, tally }) => {
      const { count, firstAt, lastAt } = tally;
      return { orgId, deviceGroup, count, firstAt, lastAt, body: bodyOf(kind, tally) };
    });
  }

  /** The group of a row, with the row counted. */
  private tallyOf(kind: Kind, { orgId, deviceGroup, recordedAt }: StoredObservation): Tally {
    const key = `${orgId}\u0000${deviceGroup}`;
    let group = this.byKey.get(key);
    if (group === undefined) {
      group = { orgId, deviceGroup, kind, tally: emptyTally(kind, recordedAt) };
      this.byKey.set(key, group);
    }
    meet(group.tally, recordedAt);
    return group.tally;
  }
}

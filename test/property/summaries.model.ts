import { expect } from '@jest/globals';
import fc from 'fast-check';
import { pairKey, type CellBody } from '../../src/analytics/cell-body.js';
import type { GroupSummary } from '../../src/analytics/group-fold.js';
import type { SummaryQuestion } from '../../src/analytics/summary-reader.service.js';
import { commandContext } from '../../src/cli/operator.js';
import { isExact, quantile } from '../../src/numerics/sketch/index.js';
import { startTestApp, type TestApp, type TestFederation } from '../support/app.js';
import { errorsOf, exactMoments } from '../support/exact-moments.js';

export const DAY_MS = 86_400_000;
export const FIRST = Date.UTC(2026, 0, 30);
export const LAST = Date.UTC(2026, 3, 3);
export const GROUPS = ['icu', 'ward', '10'];
const PLATFORMS = [null, 'ios', 'android'];
/** `10` and `9` are numbers to JavaScript's objects, which keep such names in another order. */
const METRICS = ['steps', '10', 'pulse'];
const ATTRIBUTES = ['sex', '10a', '9', '11'];
/** The names of a pair in their order. */
const PAIRS = ATTRIBUTES.flatMap((a) => ATTRIBUTES.filter((b) => a < b).map((b) => [a, b] as const));

export interface Sent {
  readonly member: number;
  readonly recordedAt: number;
  readonly deviceGroup: string;
  readonly devicePlatform: string | null;
  readonly metrics: Record<string, number>;
  readonly attributes: Record<string, string>;
}

/** Often a midnight or the start of a month, or a millisecond before or behind it. */
export const time = fc
  .tuple(
    fc.integer({ min: FIRST, max: LAST }),
    fc.constantFrom('any', 'day', 'month', 'few'),
    fc.constantFrom(-1, 0, 0, 1),
  )
  .map(([any, near, shift]) => {
    if (near === 'any') return any;
    if (near === 'few') return FIRST + (any % 5) * DAY_MS + 3_600_000;
    const date = new Date(any);
    const day = near === 'day' ? date.getUTCDate() : 1;
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day) + shift;
  });
const value = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom(-0, 0, 0.1, 1e150, -1e150, 1e-150, 5e-324, 2 ** 53, 1e15 + 0.5),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.double({ min: -1e150, max: 1e150, noNaN: true }),
);
const observation: fc.Arbitrary<Sent> = fc
  .record({
    member: fc.integer({ min: 0, max: 2 }),
    recordedAt: time,
    deviceGroup: fc.constantFrom(...GROUPS),
    devicePlatform: fc.constantFrom(...PLATFORMS),
    metrics: fc.dictionary(fc.constantFrom(...METRICS), value),
    attributes: fc.dictionary(fc.constantFrom(...ATTRIBUTES), fc.constantFrom('a', 'b', 'ä', '1')),
  })
  .filter(({ metrics, attributes }) => Object.keys(metrics).length + Object.keys(attributes).length > 0);
export const batches = fc.array(fc.array(observation, { minLength: 1, maxLength: 25, size: 'max' }), {
  minLength: 1,
  maxLength: 5,
  size: 'max',
});

export type Asked = Omit<SummaryQuestion, 'federationId'>;
const variables = fc.oneof(
  fc.constantFrom(...METRICS, ...ATTRIBUTES, '').map((variable) => [variable, ''] as const),
  fc.constantFrom(...PAIRS),
);
export const question: fc.Arbitrary<Asked> = fc
  .record({
    names: variables,
    start: fc.option(time, { freq: 3 }),
    end: fc.option(time, { freq: 3 }),
    platform: fc.option(fc.constantFrom('ios', 'android', 'web'), { freq: 2 }),
  })
  .map(({ names: [variable, otherVariable], ...rest }) => ({ variable, otherVariable, ...rest }));

/** Groups that are asked about, by their places. */
export const named = fc.record({
  by: fc.constantFrom('device_group' as const, 'federation_member' as const),
  places: fc.uniqueArray(fc.integer({ min: 0, max: 2 }), { minLength: 1 }),
});
type Named = typeof named extends fc.Arbitrary<infer Value> ? Value : never;

/** What one observation has of what is asked: a number, a text, or nothing; null where it is not asked about. */
function valueIn({ variable, otherVariable }: Asked, sent: Sent): number | string | undefined {
  if (variable === '') return 'observation';
  const own = sent.metrics[variable] ?? sent.attributes[variable];
  if (otherVariable === '') return own;
  const other = sent.attributes[otherVariable];
  return own === undefined || other === undefined ? undefined : pairKey(String(own), other);
}

interface Scanned {
  readonly times: number[];
  readonly values: (number | string)[];
}

/** The plain scan. @param members their ids, by number. */
function scan(asked: Asked, sent: readonly Sent[], members: readonly string[]): Map<string, Scanned> {
  const { start, end, platform } = asked;
  const groups = new Map<string, Scanned>();
  for (const one of sent) {
    const found = valueIn(asked, one);
    if (found === undefined || (platform !== null && one.devicePlatform !== platform)) continue;
    if ((start !== null && one.recordedAt < start) || (end !== null && one.recordedAt >= end)) continue;
    const key = `${members[one.member]!} ${one.deviceGroup}`;
    const group = groups.get(key) ?? { times: [], values: [] };
    groups.set(key, group);
    group.times.push(one.recordedAt);
    group.values.push(found);
  }
  return groups;
}

function compare(asked: Asked, read: GroupSummary, { times, values }: Scanned): void {
  expect(read.count).toBe(times.length);
  expect([read.firstAt, read.lastAt]).toEqual([Math.min(...times), Math.max(...times)]);
  if (asked.variable === '') expect(read.body).toEqual({ kind: 'count' });
  else if (METRICS.includes(asked.variable)) compareNumbers(read.body, values.map(Number));
  else compareCounts(read.body, values.map(String));
}

function compareCounts(body: CellBody, values: readonly string[]): void {
  const counts: Record<string, number> = {};
  for (const one of values) counts[one] = (counts[one] ?? 0) + 1;
  if (body.kind !== 'categorical' || body.counts === null) throw new Error('no counts');
  expect(Object.fromEntries(body.counts)).toEqual(counts);
}

function compareNumbers(body: CellBody, values: readonly number[]): void {
  if (body.kind !== 'numeric') throw new Error('no moments');
  const { moments, sketch } = body;
  const sorted = values.map((one) => one + 0).sort((a, b) => a - b);
  const [minimum, maximum] = [sorted[0]!, sorted.at(-1)!];
  expect([moments.count, moments.minimum, moments.maximum]).toEqual([values.length, minimum, maximum]);
  const errors = errorsOf(exactMoments(values), moments.mean, moments.squaredDeviations);
  const largest = Math.max(Math.abs(minimum), Math.abs(maximum));
  // 1e-15 of the mean times its condition, max |x| / |mean|, with ten digits to spare; where the scale is subnormal,
  // a few of the smallest steps.
  expect(errors.mean).toBeLessThanOrEqual(1e-25 * largest + 1e-320);
  const spread = Math.sqrt(moments.squaredDeviations.high / values.length);
  // Below 1e-280 the squares leave the range in which they have all their digits.
  if (moments.squaredDeviations.high > 1e-280)
    expect(errors.squaredDeviations).toBeLessThanOrEqual(1e-15 + (1e-28 * largest) / spread);
  expect([sketch.count, isExact(sketch)]).toEqual([values.length, true]);
  expect(Array.from(sketch.values)).toEqual([...new Set(sorted)]);
  for (const probability of [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1]) {
    const index = probability * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(index)]!, sorted[Math.ceil(index)]!];
    const exact = below + (index - Math.floor(index)) * (above - below);
    const found = quantile(sketch, probability);
    expect(Math.abs(found - exact)).toBeLessThanOrEqual(1e-15 * largest + 1e-320);
  }
}

/** A federation of three members, and what it is to answer. */
export class SummaryModel {
  private constructor(
    readonly gateway: TestApp,
    private readonly federation: TestFederation,
  ) {}

  static async start(): Promise<SummaryModel> {
    const gateway = await startTestApp();
    return new SummaryModel(gateway, await gateway.aFederation({ active: 2 }));
  }

  close(): Promise<void> {
    return this.gateway.close();
  }

  private get members(): string[] {
    return [this.federation.owner, ...this.federation.active].map(({ id }) => id);
  }

  async forget(): Promise<void> {
    const tables = ['summary_rebuilds', 'summary_cells', 'summary_series', 'observations', 'ingested_chunks'];
    await this.gateway.app.core.db.transaction(async (tx) => {
      for (const table of [...tables, 'observation_horizons']) await tx.query(`DELETE FROM ${table}`);
    });
  }

  async ingest(sent: readonly Sent[]): Promise<void> {
    const ctx = commandContext(this.gateway.app.core);
    const { id: federationId } = this.federation;
    for (const [member, orgId] of this.members.entries()) {
      const observations = sent.filter((one) => one.member === member);
      if (observations.length > 0)
        await this.gateway.app.core.ingestion.record(ctx, { federationId, orgId, observations });
    }
  }

  async purge(member: number): Promise<void> {
    const { core } = this.gateway.app;
    const target = { federationId: this.federation.id, orgId: this.members[member]! };
    await core.purges.purge(commandContext(core), target);
  }

  read(asked: Asked): Promise<GroupSummary[]> {
    const { db, summaries } = this.gateway.app.core;
    return summaries.read(db, { federationId: this.federation.id, ...asked });
  }

  /** What is read is what a scan of all that was sent gives. */
  async expectScan(asked: Asked, sent: readonly Sent[]): Promise<void> {
    const read = await this.read(asked);
    const groups = scan(asked, sent, this.members);
    expect(read.map(({ orgId, deviceGroup }) => `${orgId} ${deviceGroup}`).sort()).toEqual(
      [...groups.keys()].sort(),
    );
    for (const summary of read)
      compare(asked, summary, groups.get(`${summary.orgId} ${summary.deviceGroup}`)!);
  }

  /** What is read of groups by name is what is read of all, whatever else comes with it. */
  async expectNamed(asked: Asked, { by, places }: Named): Promise<void> {
    const ids = places.map((place) => (by === 'device_group' ? GROUPS[place]! : this.members[place]!));
    const isNamed = ({ orgId, deviceGroup }: GroupSummary) =>
      ids.includes(by === 'device_group' ? deviceGroup : orgId);
    const read = await this.read({ ...asked, among: { by, ids } });
    expect(read.filter(isNamed)).toEqual((await this.read(asked)).filter(isNamed));
  }
}

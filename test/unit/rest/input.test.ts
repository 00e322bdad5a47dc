import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLString,
  type GraphQLInputType,
} from 'graphql';
import { DateTimeScalar } from '../../../src/core/graphql/date-time.scalar.js';
import { DomainError } from '../../../src/core/errors.js';
import { readVariables, type InputMember } from '../../../src/rest/input.js';

type Source = 'json' | 'query';

const Status = new GraphQLEnumType({
  name: 'Status',
  values: { ACTIVE: { value: 'active' }, NOT_YET: { value: 'not yet' } },
});
const Contribution = new GraphQLInputObjectType({
  name: 'Contribution',
  fields: {
    orgId: { type: new GraphQLNonNull(GraphQLID) },
    lossRate: { type: GraphQLFloat },
    samples: { type: new GraphQLNonNull(GraphQLInt), defaultValue: 1 },
  },
});

const member = (type: GraphQLInputType, hasDefault = false): InputMember => ({
  variable: 'someValue',
  name: 'some_value',
  type,
  hasDefault,
});

/** What the member is read as; undefined where it is left out. */
function read(type: GraphQLInputType, raw: unknown, source: Source = 'json'): unknown {
  return readVariables([member(type)], { some_value: raw }, source)['someValue'];
}

/** The message of the refusal, which names the member. */
function refusalOf(type: GraphQLInputType, raw: unknown, source: Source = 'json'): string {
  try {
    read(type, raw, source);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'BAD_USER_INPUT') return error.message;
    throw error;
  }
  throw new Error(`${JSON.stringify(raw)} was read`);
}

const list = (type: GraphQLInputType) => new GraphQLList(new GraphQLNonNull(type));

interface Reading {
  readonly type: GraphQLInputType;
  readonly raw: unknown;
  readonly value?: unknown;
}

describe('a member of a JSON body is read by its type', () => {
  const readings: readonly Reading[] = [
    { type: GraphQLString, raw: '' },
    { type: GraphQLString, raw: ' x ' },
    { type: GraphQLID, raw: 'fed_1' },
    { type: GraphQLInt, raw: 0 },
    { type: GraphQLInt, raw: 2 ** 31 - 1 },
    { type: GraphQLInt, raw: -5 },
    { type: GraphQLInt, raw: 5.0 },
    { type: GraphQLFloat, raw: 0.25 },
    { type: GraphQLFloat, raw: 3 },
    { type: GraphQLBoolean, raw: false },
    { type: Status, raw: 'active', value: 'ACTIVE' },
    { type: Status, raw: 'not_yet', value: 'NOT_YET' },
    { type: DateTimeScalar, raw: '2026-11-24T03:00:00Z' },
    { type: list(GraphQLString), raw: [] },
    { type: list(GraphQLString), raw: ['a', 'a', ''] },
    { type: list(Status), raw: ['active'], value: ['ACTIVE'] },
    {
      type: list(Contribution),
      raw: [{ org_id: 'acme', loss_rate: 1, orgId: 'bolt', unknown: 1 }],
      value: [{ orgId: 'acme', lossRate: 1 }],
    },
  ];
  it.each(readings)('$type: $raw', ({ type, raw, value = raw }) => {
    expect(read(type, raw)).toEqual(value);
    expect(read(new GraphQLNonNull(type), raw)).toEqual(value);
  });
});

describe('a member of a JSON body is refused, by its name', () => {
  const refusals: readonly (Reading & { requirement: string })[] = [
    ...[1, true, [], {}, ['a']].map((raw) => ({ type: GraphQLString, raw, requirement: 'must be a string' })),
    ...[1, false].map((raw) => ({ type: GraphQLID, raw, requirement: 'must be a string' })),
    ...['5', 5.5, 2 ** 31, -(2 ** 31), Infinity, NaN, true, [5]].map((raw) => ({
      type: GraphQLInt,
      raw,
      requirement: 'must be an integer',
    })),
    ...['0.5', Infinity, NaN, true].map((raw) => ({
      type: GraphQLFloat,
      raw,
      requirement: 'must be a finite number',
    })),
    ...['true', 0, 1].map((raw) => ({ type: GraphQLBoolean, raw, requirement: 'must be true or false' })),
    ...['ACTIVE', 'Active', '', 'left', 1, ['active'], '__proto__'].map((raw) => ({
      type: Status,
      raw,
      requirement: 'must be one of active, not_yet',
    })),
    ...['a', { 0: 'a' }, 1].map((raw) => ({
      type: list(GraphQLString),
      raw,
      requirement: 'must be an array',
    })),
    { type: list(GraphQLString), raw: ['a', null], requirement: 'must not contain null' },
    { type: list(GraphQLString), raw: ['a', 1], requirement: 'must be a string' },
    ...['a', [], 1].map((raw) => ({ type: Contribution, raw, requirement: 'must be an object' })),
  ];
  it.each(refusals)('$type: $raw', ({ type, raw, requirement }) => {
    expect(refusalOf(type, raw)).toBe(`some_value ${requirement}`);
  });

  it('within an object by its place', () => {
    expect(refusalOf(Contribution, {})).toBe('some_value.org_id is required');
    expect(refusalOf(Contribution, { org_id: 'a', loss_rate: 'b' })).toBe(
      'some_value.loss_rate must be a finite number',
    );
  });

  it('by the rule of its scalar', () => {
    for (const raw of ['tomorrow', 1_763_942_400, {}])
      expect(refusalOf(DateTimeScalar, raw)).toMatch(/^some_value is not valid: DateTime must be RFC 3339/);
  });
});

describe('a member of a query string is read as the value that JSON would carry', () => {
  const readings: readonly Reading[] = [
    { type: GraphQLString, raw: '5' },
    { type: GraphQLInt, raw: '5', value: 5 },
    { type: GraphQLInt, raw: '-5', value: -5 },
    { type: GraphQLFloat, raw: '0.5', value: 0.5 },
    { type: GraphQLFloat, raw: '1e-5', value: 1e-5 },
    { type: GraphQLFloat, raw: '-2', value: -2 },
    { type: GraphQLBoolean, raw: 'true', value: true },
    { type: GraphQLBoolean, raw: 'false', value: false },
    { type: list(Status), raw: 'active, not_yet', value: ['ACTIVE', 'NOT_YET'] },
    { type: list(Status), raw: '', value: [] },
    { type: list(Status), raw: ',', value: [] },
  ];
  it.each(readings)('$type: "$raw"', ({ type, raw, value = raw }) => {
    expect(read(type, raw, 'query')).toEqual(value);
  });

  const refusals: readonly Reading[] = [
    ...['', ' ', '5.0', '1e3', '+5', ' 5', '5 ', '0x10', 'five', '٥', '1_000', '99999999999'].map((raw) => ({
      type: GraphQLInt,
      raw,
    })),
    ...['', ' ', 'Infinity', '-Infinity', 'NaN', '1e999', '0x10', '0b1', ' 1', '1,5', '1_0'].map((raw) => ({
      type: GraphQLFloat,
      raw,
    })),
    ...['', 'TRUE', '1', '0', 'yes'].map((raw) => ({ type: GraphQLBoolean, raw })),
    ...['ACTIVE', 'active,left'].map((raw) => ({ type: list(Status), raw })),
  ];
  it.each(refusals)('and is refused: $type "$raw"', ({ type, raw }) => {
    expect(refusalOf(type, raw, 'query')).toMatch(/^some_value must be /);
  });

  it.each([GraphQLString, GraphQLInt, list(GraphQLString)])('and must be given once: %s', (type) => {
    expect(refusalOf(type, ['1', '1'], 'query')).toBe('some_value must be given once');
  });
});

describe('a member', () => {
  it.each([{}, { some_value: null }, { some_value: undefined }])('that is null is absent: %j', (carrier) => {
    expect(readVariables([member(GraphQLString)], carrier, 'json')).toEqual({});
    expect(readVariables([member(new GraphQLNonNull(GraphQLString), true)], carrier, 'json')).toEqual({});
    expect(() => readVariables([member(new GraphQLNonNull(GraphQLString))], carrier, 'json')).toThrow(
      'some_value is required',
    );
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'is never taken from what every object has: %s',
    (name) => {
      expect(readVariables([{ ...member(GraphQLString), name }], {}, 'json')).toEqual({});
    },
  );

  it('that is unknown is ignored', () => {
    expect(readVariables([member(GraphQLInt)], { some_value: 1, someValue: 2, x: 3 }, 'json')).toEqual({
      someValue: 1,
    });
  });

  it('of whatever value is read or refused, and breaks nothing', () => {
    const types = fc.constantFrom<GraphQLInputType>(
      GraphQLString,
      GraphQLInt,
      GraphQLFloat,
      GraphQLBoolean,
      Status,
      DateTimeScalar,
      Contribution,
      list(GraphQLID),
    );
    fc.assert(
      fc.property(types, fc.jsonValue(), fc.constantFrom<Source>('json', 'query'), (type, raw, source) => {
        try {
          read(type, raw, source);
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_USER_INPUT' });
        }
      }),
      { numRuns: 500 },
    );
  });
});

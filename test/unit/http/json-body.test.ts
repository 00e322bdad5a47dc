import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseJsonBody } from '../../../src/http/json-body.js';

const parse = (text: string) => parseJsonBody(Buffer.from(text));
const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringMatching(message) });

describe('a body', () => {
  it('that is empty is an empty object', () => {
    expect(parseJsonBody(Buffer.alloc(0))).toEqual({});
  });

  it.each(['null', '1', '"x"', '[]', '{}', ' {"a": [1, null]}\r\n'])('is any JSON: %s', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it('comes back as it was sent', () => {
    const isOrdinary = (text: string) => !/__proto__|constructor/.test(text);
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }).filter(isOrdinary), (text) => {
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    '{',
    '{"a":1}}',
    '{"a":1} x',
    "{'a':1}",
    '{"a":01}',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":undefined}',
    '{"a":1,}',
    '// note\n{}',
    ' ',
    'name=x',
    '"\u0000"',
  ])('that is not JSON is refused: %j', (text) => {
    expect(() => parse(text)).toThrow(refused(/valid JSON/));
  });

  it.each([
    ['a byte that begins nothing', [0xff]],
    ['a sequence that breaks off', [0x22, 0xc3, 0x22]],
    ['an overlong sequence', [0x22, 0xc0, 0xaf, 0x22]],
    ['a surrogate in bytes', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['Latin-1', [0x22, 0xe9, 0x22]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
  ])('that is not UTF-8 is refused: %s', (_name, bytes) => {
    expect(() => parseJsonBody(Buffer.from(bytes))).toThrow(refused(/UTF-8/));
  });
});

describe('a member that would reach a prototype', () => {
  it.each([
    '{"__proto__":{"isOperator":true}}',
    '{"a":{"__proto__":1}}',
    '[{"__proto__":null}]',
    String.raw`{"\u005f_proto__":{}}`,
    '{"constructor":{"prototype":{"isOperator":true}}}',
  ])('is refused: %s', (text) => {
    expect(() => parse(text)).toThrow(refused(/__proto__ or constructor\.prototype/));
    expect('isOperator' in {}).toBe(false);
  });

  it('is one by its place, not by its word', () => {
    expect(parse('{"name":"__proto__","constructor":"us"}')).toEqual({
      name: '__proto__',
      constructor: 'us',
    });
  });
});

describe('a body that is nested', () => {
  const lists = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  const objects = (depth: number) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);

  it.each([
    ['lists', lists],
    ['objects', objects],
  ])('in 64 %s is read, deeper ones are refused', (_name, nested) => {
    expect(() => parse(nested(64))).not.toThrow();
    for (const depth of [66, 1_000, 3_000]) {
      expect(() => parse(nested(depth))).toThrow(refused(/nested deeper than 64 levels/));
    }
  });

  it.each([100_000, 1_000_000])('%d levels deep is refused and breaks nothing', (depth) => {
    for (const text of [lists(depth), objects(depth), '['.repeat(depth)])
      expect(() => parse(text)).toThrow(refused(/nested|JSON/));
  });

  it('and wide is read', () => {
    const wide = JSON.stringify({ org_ids: Array.from({ length: 20_000 }, (_, i) => ({ id: i })) });
    expect(parse(wide)).toEqual(JSON.parse(wide));
  });
});

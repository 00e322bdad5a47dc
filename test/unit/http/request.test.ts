import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { secretOf } from '../../../src/http/authentication.js';
import { newRequestId, requestIdOf } from '../../../src/http/request-id.js';

describe('the id of a request', () => {
  const idOf = (given: string | string[] | undefined) =>
    requestIdOf({ headers: { 'x-request-id': given } } as unknown as IncomingMessage);
  const MADE = /^req_[0-9a-f]{32}$/;

  it.each(['12345678', 'a'.repeat(64), 'req_0-9_A-Z', '--------'])("is the caller's own: %s", (id) => {
    expect(idOf(id)).toBe(id);
  });

  it.each([
    undefined,
    '',
    '1234567',
    'a'.repeat(65),
    'with blanks in',
    'with.dots.in',
    'line\nbreaks',
    'trailing-\n',
    'überlegung',
    'id-number-1, id-number-2',
    '<script>alert',
  ])('is a new one where that is not well formed: %j', (id) => {
    expect(idOf(id)).toMatch(MADE);
  });

  it('is a new one where two were given', () => {
    expect(idOf(['id-number-1', 'id-number-2'])).toMatch(MADE);
  });

  it('is either well formed and the same, or made, whatever was given', () => {
    fc.assert(
      fc.property(fc.string(), (given) => {
        expect(idOf(given)).toMatch(/^[\w-]{8,64}$/);
        expect([given, 'made']).toContain(MADE.test(idOf(given)) ? 'made' : idOf(given));
      }),
    );
  });

  it('that is made would be accepted, and is never made twice', () => {
    const ids = Array.from({ length: 1_000 }, newRequestId);
    expect(new Set(ids).size).toBe(1_000);
    for (const id of ids) expect(idOf(id)).toBe(id);
  });
});

describe('the secret of a request', () => {
  const readings: readonly { name: string; headers: IncomingHttpHeaders; secret: string | null }[] = [
    { name: 'comes as a Bearer token', headers: { authorization: 'Bearer abc' }, secret: 'abc' },
    { name: 'whatever the case of the scheme', headers: { authorization: 'bEARER abc' }, secret: 'abc' },
    {
      name: 'with blanks around it',
      headers: { authorization: 'Bearer   abc  ' },
      secret: 'abc',
    },
    {
      name: 'in any form',
      headers: { authorization: 'Bearer a.b-c_d~e+f/g=:é' },
      secret: 'a.b-c_d~e+f/g=:é',
    },
    { name: 'or as an X-API-Key', headers: { 'x-api-key': 'abc' }, secret: 'abc' },
    {
      name: 'of which the Bearer token counts',
      headers: { authorization: 'Bearer abc', 'x-api-key': 'def' },
      secret: 'abc',
    },
    {
      name: 'and the X-API-Key beside another scheme',
      headers: { authorization: 'Basic dTpw', 'x-api-key': 'def' },
      secret: 'def',
    },
    { name: 'is none without a header', headers: {}, secret: null },
    { name: 'is none in another scheme', headers: { authorization: 'Basic dTpw' }, secret: null },
    { name: 'is none without a scheme', headers: { authorization: 'abc' }, secret: null },
    { name: 'is none without a token', headers: { authorization: 'Bearer' }, secret: null },
    { name: 'is none in two tokens', headers: { authorization: 'Bearer abc def' }, secret: null },
    { name: 'is none in a word that only begins so', headers: { authorization: 'Bearerabc' }, secret: null },
    {
      name: 'is none in a cookie or an address',
      headers: { cookie: 'token=abc', referer: 'https://h/?token=abc' },
      secret: null,
    },
  ];
  it.each(readings)('$name', ({ headers, secret }) => {
    expect(secretOf(headers)).toBe(secret);
  });

  it('is found at once in a header that is made to cost', () => {
    const started = performance.now();
    for (const value of [`Bearer ${' '.repeat(16_000)}`, `Bearer ${'a '.repeat(8_000)}`, ' '.repeat(16_000)])
      secretOf({ authorization: value });
    expect(performance.now() - started).toBeLessThan(200);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '../../../src/core/errors.js';
import { parseOptionalText, parseText } from '../../../src/core/text.js';

const RULE = { min: 1, max: 128 };
const read = (value: string, rule = RULE) => parseText('name', value, rule);

/** The refusal, with its field. */
function refusalOf(act: () => unknown): Pick<DomainError, 'code' | 'field' | 'message'> {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return { code: error.code, field: error.field, message: error.message };
  }
  throw new Error('expected a refusal');
}

describe('a text', () => {
  it.each([
    { name: 'is trimmed', value: ' \t\n Fed \u00a0\u2003', text: 'Fed' },
    { name: 'keeps the spaces, tabs and line breaks inside', value: 'a  b\tc\r\nd', text: 'a  b\tc\r\nd' },
    { name: 'is not normalized', value: 'cafe\u0301', text: 'cafe\u0301' },
    { name: 'may hold any script and pictures', value: '研究 🏥 عربي', text: '研究 🏥 عربي' },
  ])('$name', ({ value, text }) => {
    expect(read(value)).toBe(text);
  });

  it.each(['😀', 'é', '漢', 'a'])('of 128 times %s is as long as it may be, of 129 too long', (character) => {
    expect(read(character.repeat(128))).toBe(character.repeat(128));
    expect(refusalOf(() => read(character.repeat(129)))).toEqual({
      code: 'BAD_USER_INPUT',
      field: 'name',
      message: 'name must be 1 to 128 characters',
    });
  });

  it('counts what makes one picture for the reader as the code points that it is', () => {
    const family = '👩‍👩‍👧';
    expect(read(family, { min: 5, max: 5 })).toBe(family);
    expect(() => read(family, { min: 1, max: 4 })).toThrow(DomainError);
  });

  it('is measured after trimming', () => {
    expect(read(` ${'x'.repeat(128)} `)).toHaveLength(128);
  });

  it.each(['', ' ', '\t\r\n', '\u00a0\u2003\ufeff'])('that is blank is refused: %j', (value) => {
    expect(refusalOf(() => read(value))).toMatchObject({ code: 'BAD_USER_INPUT', field: 'name' });
  });

  it.each(['\ud83d', 'a\ude00', '\ude00\ud83d', `${'x'.repeat(200)}\ud800`])(
    'with a lone surrogate is refused: %j',
    (value) => {
      expect(refusalOf(() => read(value)).message).toMatch(/well-formed Unicode/);
    },
  );

  const CONTROLS = [...Array(0x20).keys(), 0x7f, ...Array.from({ length: 0x20 }, (_, i) => 0x80 + i)].filter(
    (code) => ![0x09, 0x0a, 0x0d].includes(code),
  );
  it.each(CONTROLS.map((code) => ({ code, hex: code.toString(16).padStart(2, '0') })))(
    'with the control character U+00$hex is refused',
    ({ code }) => {
      expect(refusalOf(() => read(`a${String.fromCharCode(code)}b`)).message).toBe(
        'name must not contain control characters',
      );
    },
  );

  it('that is accepted is accepted again, unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (value) => {
        let text;
        try {
          text = read(value);
        } catch (error) {
          expect(error).toBeInstanceOf(DomainError);
          return;
        }
        expect(read(text)).toBe(text);
        expect(Array.from(text).length).toBeLessThanOrEqual(128);
        expect(text).toBe(value.trim());
      }),
    );
  });
});

describe('an optional text', () => {
  it.each([undefined, null, '', '  '])('is null where it is absent or blank: %j', (value) => {
    expect(parseOptionalText('description', value, 512)).toBeNull();
  });

  it('is trimmed, and bounded from above alone', () => {
    expect(parseOptionalText('description', ' x ', 512)).toBe('x');
    expect(refusalOf(() => parseOptionalText('description', 'x'.repeat(513), 512))).toEqual({
      code: 'BAD_USER_INPUT',
      field: 'description',
      message: 'description must be at most 512 characters',
    });
  });
});

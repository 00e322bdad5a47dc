import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatTime, parseTime } from '../../../src/core/time.js';

const MOMENT = Date.UTC(2026, 10, 24, 3, 0, 0);

describe('a time is read', () => {
  it.each([
    ['2026-11-24T03:00:00Z', MOMENT],
    ['2026-11-24T03:00:00', MOMENT], // without an offset it means UTC
    ['2026-11-24t03:00:00z', MOMENT],
    ['2026-11-24 03:00:00Z', MOMENT],
    ['2026-11-24T03:00:00+00:00', MOMENT],
    ['2026-11-24T03:00:00-00:00', MOMENT],
    ['2026-11-24T05:30:00+02:30', MOMENT],
    ['2026-11-23T15:00:00-12:00', MOMENT],
    ['2026-11-24T17:00:00+14:00', MOMENT],
    ['2026-11-25T02:59:00+23:59', MOMENT],
    ['2026-11-24T03:00:00.5Z', MOMENT + 500],
    ['2026-11-24T03:00:00.25+00:00', MOMENT + 250],
    ['2026-11-24T03:00:00.123Z', MOMENT + 123],
    ['2026-11-24T03:00:00.123456', MOMENT + 123],
    ['2026-11-24T03:00:00.999999999Z', MOMENT + 999],
    ['2026-11-24T03:00:00.0000000000001Z', MOMENT],
    ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
    ['2026-12-31T23:59:59Z', Date.UTC(2026, 11, 31, 23, 59, 59)],
    ['1969-12-31T23:59:59Z', -1_000],
  ])('%s', (text, time) => {
    expect(parseTime(text)).toBe(time);
  });
});

describe('a time is refused', () => {
  it.each([
    ['that is empty', ''],
    ['that is a word', 'yesterday'],
    ['that is a number of seconds', '1763942400'],
    ['that is a date alone', '2026-11-24'],
    ['without seconds', '2026-11-24T03:00Z'],
    ['without separators', '20261124T030000Z'],
    ['with a blank before it', ' 2026-11-24T03:00:00Z'],
    ['with a line break behind it', '2026-11-24T03:00:00Z\n'],
    ['of a thirteenth month', '2026-13-01T00:00:00Z'],
    ['of a month that is zero', '2026-00-10T00:00:00Z'],
    ['of a day that is zero', '2026-11-00T00:00:00Z'],
    ['of 30 February', '2026-02-30T00:00:00Z'],
    ['of 31 November', '2026-11-31T00:00:00Z'],
    ['of a leap day in a common year', '2026-02-29T00:00:00Z'],
    ['of a leap day in 1900', '1900-02-29T00:00:00Z'],
    ['of an hour 24', '2026-11-24T24:00:00Z'],
    ['of a minute 60', '2026-11-24T03:60:00Z'],
    ['of a second 61', '2026-11-24T03:00:61Z'],
    ['with a dot and no fraction', '2026-11-24T03:00:00.Z'],
    ['with a comma', '2026-11-24T03:00:00,5Z'],
    ['with an offset of hours alone', '2026-11-24T03:00:00+02'],
    ['with an offset without a colon', '2026-11-24T03:00:00+0200'],
    ['with an offset of 24 hours', '2026-11-24T03:00:00+24:00'],
    ['with an offset of 60 minutes', '2026-11-24T03:00:00+01:60'],
    ['with both Z and an offset', '2026-11-24T03:00:00Z+01:00'],
    ['with the name of a zone', '2026-11-24T03:00:00 UTC'],
    ['of a year with five digits', '12026-11-24T03:00:00Z'],
    ['of a year with two digits', '26-11-24T03:00:00Z'],
    ['with a sign before the year', '-2026-11-24T03:00:00Z'],
    ['in digits of another script', '２０２６-11-24T03:00:00Z'],
    ['that is before the year 0000 in UTC', '0000-01-01T00:00:00+00:01'],
    ['that is after the year 9999 in UTC', '9999-12-31T23:59:59-00:01'],
  ])('%s', (_name, text) => {
    expect(parseTime(text)).toBeNull();
  });
});

describe('a time that is written', () => {
  it('is UTC with whole seconds, rounded down', () => {
    expect(formatTime(MOMENT)).toBe('2026-11-24T03:00:00Z');
    expect(formatTime(MOMENT + 999)).toBe('2026-11-24T03:00:00Z');
  });

  const moment = fc
    .date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    })
    .map((date) => date.getTime());

  it('is read as the same second', () => {
    fc.assert(
      fc.property(moment, (time) => {
        expect(formatTime(time)).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
        expect(parseTime(formatTime(time))).toBe(Math.floor(time / 1_000) * 1_000);
      }),
    );
  });

  it('says the same at every offset', () => {
    const offset = fc.integer({ min: -(23 * 60 + 59), max: 23 * 60 + 59 });
    const inside = moment.filter((time) => time > Date.UTC(1, 0, 2) && time < Date.UTC(9999, 11, 30));
    fc.assert(
      fc.property(inside, offset, (time, minutes) => {
        const two = (value: number) => String(Math.trunc(value)).padStart(2, '0');
        const sign = minutes < 0 ? '-' : '+';
        const local = formatTime(time + minutes * 60_000).slice(0, -1);
        const text = `${local}${sign}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
        expect(parseTime(text)).toBe(Math.floor(time / 1_000) * 1_000);
      }),
    );
  });
});

const RFC_3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(\.\d+)?(?:[Zz]|([+-])(\d{2}):(\d{2}))?$/;

const MS_PER_MINUTE = 60_000;

/** The years that RFC 3339 can write; an offset can lead out of them. */
const [EARLIEST, LATEST] = [Date.parse('0000-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')];

export const MS_PER_DAY = 86_400_000;
const TWO_DIGITS = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

let lastDay = { day: 0, text: '1970-01-01' };

/**
 * RFC 3339, UTC, whole seconds: one public client's decoder rejects fractions. A list holds a hundred times and few
 * days, so the calendar is asked only when the day changes.
 */
export function formatTime(epochMs: number): string {
  const day = Math.floor(epochMs / MS_PER_DAY);
  if (day !== lastDay.day) lastDay = { day, text: new Date(day * MS_PER_DAY).toISOString().slice(0, 10) };
  const second = Math.floor((epochMs - day * MS_PER_DAY) / 1000);
  const [hours, minutes, seconds] = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60];
  return `${lastDay.text}T${TWO_DIGITS[hours]}:${TWO_DIGITS[minutes]}:${TWO_DIGITS[seconds]}Z`;
}

/** Times that come together are mostly of the same day. */
let lastDate: { readonly text: string; readonly start: number | null } = { text: '1970-01-01', start: 0 };

/** Null for a day that the calendar does not have. */
function startOfDate(date: string): number | null {
  const start = Date.parse(`${date}T00:00:00Z`);
  // 30 February would roll over into March; the round trip shows it.
  return Number.isNaN(start) || !new Date(start).toISOString().startsWith(date) ? null : start;
}

/**
 * Reads RFC 3339 with any offset, with or without a fraction; a time without an offset means UTC.
 * @returns milliseconds since the epoch, or null for anything else (30 February included).
 */
export function parseTime(text: string): number | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const [, date = '', hour, minute, second, fraction = '', sign, offsetHour, offsetMinute] = match;
  if (date !== lastDate.text) lastDate = { text: date, start: startOfDate(date) };
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (lastDate.start === null || h > 23 || m > 59 || s > 59) return null;
  const ms = fraction === '' ? 0 : Number(fraction.slice(1, 4).padEnd(3, '0'));
  const local = lastDate.start + ((h * 60 + m) * 60 + s) * 1_000 + ms;
  if (sign === undefined) return local;
  const [hours, minutes] = [Number(offsetHour), Number(offsetMinute)];
  if (hours > 23 || minutes > 59) return null;
  const offset = (hours * 60 + minutes) * MS_PER_MINUTE;
  const time = sign === '+' ? local - offset : local + offset;
  return time >= EARLIEST && time <= LATEST ? time : null;
}

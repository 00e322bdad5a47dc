import { invalidInput } from './errors.js';

export interface TextRule {
  /** In Unicode code points, counted after trimming. */
  readonly min: number;
  readonly max: number;
}

// Control characters (C0, DEL, C1) other than tab and line breaks have no place in a name and break logs and terminals.
const CONTROL_CHARACTER = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/u;

/**
 * A text from outside: trimmed, its length counted in code points.
 * @throws DomainError BAD_USER_INPUT naming `field`.
 */
export function parseText(field: string, value: string, rule: TextRule): string {
  if (!value.isWellFormed()) throw invalidInput(field, 'must be well-formed Unicode (no lone surrogates)');
  const text = value.trim();
  if (CONTROL_CHARACTER.test(text)) throw invalidInput(field, 'must not contain control characters');
  // A string has at most as many code points as UTF-16 units, so short ones need no counting.
  const length = text.length <= rule.max && rule.min <= 1 ? text.length : Array.from(text).length;
  if (length < rule.min || length > rule.max) {
    throw invalidInput(
      field,
      rule.min === 0
        ? `must be at most ${rule.max} characters`
        : `must be ${rule.min} to ${rule.max} characters`,
    );
  }
  return detached(text, value);
}

/** A part of a string keeps the whole of it in memory: where the rest is large, a copy is kept instead. */
function detached(text: string, whole: string): string {
  return whole.length - text.length > 1_024 ? Array.from(text).join('') : text;
}

/** Absent, null and blank are all null. */
export function parseOptionalText(
  field: string,
  value: string | null | undefined,
  max: number,
): string | null {
  if (value === null || value === undefined) return null;
  return parseText(field, value, { min: 0, max }) || null;
}

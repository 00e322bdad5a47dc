import { anObservation, type Fields } from '../support/observations.js';

/** Observations of one metric, one for each value. */
function measured(device_group: string, name: string, values: readonly number[]): Fields[] {
  return values.map((value) => anObservation({ device_group, metrics: { [name]: value } }));
}

function described(device_group: string, attributes: readonly Fields[]): Fields[] {
  return attributes.map((of) => anObservation({ device_group, metrics: {}, attributes: of }));
}

/** Names that sort in their order: `m000`, `m001`, … */
export function numbered(count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(3, '0')}`);
}

/** Where nothing is withheld (T = 1). */
export const OPEN: readonly Fields[] = [
  ...measured('single', 'rate', [70]),
  ...measured('pair', 'rate', [70, 75]),
  ...measured('flat-a', 'rate', [70, 70, 70]),
  ...measured('flat-b', 'rate', [80, 80, 80]),
  ...measured('close-a', 'spread', [0, 1e-200]),
  ...measured('close-b', 'spread', [2e-200, 3e-200]),
  ...measured('single', 'lone', [1]),
  ...measured('pair', 'lone', [2]),
  ...numbered(51, 'many-').flatMap((group, i) => measured(group, 'many', [i, i + 1])),
  anObservation({ metrics: Object.fromEntries(numbered(25, 'm').map((name, i) => [name, i])) }),
  ...described('ward', [
    { rhythm: 'sinus', sex: 'female', only: 'x' },
    { rhythm: 'sinus', sex: 'male', only: 'x' },
  ]),
  ...described(
    'ward',
    numbered(101, 'code-').map((code, i) => ({ code, side: i % 2 === 0 ? 'left' : 'right' })),
  ),
];

/** Where groups of fewer than five are withheld: `small` and `few` are, and so is what only they have. */
export const GUARDED: readonly Fields[] = [
  ...measured('large', 'rate', [70, 71, 72, 73, 74, 75]),
  ...measured('other', 'rate', [80, 81, 82, 83, 84]),
  ...measured('small', 'rate', [70, 71, 72, 73]),
  ...described(
    'large',
    Array.from({ length: 6 }, () => ({ rhythm: 'sinus', sex: 'male' })),
  ),
  ...described('few', [
    { rhythm: 'other', sex: 'female' },
    { hidden: 'a', rarely: 'b' },
  ]),
];

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of the NIST Statistical Reference Datasets: https://www.itl.nist.gov/div898/strd/ */
const FOLDER = join(__dirname, '../reference/nist');

function linesOf(name: string): string[] {
  return readFileSync(join(FOLDER, `${name}.dat`), 'utf8').split(/\r?\n/u);
}

/** The lines of numbers and nothing else after the last line that begins with "Data". */
function rowsOf(name: string): number[][] {
  const lines = linesOf(name);
  const start = lines.findLastIndex((line) => /^#?\s*Data/u.test(line));
  return lines
    .slice(start + 1)
    .filter((line) => /^[\s\d.+-]*\d\s*$/u.test(line))
    .map((line) => line.trim().split(/\s+/u).map(Number));
}

export function nistValues(name: string): number[] {
  return rowsOf(name)
    .filter((row) => row.length === 1)
    .map(([value]) => value!);
}

/** The responses of each treatment. */
export function nistGroups(name: string): number[][] {
  const groups = new Map<number, number[]>();
  for (const row of rowsOf(name)) {
    const [treatment, response] = row;
    if (row.length !== 2) continue;
    groups.set(treatment!, [...(groups.get(treatment!) ?? []), response!]);
  }
  return [...groups.values()];
}

/** Digits in agreement, -log10 |x - c| / |c|, at most 15. */
export function logRelativeError(value: number, certified: number): number {
  if (value === certified) return 15;
  return Math.min(15, -Math.log10(Math.abs(value - certified) / Math.abs(certified)));
}

/** Rows that one statement names. */
export const ROWS_AT_ONCE = 200;

export function* inChunks<Item>(items: readonly Item[]): Iterable<readonly Item[]> {
  for (let first = 0; first < items.length; first += ROWS_AT_ONCE)
    yield items.slice(first, first + ROWS_AT_ONCE);
}

/** `(?, ?, ?)` */
export function marksFor(items: readonly unknown[]): string {
  return `(${items.map(() => '?').join(', ')})`;
}

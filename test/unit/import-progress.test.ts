import { describe, expect, it } from '@jest/globals';
import { ImportProgress, progressText } from '../../src/cli/import-progress.js';

describe('the progress of an import', () => {
  it.each([
    [
      { lines: 1_000, seconds: 2, share: 0.25 },
      '[######------------------] 25 % 1000 lines sent, 500 a second, 6 s left',
    ],
    [
      { lines: 10, seconds: 10, share: 0.001 },
      '[------------------------] 0 % 10 lines sent, 1 a second, 2 h 46 min left',
    ],
    [
      { lines: 10, seconds: 10, share: 0.1 },
      '[##----------------------] 10 % 10 lines sent, 1 a second, 1 min 30 s left',
    ],
    [
      { lines: 9, seconds: 3, share: 1 },
      '[########################] 100 % 9 lines sent, 3 a second, 0 s left',
    ],
    [{ lines: 0, seconds: 0, share: 0 }, '[------------------------] 0 % 0 lines sent, 0 a second'],
    [{ lines: 9, seconds: 3, share: null }, '9 lines sent, 3 a second'],
  ])('of %j is told', (progress, text) => {
    expect(progressText(progress)).toBe(text);
  });

  it('is rewritten in place on a terminal, and silent elsewhere when it is short', () => {
    const written: string[] = [];
    const out = { isTTY: true, write: (text: string) => written.push(text) > 0 };
    const progress = new ImportProgress(out, null);
    progress.addLines(Buffer.from('a\nb\n'));
    progress.end();
    expect(written).toEqual([expect.stringMatching(/^\r2 lines sent, \d+ a second\u001b\[K\n$/)]);
    const plain = new ImportProgress({ ...out, isTTY: false }, null);
    plain.addLines(Buffer.from('a\n'));
    plain.end();
    expect(written).toHaveLength(1);
  });
});

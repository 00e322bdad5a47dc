import { expect, it } from '@jest/globals';
import { RebuildProgress } from '../../../src/cli/rebuild-progress.js';

const member = { federationId: 'fed_1', orgId: 'acme' };

it('the progress of a rebuild is a line for each member, and one every ten seconds', () => {
  let now = 0;
  const lines: string[] = [];
  const progress = new RebuildProgress(
    (text) => lines.push(text),
    () => now,
  );
  progress.tell({ kind: 'resumed', since: 0, members: 3, finished: 1 });
  for (const at of [1_000, 9_999, 10_000, 19_999]) {
    now = at;
    progress.tell({ kind: 'counted', member, observations: 100 });
  }
  now = 20_000;
  progress.tell({ kind: 'published', member, series: 50 });
  progress.tell({ kind: 'published', member, series: 7 });
  progress.tell({ kind: 'finished', member });
  progress.tell({ kind: 'finished', member: { ...member, orgId: 'bolt' } });
  expect(lines).toEqual([
    'going on with what was begun at 1970-01-01T00:00:00Z: 1 of 3 members are finished (--restart begins with all of them)\n',
    'acme in fed_1: 300 observations counted, 0 series made anew\n',
    'acme in fed_1: 400 observations counted, 50 series made anew\n',
    'acme in fed_1: 400 observations counted, 57 series made anew, finished\n',
    'bolt in fed_1: 0 observations counted, 0 series made anew, finished\n',
  ]);
});

import { expect, it } from '@jest/globals';
import { refusalOf, resumeCommand } from '../../../src/cli/import-report.js';

const WORDS = ['import', 'a b.csv', '--key', 'secret', '--batch-id=old', '--federation', 'fed_1'];

it.each([
  { where: 'of an installed gateway', script: undefined, program: 'gateway' },
  { where: 'on a clone', script: 'gateway', program: 'npm run -s gateway --' },
  { where: 'under another script', script: 'test', program: 'gateway' },
])('prints the command as it can be typed $where, without the key', ({ script, program }) => {
  expect(resumeCommand(WORDS, 'b', script)).toBe(
    `${program} import 'a b.csv' --federation fed_1 --key "$KEY" --batch-id b`,
  );
});

it('does not blame the first line of a part that was stored with other content', () => {
  const message = 'a part of the batch, from line 1001, is stored already, with other content';
  const body = { message, details: { line: 1_001, chunk: 1, accepted: 1_000 } };
  expect(refusalOf({ status: 409, body, retryAfterSeconds: null }, null)).toEqual({
    line: null,
    reason: message,
    accepted: 1_000,
  });
});

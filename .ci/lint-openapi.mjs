/**
 * Lints an OpenAPI document, schema/openapi.json unless another is named: prints each problem with its place and ends
 * with exit code 1 where there is any, warnings included: a warning that nobody must act on is a rule to switch off here.
 */
import path from 'node:path';
import { createConfig, getLineColLocation, lint } from '@redocly/openapi-core';

const root = path.join(import.meta.dirname, '..');
const file = path.resolve(process.argv[2] ?? path.join(root, 'schema', 'openapi.json'));

const config = await createConfig({
  extends: ['recommended'],
  rules: {
    'info-license': 'error',
    // Everybody runs a gateway of their own, so the one address to try it at is on this machine.
    'no-server-example.com': 'off',
    // The error body has a form of its own, older than RFC 7807, which the clients parse.
    'operation-4xx-problem-details-rfc7807': 'off',
    // What generated clients and the page of documentation are made from.
    'operation-tag-defined': 'error',
    'parameter-description': 'error',
    'path-parameters-defined': 'error',
    'spec-strict-refs': 'error',
  },
});

/** `file:line:column`, which editors open, and the JSON pointer, which says it to a reader. */
function place(location) {
  const { source, start } = getLineColLocation(location);
  return `${path.relative(root, source.absoluteRef)}:${start.line}:${start.col} ${location.pointer ?? ''}`.trimEnd();
}

const problems = await lint({ ref: file, config });
for (const { severity, ruleId, message, location, suggest } of problems) {
  console.log(`${severity} ${ruleId}: ${message}`);
  for (const spot of location) console.log(`  at ${place(spot)}`);
  if (suggest.length > 0) console.log(`  did you mean: ${suggest.join(', ')}`);
}
console.log(
  `${path.relative(root, file)}: ${problems.length === 0 ? 'no problems' : `${problems.length} problems`}`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

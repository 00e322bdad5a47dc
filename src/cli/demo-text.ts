import type { DemoData } from './demo-data.js';

const QUERY =
  '{ federations { nodes { name viewerRole memberCount members { nodes { status organization { name } } } models { nodes { name framework } } } } }';

/** What a newcomer reads on the first start: keys to paste, and two things to try. */
export function demoText({ keys, operatorKey }: DemoData, url: string): string {
  const [first] = keys;
  if (first === undefined) throw new Error('the demo has keys');
  const width = Math.max(...keys.map(({ organization }) => organization.length));
  return [
    'Demo data is ready. These keys are shown once; `npm run -s gateway -- demo` makes new ones.',
    '',
    ...keys.map(({ organization, role, apiKey }) => `  ${organization.padEnd(width)}  ${apiKey}  ${role}`),
    `  ${'(operator)'.padEnd(width)}  ${operatorKey}  may act for every organization`,
    '',
    'Try REST:',
    '',
    `  curl -s ${url}/api/v1/federations -H 'Authorization: Bearer ${first.apiKey}'`,
    '',
    'Try GraphQL:',
    '',
    `  curl -s ${url}/graphql -H 'Authorization: Bearer ${first.apiKey}' \\`,
    `    -H 'Content-Type: application/json' -d '{"query":"${QUERY}"}'`,
    '',
    `or open ${url}/graphql in a browser (Apollo Sandbox) and set the header Authorization: Bearer <key>.`,
  ].join('\n');
}

import { expect } from '@jest/globals';
import type { Answer, Client, Json } from './client.js';
import { operationsOf, problemsOfAnswer, resolve, type Described } from './openapi.js';

/** Headers of the gateway's own; the rest belongs to HTTP. */
const OWN_HEADERS = [
  'x-request-id',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'x-total-count',
  'link',
  'idempotent-replayed',
];

/** Headers of the gateway's own that are sent and not described, or required and not sent. */
function headerProblems(document: Json, described: Json, sent: Headers): readonly string[] {
  const names = Object.keys(described).map((name) => name.toLowerCase());
  const required = Object.keys(described).filter(
    (name) => resolve(document, described[name]).required === true,
  );
  return [
    ...OWN_HEADERS.filter((name) => sent.has(name) && !names.includes(name)),
    ...required.filter((name) => !sent.has(name)),
  ];
}

/** Checks answers of the running gateway against the document, and remembers what was answered. */
export class OpenApiChecker {
  readonly seen = new Set<string>();
  private readonly operations: readonly Described[];

  constructor(private readonly document: Json) {
    this.operations = operationsOf(document);
  }

  /** @param name of the operation; its path with `ids` in place of the braces is called. */
  async call(
    client: Client,
    name: string,
    { ids = {}, query = '', body }: { ids?: Record<string, string>; query?: string; body?: unknown } = {},
  ): Promise<Answer> {
    const [method = '', template = ''] = name.split(' ');
    const filled = template.replace(/\{(\w+)\}/g, (_braces, id: string) => ids[id] ?? '');
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const answer = await client.raw(method, filled + query, sent);
    this.check(name, answer);
    return answer;
  }

  private check(name: string, answer: Answer): void {
    const { document } = this;
    const described = this.operations.find((operation) => operation.name === name);
    if (described === undefined) throw new Error(`${name} is not described`);
    const response = resolve(document, described.operation.responses[answer.status]);
    if (response === undefined) throw new Error(`${name} answered ${answer.status}: ${answer.text}`);
    const { schema } = response.content['application/json'];
    const problems = problemsOfAnswer(document, schema, answer.body);
    expect({ name, problems, headers: headerProblems(document, response.headers, answer.headers) }).toEqual({
      name,
      problems: [],
      headers: [],
    });
    this.seen.add(`${name} ${answer.status}`);
  }
}

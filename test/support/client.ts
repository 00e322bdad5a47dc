/** A JSON body, read loosely: tests compare it with literals. */
export type Json = any;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
  readonly text: string;
}

export interface GraphqlAnswer extends Answer {
  readonly data: Json;
  readonly errors: readonly Json[] | undefined;
}

/** An answer on its way, which can be asked to have one of some statuses. */
export class PendingAnswer implements PromiseLike<Answer> {
  constructor(private readonly answer: Promise<Answer>) {}

  then<A = Answer, B = never>(
    onFulfilled?: ((value: Answer) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): PromiseLike<A | B> {
    return this.answer.then(onFulfilled, onRejected);
  }

  /** Fails with the whole answer where the status is another. */
  async expect(...statuses: number[]): Promise<Answer> {
    const answer = await this.answer;
    if (statuses.includes(answer.status)) return answer;
    throw new Error(`expected ${statuses.join(' or ')}, got ${answer.status}: ${answer.text}`);
  }
}

/** Calls both APIs of a gateway over real HTTP with one key. */
export class Client {
  constructor(
    readonly url: string,
    readonly key: string | null,
    private readonly defaults: Readonly<Record<string, string>> = {},
  ) {}

  /** The same client with further headers on every request. */
  with(headers: Readonly<Record<string, string>>): Client {
    return new Client(this.url, this.key, { ...this.defaults, ...headers });
  }

  get(path: string): PendingAnswer {
    return this.rest('GET', path);
  }

  post(path: string, body: unknown = {}): PendingAnswer {
    return this.rest('POST', path, body);
  }

  put(path: string, body: unknown): PendingAnswer {
    return this.rest('PUT', path, body);
  }

  delete(path: string): PendingAnswer {
    return this.rest('DELETE', path);
  }

  /** @param path below `/api/v1`. */
  rest(method: string, path: string, body?: unknown): PendingAnswer {
    return new PendingAnswer(
      this.send(method, `/api/v1${path}`, body === undefined ? undefined : JSON.stringify(body)),
    );
  }

  /** Sends a body as it is. @param path the whole path. */
  raw(
    method: string,
    path: string,
    body?: string | Uint8Array,
    headers: Record<string, string> = {},
  ): PendingAnswer {
    return new PendingAnswer(this.send(method, path, body, headers));
  }

  async graphql(query: string, variables: Record<string, unknown> = {}): Promise<GraphqlAnswer> {
    const answer = await this.send('POST', '/graphql', JSON.stringify({ query, variables }));
    return { ...answer, data: answer.body?.data, errors: answer.body?.errors };
  }

  /** The data of an operation that must succeed. */
  async query(query: string, variables: Record<string, unknown> = {}): Promise<Json> {
    const answer = await this.graphql(query, variables);
    if (answer.errors !== undefined) throw new Error(`unexpected errors: ${JSON.stringify(answer.errors)}`);
    return answer.data;
  }

  /** The code of the first error of an operation that must fail. */
  async codeOf(query: string, variables: Record<string, unknown> = {}): Promise<string> {
    const { errors, text } = await this.graphql(query, variables);
    if (errors === undefined) throw new Error(`expected an error, got ${text}`);
    return String(errors[0]?.extensions?.code);
  }

  private async send(
    method: string,
    path: string,
    body?: string | Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.key === null ? {} : { authorization: `Bearer ${this.key}` }),
        ...this.defaults,
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) };
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

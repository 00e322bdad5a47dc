import { rateLimitHeaders } from '../../http/rate-limit.js';
import type { Route } from '../route.js';
import type { JsonSchema } from './schemas.js';

const RATE = rateLimitHeaders({ limit: 100, remaining: 87, resetSeconds: 42 });

/** The headers of answers, as `components.headers`. */
export const HEADERS = {
  'X-Request-Id': {
    description:
      "The id of the request, also in the log and in error bodies: the caller's own `X-Request-Id` where that is 8 to 64 characters of A-Z, a-z, 0-9, _ and -.",
    required: true,
    schema: { type: 'string' },
    example: 'req_5f0c2f7a1d3e4b5c8a9b0c1d2e3f4a5b',
  },
  RateLimit: {
    description:
      "What is left of the key's minute (`r`), and seconds until it begins anew (`t`). While limiting is on.",
    schema: { type: 'string' },
    example: RATE['ratelimit'],
  },
  'RateLimit-Policy': {
    description: 'Requests (`q`) that the key has in a window of seconds (`w`). While limiting is on.',
    schema: { type: 'string' },
    example: RATE['ratelimit-policy'],
  },
  'Retry-After': {
    description: 'Whole seconds after which the same request may succeed.',
    schema: { type: 'integer', minimum: 1 },
    example: 42,
  },
  'X-Total-Count': {
    description: 'Length of the whole list.',
    required: true,
    schema: { type: 'integer', minimum: 0 },
    example: 1,
  },
  Link: {
    description: 'The next page (`rel="next"`), where `limit` was given and more follow.',
    schema: { type: 'string' },
    example: '</api/v1/federations?limit=50&offset=50>; rel="next"',
  },
  'Idempotent-Replayed': {
    description: '`true` on a stored answer that is sent again for an `Idempotency-Key`.',
    schema: { type: 'string', const: 'true' },
    example: 'true',
  },
} as const satisfies Readonly<Record<string, JsonSchema>>;

export type HeaderName = keyof typeof HEADERS;

export const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'A word of the caller for this request. For 24 hours the same key with the same request gets the stored answer and writes nothing; with another request it is refused (409).',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  example: '0f9c7a52-6f0e-4a53-9a0c-2f6c1b7d8e90',
};

export function headerRefs(...names: readonly HeaderName[]): JsonSchema {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** Whether a request takes an `Idempotency-Key` and a body. */
export function isWrite({ method }: Route): boolean {
  return method === 'POST' || method === 'PUT';
}

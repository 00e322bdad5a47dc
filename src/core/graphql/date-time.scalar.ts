import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { formatTime, parseTime } from '../time.js';

const RULE = 'DateTime must be RFC 3339, for example 2026-11-24T03:00:00Z';

function parse(value: unknown): number {
  const time = typeof value === 'string' ? parseTime(value) : null;
  if (time === null) throw new GraphQLError(RULE);
  return time;
}

/** Inside, a time is a number of milliseconds since the epoch; only this scalar knows how it looks outside. */
export const DateTimeScalar = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  description:
    'A moment, RFC 3339. Sent in UTC with whole seconds (2026-11-24T03:00:00Z); accepted with any offset, with or without a fraction. A time without an offset means UTC.',
  serialize: (value) => {
    if (typeof value !== 'number') throw new TypeError('DateTime holds milliseconds since the epoch');
    return formatTime(value);
  },
  parseValue: parse,
  parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
});

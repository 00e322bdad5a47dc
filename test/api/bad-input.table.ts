type Values = Readonly<Record<string, unknown>>;

/** Bodies as bytes: what is not a JSON object at all, or hides something in one. */
export const badBodies: readonly { name: string; body: string | Uint8Array; status: 400 | 413 }[] = [
  { name: 'an open brace', body: '{', status: 400 },
  { name: 'a missing value', body: '{"name":}', status: 400 },
  { name: 'single quotes', body: `{'name':'x'}`, status: 400 },
  { name: 'a trailing comma', body: '{"name":"x",}', status: 400 },
  { name: 'NaN', body: '{"name":NaN}', status: 400 },
  { name: 'Infinity', body: '{"name":-Infinity}', status: 400 },
  { name: 'a hexadecimal number', body: '{"name":0x10}', status: 400 },
  { name: 'two documents', body: '{"name":"x"}{"name":"y"}', status: 400 },
  { name: 'a form', body: 'name=x&org_id=default', status: 400 },
  { name: 'a NUL byte', body: '\0', status: 400 },
  { name: 'a raw control character in a string', body: '{"org_id":"default","name":"a\0b"}', status: 400 },
  { name: 'a string', body: '"name"', status: 400 },
  { name: 'a number', body: '1', status: 400 },
  { name: 'null', body: 'null', status: 400 },
  { name: 'true', body: 'true', status: 400 },
  { name: 'an array', body: '[]', status: 400 },
  { name: 'an array of objects', body: '[{"org_id":"default","name":"x"}]', status: 400 },
  { name: 'a list that is 100,000 deep', body: '['.repeat(100_000) + ']'.repeat(100_000), status: 400 },
  { name: 'a list that is 200,000 deep and never closed', body: '['.repeat(200_000), status: 400 },
  {
    name: 'an object that is 30,000 deep',
    body: '{"a":'.repeat(30_000) + '1' + '}'.repeat(30_000),
    status: 400,
  },
  {
    name: 'an object that is 200,000 deep',
    body: '{"a":'.repeat(200_000) + '1' + '}'.repeat(200_000),
    status: 413,
  },
  {
    name: '10 MB',
    body: JSON.stringify({ org_id: 'default', name: 'x'.repeat(10_000_000) }),
    status: 413,
  },
  { name: 'one byte too many', body: JSON.stringify({ name: 'x'.repeat(256 * 1024 - 10) }), status: 413 },
  {
    name: 'UTF-16 with a byte order mark',
    body: utf16('\uFEFF{"org_id":"default","name":"x"}'),
    status: 400,
  },
  { name: 'UTF-16 without one', body: utf16('{"org_id":"default","name":"x"}'), status: 400 },
  { name: 'a byte that is not UTF-8', body: named([0xff]), status: 400 },
  { name: 'an overlong encoding of NUL', body: named([0xc0, 0x80]), status: 400 },
  { name: 'an encoded surrogate', body: named([0xed, 0xa0, 0x80]), status: 400 },
  { name: 'a character that is cut off', body: named([0xe2, 0x82]), status: 400 },
  { name: '__proto__', body: '{"__proto__":{"name":"x"},"org_id":"default","name":"x"}', status: 400 },
  {
    name: '__proto__ further in',
    body: '{"org_id":"default","name":"x","a":[{"__proto__":{}}]}',
    status: 400,
  },
  {
    name: '__proto__ in escapes',
    body: '{"\\u005f_proto\\u005f_":{},"org_id":"default","name":"x"}',
    status: 400,
  },
  {
    name: 'constructor.prototype',
    body: '{"constructor":{"prototype":{}},"org_id":"default","name":"x"}',
    status: 400,
  },
];

/** `{"org_id":"default","name":"a…b"}` with these bytes in the name. */
function named(bytes: readonly number[]): Uint8Array {
  return Buffer.concat([
    Buffer.from('{"org_id":"default","name":"a'),
    Buffer.from(bytes),
    Buffer.from('b"}'),
  ]);
}

function utf16(text: string): Uint8Array {
  return Buffer.from(text, 'utf16le');
}

const NO_STRING = [1, 0, 1.5, true, false, [], ['x'], {}, { a: 1 }];
const NO_INTEGER = ['5', 'NaN', 1.5, 1e308, 2 ** 53, 2 ** 31, -(2 ** 31), true, [], [5], {}];
const NO_TEXT = ['a\0b', '\0', 'a\u0007', '\u0085', 'a\uD800', '\uDC00b', '\uDC00\uD800'];
const NO_ID = [...NO_TEXT, 'a b', 'a/b', 'a%b', 'é', 'x'.repeat(65), '../x', '\u{1F600}'];
const LONG_129 = ['x'.repeat(129), '\u{1F600}'.repeat(129), 'x'.repeat(100_000)];
const LONG_513 = ['x'.repeat(513), '\u{1F600}'.repeat(513)];
const BLANK = ['', ' ', '\t\n', '\u00A0\u2003'];

export interface BadMembers {
  /** Method and path as in the table of routes. */
  readonly route: string;
  /** The mutation that the route is, and its input. */
  readonly mutation: string;
  /** A body that would succeed. */
  readonly valid: Values;
  /** What each member may not be. */
  readonly bad: Readonly<Record<string, readonly unknown[]>>;
  readonly required: readonly string[];
}

const OWN_STEP = {
  valid: { org_id: 'default' },
  bad: { org_id: [...NO_STRING, ...NO_ID] },
  required: ['org_id'],
};

export const badMembers: readonly BadMembers[] = [
  {
    route: 'POST /federations',
    mutation: 'createFederation',
    valid: { org_id: 'default', name: 'Cardiology' },
    bad: {
      org_id: [...NO_STRING, ...NO_ID],
      name: [...NO_STRING, ...NO_TEXT, ...LONG_129, ...BLANK],
      description: [...NO_STRING, ...NO_TEXT, ...LONG_513],
    },
    required: ['org_id', 'name'],
  },
  {
    route: 'POST /federations/{id}/invite',
    mutation: 'inviteMembers',
    valid: { org_ids: ['hospital-south'] },
    bad: {
      org_ids: [
        ...['hospital-south', 1, true, {}, [], [1], [null], [['a']], [{}], ['fed_x'], ['ok', 'key_1'], ['']],
        ...NO_ID.map((id) => ['ok', id]),
        Array.from({ length: 1_001 }, (_, i) => `org-${i}`),
      ],
    },
    required: ['org_ids'],
  },
  { route: 'POST /federations/{id}/join', mutation: 'joinFederation', ...OWN_STEP },
  { route: 'POST /federations/{id}/decline', mutation: 'declineInvitation', ...OWN_STEP },
  { route: 'POST /federations/{id}/leave', mutation: 'leaveFederation', ...OWN_STEP },
  {
    route: 'POST /federations/{id}/models',
    mutation: 'shareModel',
    valid: { model_id: 'mdl-8' },
    bad: {
      model_id: [...NO_STRING, ...NO_ID, ''],
      name: [...NO_STRING, ...NO_TEXT, ...LONG_129],
      framework: [...NO_STRING, ...NO_TEXT, ...LONG_129],
      use_case: [...NO_STRING, ...NO_TEXT, ...LONG_129],
      description: [...NO_STRING, ...NO_TEXT, ...LONG_513],
      version: [...NO_STRING, ...NO_TEXT, ...LONG_129],
    },
    required: ['model_id'],
  },
  {
    route: 'POST /organizations',
    mutation: 'createOrganization',
    valid: { id: 'hospital-west', name: 'Hospital West' },
    bad: {
      id: [...NO_STRING, ...NO_ID, '', 'default', 'fed_1', 'mem_1', 'rnd_1', 'qry_1', 'key_1', 'shm_1'],
      name: [...NO_STRING, ...NO_TEXT, ...LONG_129, ...BLANK],
    },
    required: ['name'],
  },
  {
    route: 'POST /api-keys',
    mutation: 'createApiKey',
    valid: { org_id: 'ORGANIZATION', name: 'dashboard' },
    bad: {
      org_id: [...NO_STRING, ...NO_ID, 'default', ''],
      name: [...NO_STRING, ...NO_TEXT, ...LONG_129, ...BLANK],
      scopes: [
        1,
        true,
        [],
        [1],
        [null],
        ['nope'],
        ['federations:write', 'x\0'],
        'nope',
        '',
        { a: 1 },
        { federations: 'fly' },
      ],
      federation_id: NO_STRING,
      rate_limit_rpm: [...NO_INTEGER, 0, -1, 1_000_001],
      expires_in_days: [...NO_INTEGER, 0, -1, 3_651],
    },
    required: ['org_id', 'name'],
  },
  {
    route: 'POST /federations/{id}/observations',
    mutation: 'recordObservations',
    // Members of an observation have a table of their own (observation-bounds.test.ts).
    valid: {
      observations: [{ recorded_at: '2026-01-01T00:00:00Z', device_group: 'ward', metrics: { a: 1 } }],
    },
    bad: {
      batch_id: [...NO_STRING, ...NO_ID, ''],
      observations: ['x', 1, 1.5, true, false, []],
    },
    required: ['observations'],
  },
];

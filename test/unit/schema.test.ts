import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  buildSchema,
  DangerousChangeType,
  findBreakingChanges,
  findDangerousChanges,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createCore, createGatewaySchema, printContracts, type Core } from '../../src/app.js';
import { loadConfig } from '../../src/config.js';

const ROOT = path.join(__dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

let core: Core;
let schema: GraphQLSchema;
let contract: GraphQLSchema;

beforeAll(async () => {
  core = await createCore(
    loadConfig({
      DATABASE_URL: 'sqlite::memory:',
      MIGRATE_ON_START: 'false',
      API_KEY_PEPPER: 'pepper-of-the-tests',
      LOG_LEVEL: 'silent',
    }),
  );
  schema = createGatewaySchema(core);
  contract = buildSchema(read('test/reference/contract.graphql'));
});
afterAll(() => core.db.close());

interface Described {
  readonly place: string;
  readonly description: string | null | undefined;
}

/** A type with everything in it that may have a description. */
function partsOf(type: GraphQLNamedType): readonly Described[] {
  const part = (place: string, { description }: Omit<Described, 'place'>): Described => ({
    place: `${type.name}${place}`,
    description,
  });
  if (isEnumType(type))
    return [part('', type), ...type.getValues().map((value) => part(`.${value.name}`, value))];
  if (isInputObjectType(type))
    return [part('', type), ...Object.values(type.getFields()).map((field) => part(`.${field.name}`, field))];
  if (!isObjectType(type) && !isInterfaceType(type)) return [part('', type)];
  return [
    part('', type),
    ...Object.values(type.getFields()).flatMap((field) => [
      part(`.${field.name}`, field),
      ...field.args.map((argument) => part(`.${field.name}(${argument.name})`, argument)),
    ]),
  ];
}

it('is committed as the code prints it', () => {
  expect(printContracts(core).graphql).toBe(read('schema/schema.graphql'));
});

it('describes every type, field, argument, input field and value of an enumeration', () => {
  const parts = Object.values(schema.getTypeMap())
    .filter((type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type))
    .flatMap(partsOf);
  expect(parts.length).toBeGreaterThan(100);
  expect(
    parts.filter(({ description }) => (description ?? '').trim() === '').map(({ place }) => place),
  ).toEqual([]);
});

it('contains the contract: nothing is missing and nothing has another type', () => {
  expect(findBreakingChanges(contract, schema)).toEqual([]);
});

it('has the defaults of the contract', () => {
  const changes = findDangerousChanges(contract, schema);
  expect(changes.filter(({ type }) => type === DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE)).toEqual([]);
});

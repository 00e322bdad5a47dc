import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { answerMembers, membersAt, shapeAnswer } from '../../../src/rest/shape.js';
import type { Shape } from '../../../src/rest/route.js';

const schema = buildSchema(`
  enum Status { ACTIVE NOT_YET }
  "One organization."
  type Organization { "Its name." name: String }
  type Contribution { roundsContributed: Int! avgLoss: Float lastStatus: Status }
  type Member {
    id: ID! status: Status! past: [Status!]! scopes: [String!]! description: String
    organization: Organization contribution: Contribution! others: [Member!]!
  }
  type Payload { member: Member members: [Member!]! }
  type Query { member: Payload }
  type Mutation { join(id: ID!): Payload }
`);

/** Shapes what an operation returned, as a route does. */
function shape(document: string, result: unknown, how: Shape = {}, path = 'member.member'): unknown {
  const members = answerMembers(parse(document), schema, how);
  return shapeAnswer(result, membersAt(members, path));
}

describe('an answer', () => {
  it('has the members of the document, under their aliases, in their order', () => {
    const shaped = shape('{ member { member { b: id a: description } } }', { a: 'x', b: '1', c: 'extra' });
    expect(JSON.stringify(shaped)).toBe('{"b":"1","a":"x"}');
  });

  it('says null for what is absent', () => {
    expect(shape('{ member { member { id description } } }', { id: '1' })).toEqual({
      id: '1',
      description: null,
    });
  });

  it('has enumerations in lower case, wherever they are, and other texts as they came', () => {
    const shaped = shape(
      '{ member { member { status past description contribution { last: lastStatus } } } }',
      {
        status: 'NOT_YET',
        past: ['ACTIVE', 'NOT_YET'],
        description: 'ACTIVE',
        contribution: { last: 'ACTIVE' },
      },
    );
    expect(shaped).toEqual({
      status: 'not_yet',
      past: ['active', 'not_yet'],
      description: 'ACTIVE',
      contribution: { last: 'active' },
    });
  });

  it('lifts the members of a flattened object to their parent', () => {
    const shaped = shape(
      '{ member { member { id contribution { rounds: roundsContributed loss: avgLoss } organization { org_name: name } } } }',
      { id: '1', contribution: { rounds: 3, loss: null }, organization: { org_name: 'Acme' } },
      { flatten: ['contribution', 'organization'] },
    );
    expect(shaped).toEqual({ id: '1', rounds: 3, loss: null, org_name: 'Acme' });
  });

  it('makes an object of a list of names', () => {
    const shaped = shape(
      '{ member { member { scopes } } }',
      { scopes: ['federations:read', 'keys:write'] },
      { asFlags: ['scopes'] },
    );
    expect(shaped).toEqual({ scopes: { 'federations:read': true, 'keys:write': true } });
    expect(shape('{ member { member { scopes } } }', { scopes: [] }, { asFlags: ['scopes'] })).toEqual({
      scopes: {},
    });
  });

  it('is shaped through lists and through lists of lists', () => {
    const document =
      '{ member { members { id others { status contribution { rounds: roundsContributed } } } } }';
    const other = { status: 'ACTIVE', contribution: { rounds: 0 } };
    expect(
      shape(
        document,
        [
          { id: '1', others: [other] },
          { id: '2', others: [] },
        ],
        { flatten: ['contribution'] },
        'member.members',
      ),
    ).toEqual([
      { id: '1', others: [{ status: 'active', rounds: 0 }] },
      { id: '2', others: [] },
    ]);
  });

  it('is read through fragments, named and inline, and from mutations', () => {
    const document = `
      mutation Join($id: ID!) { join(id: $id) { member { ...F ... on Member { status } } } }
      fragment F on Member { member_id: id }
    `;
    expect(shape(document, { member_id: '1', status: 'ACTIVE', more: 1 }, {}, 'join.member')).toEqual({
      member_id: '1',
      status: 'active',
    });
  });

  it('that is a leaf or null stays as it is', () => {
    expect(shape('{ member { member { id } } }', null)).toBeNull();
    expect(shape('{ member { member { id } } }', [])).toEqual([]);
  });
});

describe('the members of an answer', () => {
  it('have the descriptions of the schema', () => {
    const members = answerMembers(parse('{ member { member { organization { name } } } }'), schema, {});
    const [name] = membersAt(members, 'member.member.organization');
    expect(name).toMatchObject({
      name: 'name',
      description: 'Its name.',
      isFlattened: false,
      isFlags: false,
      members: null,
    });
  });

  it('are none where the path leads nowhere', () => {
    const members = answerMembers(parse('{ member { member { id } } }'), schema, {});
    expect(membersAt(members, 'member.nobody.x')).toEqual([]);
  });

  it('are not read from a document that the schema does not know', () => {
    expect(() => answerMembers(parse('{ member { nothing } }'), schema, {})).toThrow('nothing');
    expect(() => answerMembers(parse('fragment F on Member { id }'), schema, {})).toThrow('one operation');
    expect(() => answerMembers(parse('subscription { x }'), schema, {})).toThrow('one operation');
  });
});

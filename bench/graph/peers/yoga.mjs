import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { openSql } from '../sql.mjs';
import { createContext, resolvers, typeDefs } from '../slice.mjs';

const sql = openSql(process.env.DATABASE_URL);
const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  context: () => createContext(sql),
  graphiql: false,
  landingPage: false,
  logging: false,
});
const server = createServer(yoga);
server.listen(0, '127.0.0.1', () => console.log(`serves at http://127.0.0.1:${server.address().port}`));

import fastify from 'fastify';
import mercurius from 'mercurius';
import { openSql } from '../sql.mjs';
import { createContext, resolvers, typeDefs } from '../slice.mjs';

const sql = openSql(process.env.DATABASE_URL);
const server = fastify();
await server.register(mercurius, {
  schema: typeDefs,
  resolvers,
  context: () => createContext(sql),
  // Compiles a query after so many executions; 0 never does.
  jit: Number(process.env.JIT ?? 0),
});
console.log(`serves at ${await server.listen({ port: 0, host: '127.0.0.1' })}`);

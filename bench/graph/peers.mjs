import { serve } from './process.mjs';

/** The gateway as an operator would run it; the limits are on, and high enough not to refuse. */
const GATEWAY = {
  RATE_LIMIT_RPM: '1000000',
  GRAPHQL_COST_PER_MINUTE: '1000000000',
  LOG_LEVEL: 'warn',
  PORT: '0',
  HOST: '127.0.0.1',
};

const PEERS = [
  { kind: 'gateway', name: 'gateway', script: 'dist/src/main.js', environment: GATEWAY },
  { kind: 'graphql', name: 'Yoga', script: 'bench/graph/peers/yoga.mjs' },
  { kind: 'graphql', name: 'Mercurius', script: 'bench/graph/peers/mercurius.mjs' },
  {
    kind: 'graphql',
    name: 'Mercurius + JIT',
    script: 'bench/graph/peers/mercurius.mjs',
    environment: { JIT: '1' },
  },
  { kind: 'floor', name: 'floor', script: 'bench/graph/peers/floor.mjs' },
];

/** Starts every peer in a process of its own; stops those that run when one does not start. */
export async function startPeers(database, { key, federationId }) {
  const common = { DATABASE_URL: database.url, FEDERATION_ID: federationId };
  const running = [];
  try {
    for (const { kind, name, script, environment } of PEERS) {
      const process = await serve(script, { ...common, ...environment });
      running.push({ kind, name, ...(kind === 'gateway' ? { key } : {}), ...process });
    }
    return running;
  } catch (error) {
    for (const peer of running) peer.stop();
    throw error;
  }
}

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const DIST = path.join(import.meta.dirname, '../../../dist/src');
export const OPERATOR_KEY = 'operator-key-of-the-proofs';

function environmentOf(databaseUrl) {
  return {
    PATH: process.env.PATH,
    DATABASE_URL: databaseUrl,
    API_KEY_PEPPER: 'a pepper for the proofs',
    OPERATOR_KEY,
    DEMO_DATA: 'false',
    RATE_LIMIT_RPM: '0',
    LOG_LEVEL: 'warn',
    PORT: '0',
  };
}

/** Starts the built gateway as a process and waits until it serves. It does not outlive this process. */
export async function startGateway(databaseUrl) {
  const child = spawn(process.execPath, [path.join(DIST, 'main.js')], {
    env: environmentOf(databaseUrl),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  const kill = async () => {
    process.off('exit', killNow);
    child.kill('SIGKILL');
    await closed;
  };
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk) => (output += chunk));
  const url = await new Promise((resolve, reject) => {
    child.stdout.on('data', () => {
      const found = /serves at (http:\/\/[\d.]+:\d+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('close', (code) =>
      reject(new Error(`the gateway ended with ${code} before it served: ${output}`)),
    );
  });
  return { url, pid: child.pid, kill, endOf: () => endOf(child, output), output: () => output };
}

/**
 * Does the work with as many gateways on a new database as are to share it. What they log as an error, and an end that
 * nobody asked for, is found wrong.
 */
export async function withGateways({ name, gateways, create }, findings, work) {
  const database = await create();
  const running = [];
  try {
    for (let i = 0; i < gateways; i++) running.push(await startGateway(database.url));
    await work(database, running);
    const logged = running.flatMap(
      ({ output }) => output().match(/"level":"?(?:error|fatal|50|60)\b.*/g) ?? [],
    );
    findings.add(`${name} log`, logged);
  } catch (error) {
    findings.add(name, [error.stack]);
    // Where the error is due to a gateway's end, that is told a moment later.
    await sleep(1_000);
  } finally {
    findings.add(
      name,
      running.flatMap(({ endOf }) => endOf()),
    );
    await Promise.all(running.map(({ kill }) => kill()));
    await database.drop();
  }
}

/** How a process ended that should not have; nothing while it runs. */
function endOf({ exitCode, signalCode }, output) {
  const reason = signalCode ?? exitCode;
  return reason === null ? [] : [`the gateway ended by itself with ${reason}: ${output}`];
}

/** Runs a command of the built command line to its end. */
export function runCommand(databaseUrl, args) {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [path.join(DIST, 'cli/main.js'), ...args],
      { env: environmentOf(databaseUrl), maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : (error.code ?? 1), stdout, stderr }),
    );
  });
}

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../..');
const PEPPER = 'a pepper for the benchmark';
/** Of /proc/<pid>/stat; 100 a second on every Linux. */
const TICKS_PER_SECOND = 100;

function start(script, args, environment) {
  return spawn(process.execPath, [path.join(ROOT, script), ...args], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', API_KEY_PEPPER: PEPPER, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Runs a script to its end and gives its output. */
export async function run(script, args, environment) {
  const child = start(script, args, environment);
  let output = '';
  for await (const chunk of child.stdout) output += chunk;
  if (child.exitCode !== 0) await new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode !== 0) throw new Error(`${script} ${args.join(' ')} ended with ${child.exitCode}`);
  return output;
}

/** Starts a server and waits until it says where it serves. */
export async function serve(script, environment) {
  const child = start(script, [], environment);
  let output = '';
  for await (const chunk of child.stdout) {
    output += chunk;
    const [, url] = /serves at (http:\/\/[\d.]+:\d+)/.exec(output) ?? [];
    if (url !== undefined) return { url, pid: child.pid, stop: () => child.kill('SIGKILL') };
  }
  throw new Error(`${script} did not start: ${output}`);
}

/** Processor time of a process so far, user and system, all threads, in microseconds. */
export function cpuMicroseconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1e6;
}

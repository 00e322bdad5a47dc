import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../..');
const PEPPER = 'a pepper for the benchmark';
/** Of /proc/<pid>/stat; 100 a second on every Linux. */
const TICKS_PER_SECOND = 100;
/** Places of utime and stime behind the name of the process. */
const [USER_TIME, SYSTEM_TIME] = [11, 12];

function start(script, args, environment) {
  return spawn(process.execPath, [path.join(ROOT, script), ...args], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', API_KEY_PEPPER: PEPPER, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Runs a script to its end and gives its output. */
export async function run(script, args, environment) {
  const child = start(script, args, environment);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let output = '';
  for await (const chunk of child.stdout) output += chunk;
  const exitCode = await ended;
  if (exitCode !== 0) throw new Error(`${script} ${args.join(' ')} ended with ${exitCode}`);
  return output;
}

/** Starts a server and waits until it says where it serves. It does not outlive this process. */
export async function serve(script, environment) {
  const child = start(script, [], environment);
  const stop = () => {
    process.off('exit', stop);
    child.kill('SIGKILL');
  };
  process.once('exit', stop);
  const url = await new Promise((resolve, reject) => {
    let output = '';
    // Read to the end, so that whatever it logs later finds its reader.
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const [, found] = /serves at (http:\/\/[\d.]+:\d+)/.exec(output) ?? [];
      if (found === undefined) return;
      child.stdout.removeAllListeners('data').resume();
      resolve(found);
    });
    child.once('exit', () => reject(new Error(`${script} did not start: ${output}`)));
  });
  return { url, pid: child.pid, stop };
}

/** Processor time of a process so far, user and system, all threads, in microseconds. */
export function cpuMicroseconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  const ticks = Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME]);
  return (ticks / TICKS_PER_SECOND) * 1e6;
}

import autocannon from 'autocannon';
import { cpuMicroseconds } from './process.mjs';

const CONNECTIONS = 10;

/** The request that asks a peer for a work item; null where it has no answer to it. */
export function requestOf(peer, item) {
  if (peer.kind === 'floor')
    return { path: item.floor, ...(item.rest === undefined ? post(item) : { method: 'GET' }) };
  if (item.rest !== undefined) return peer.kind === 'gateway' ? { path: item.rest, method: 'GET' } : null;
  return { path: '/graphql', ...post(item) };
}

function post({ query, variables }) {
  return { method: 'POST', body: JSON.stringify({ query, variables }) };
}

function headersOf(peer, method) {
  return {
    ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    ...(peer.key === undefined ? {} : { authorization: `Bearer ${peer.key}` }),
  };
}

/** One answer, for comparing peers. GraphQL extensions are the gateway's own. */
export async function answerOf(peer, item) {
  const request = requestOf(peer, item);
  if (request === null) return null;
  const { method, body, path } = request;
  const headers = headersOf(peer, method);
  const response = await fetch(peer.url + path, { method, headers, body });
  if (!response.ok) throw new Error(`${peer.name} answered ${response.status}: ${await response.text()}`);
  const answer = await response.json();
  return JSON.stringify(Array.isArray(answer) ? answer : { data: answer.data });
}

/** Drives one peer with one item for some seconds: microseconds of processor time a request, requests a second. */
export async function measure(peer, item, seconds) {
  const request = requestOf(peer, item);
  if (request === null) return null;
  const headers = headersOf(peer, request.method);
  const before = cpuMicroseconds(peer.pid);
  const result = await autocannon({
    url: peer.url + request.path,
    method: request.method,
    headers,
    ...(request.body === undefined ? {} : { body: request.body }),
    connections: CONNECTIONS,
    duration: seconds,
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${peer.name}: ${result.non2xx} refusals, ${result.errors} errors`);
  const cpu = cpuMicroseconds(peer.pid) - before;
  return {
    cpuPerRequest: cpu / result.requests.total,
    requestsPerSecond: result.requests.total / result.duration,
  };
}

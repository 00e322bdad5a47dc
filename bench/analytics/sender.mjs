import { Agent, request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { bodyOf } from './bodies.mjs';
import { batches } from './observations.mjs';

/** A member's side, in a thread of its own: what it costs to make and to send a body is not the gateway's. */
const { url, key, path, form, count, batch, seed, atOnce } = workerData;

function post(contentType, write) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': contentType, authorization: `Bearer ${key}` };
    const sent = request(new URL(path, url), { method: 'POST', headers, agent }, (response) => {
      response.setEncoding('utf8');
      let text = '';
      response.on('data', (piece) => (text += piece));
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode} ${text}`)),
      );
    });
    sent.on('error', reject);
    void write(sent).then(() => sent.end());
  });
}

async function writeAll(sent, pieces) {
  for (const piece of pieces)
    if (!sent.write(piece)) await new Promise((resolve) => sent.once('drain', resolve));
}

const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
const pieces = Array.from(batches(count, batch, seed), (observations) => bodyOf(form, observations));
parentPort.postMessage('ready');
await new Promise((resolve) => parentPort.once('message', resolve));
if (form === 'lines') await post('application/x-ndjson', (sent) => writeAll(sent, pieces));
else {
  const rest = pieces.values();
  const sendRest = async () => {
    for (const piece of rest) await post('application/json', (sent) => writeAll(sent, [piece]));
  };
  await Promise.all(Array.from({ length: atOnce }, sendRest));
}
parentPort.postMessage('sent');
agent.destroy();
parentPort.close();

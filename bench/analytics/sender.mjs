import { request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { batches } from './observations.mjs';

/** A member's side, in a thread of its own: what it costs to make and to send a body is not the gateway's. */
const { url, key, path, form, count, batch, seed } = workerData;

const lineOf = ({ recordedAt, deviceGroup, deviceId, devicePlatform, metrics, attributes }) =>
  JSON.stringify({
    recorded_at: new Date(recordedAt).toISOString(),
    device_group: deviceGroup,
    device_id: deviceId,
    device_platform: devicePlatform,
    metrics,
    attributes,
  });

function* piecesOf(form) {
  for (const observations of batches(count, batch, seed)) {
    const lines = observations.map(lineOf);
    yield Buffer.from(form === 'lines' ? `${lines.join('\n')}\n` : `{"observations":[${lines.join(',')}]}`);
  }
}

function post(contentType, write) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': contentType, authorization: `Bearer ${key}` };
    const sent = request(new URL(path, url), { method: 'POST', headers }, (response) => {
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

const pieces = [...piecesOf(form)];
parentPort.postMessage('ready');
await new Promise((resolve) => parentPort.once('message', resolve));
if (form === 'lines') await post('application/x-ndjson', (sent) => writeAll(sent, pieces));
else for (const piece of pieces) await post('application/json', (sent) => writeAll(sent, [piece]));
parentPort.postMessage('sent');
parentPort.close();

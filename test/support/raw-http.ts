import { connect } from 'node:net';
import type { Answer } from './client.js';

/** Sends bytes that no HTTP client would send, and reads what comes until the server closes. */
export async function sendRaw(url: string, bytes: string | Uint8Array): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const received = await new Promise<string>((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')));
    // The server may close while bytes are still on their way; what it said before counts.
    socket.on('error', (error) => {
      if (chunks.length === 0) reject(error);
    });
    socket.setTimeout(10_000, () => socket.destroy(new Error('the server neither answered nor closed')));
  });
  return parse(received);
}

function parse(received: string): Answer {
  const end = received.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = received.slice(0, end).split('\r\n');
  const text = received.slice(end + 4);
  const headers = new Headers(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, text, body: JSON.parse(text) };
}

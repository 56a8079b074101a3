import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An address of a partner that answers what a test says, and keeps what it was sent. */
export interface ScriptedAddress {
  url: string;
  /** Status of the answers to come, in order; 200 behind the last. */
  answers: number[];
  requests: { headers: IncomingHttpHeaders; body: string }[];
  close(): Promise<void>;
}

export async function openAddress(...answers: number[]): Promise<ScriptedAddress> {
  const requests: ScriptedAddress['requests'] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.once('end', () => {
      requests.push({ headers: request.headers, body: Buffer.concat(pieces).toString('latin1') });
      response.writeHead(answers.shift() ?? 200, { Location: 'http://127.0.0.1:1/elsewhere' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/as2`,
    answers,
    requests,
    close: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}

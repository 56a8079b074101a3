import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../common/errors.ts';

/** Reads a body of at most `maxBytes`. Throws GatewayError FILE_TOO_LARGE. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = new GatewayError(
    'FILE_TOO_LARGE',
    `The body is larger than the ${maxBytes} bytes that this address takes. Send it in parts, or by a folder or SFTP channel.`,
  );
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    request.resume();
    throw tooLarge;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      request.resume();
      throw tooLarge;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Throws GatewayError INVALID_REQUEST when the bytes are not JSON. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GatewayError('INVALID_REQUEST', `The body is not JSON: ${reason}`, { cause });
  }
}

import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../common/errors.ts';

/** Looks at the beginning of a body, and throws where no more of it is to be taken. */
export interface BodyGuard {
  /** Length of the beginning; a shorter body is looked at whole. */
  bytes: number;
  admit: (beginning: Uint8Array) => Promise<void>;
}

/** Reads a body of at most `maxBytes`. Throws GatewayError FILE_TOO_LARGE, and what the guard throws. */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
  guard?: BodyGuard,
): Promise<Uint8Array> {
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
  let awaited = guard;
  // Destroyed here, the request would take the connection with it on which the caller is to be told.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      request.resume();
      throw tooLarge;
    }
    chunks.push(chunk);
    if (awaited === undefined || size < awaited.bytes) continue;
    await awaited.admit(Buffer.concat(chunks).subarray(0, awaited.bytes));
    awaited = undefined;
  }
  const body = Buffer.concat(chunks);
  await awaited?.admit(body);
  return body;
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

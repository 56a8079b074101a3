import { createReadStream } from 'node:fs';
import { GatewayError } from '../common/errors.ts';

const CHUNK_BYTES = 64 * 1024;

/** A file, or standard input for `-`, piece by piece. Throws FILE_UNREADABLE (exit 2) that says why. */
export async function* openInput(file: string): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: CHUNK_BYTES });
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GatewayError('FILE_UNREADABLE', `${file} cannot be read: ${reason}`, { cause: error });
  }
}

/** The whole of it. */
export async function readInput(file: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of openInput(file)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Reads JSON; a syntax error names the file. */
export async function readJson(file: string): Promise<unknown> {
  const text = new TextDecoder().decode(await readInput(file));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new GatewayError(
      'INVALID_REQUEST',
      `${file === '-' ? 'Standard input' : file} is not JSON: ${String(error)}`,
    );
  }
}

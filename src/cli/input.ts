import { readFile } from 'node:fs/promises';
import { GatewayError } from '../common/errors.ts';

/** Reads a file, or standard input for `-`. Throws FILE_UNREADABLE (exit 2) that says why. */
export async function readInput(file: string): Promise<Uint8Array> {
  try {
    if (file !== '-') return await readFile(file);
    const chunks: Uint8Array[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GatewayError('FILE_UNREADABLE', `${file} cannot be read: ${reason}`, { cause: error });
  }
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

import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { GatewayError } from '../common/errors.ts';
import { releaseEach } from '../common/release.ts';
import type { FileContent, LargeContent } from '../pipeline/ports/file-content.ts';
import { contentSha256, contentSize } from '../pipeline/ports/file-content.ts';

const PIECE_BYTES = 256 * 1024;

/** A range of a file on this machine, from `start` to `end` (exclusive), or to the end of the file. */
export interface FileRange {
  path: string;
  start?: number;
  end: number;
}

/** The content of a range of a file that stays as it is for as long as it is read. Reads it through once, for its hash. */
export async function readLargeFile(range: FileRange): Promise<LargeContent> {
  const hash = createHash('sha256');
  for await (const piece of releaseEach(piecesOf(range))) hash.update(piece);
  return knownFile(range, hash.digest('hex'));
}

/** As `readLargeFile`, of a file whose hash is known. */
export function knownFile(range: FileRange, sha256: string): LargeContent {
  return { sizeBytes: range.end - (range.start ?? 0), sha256, read: () => piecesOf(range) };
}

async function* piecesOf({ path, start = 0, end }: FileRange): AsyncGenerator<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    yield* readRange(handle, path, start, end);
  } finally {
    await handle.close();
  }
}

export async function* readRange(
  handle: FileHandle,
  path: string,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  for (let position = start; position < end;) {
    const buffer = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, end - position));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0)
      throw new GatewayError('TRANSPORT_UNAVAILABLE', `${path} became shorter while it was read.`);
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Whether a file on this machine holds that content. */
export async function isSameFile(path: string, sizeBytes: number, content: FileContent): Promise<boolean> {
  if (sizeBytes !== contentSize(content)) return false;
  return (await readLargeFile({ path, end: sizeBytes })).sha256 === contentSha256(content);
}

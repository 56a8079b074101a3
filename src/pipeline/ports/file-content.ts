import { hash } from 'node:crypto';
import { invariant } from '../../common/invariant.ts';
import { releaseEach } from '../../common/release.ts';

/** Content that is too large for memory: read piece by piece, as often as is needed. */
export interface LargeContent {
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /**
   * The pieces in their order; each belongs to the reader, who may release it. Throws where what comes is not the content
   * any more.
   */
  read(): AsyncIterable<Uint8Array>;
}

/** Bytes of a file: in memory, or too many for it. */
export type FileContent = Uint8Array | LargeContent;

/** Files up to this size are held in memory; larger ones go piece by piece. */
export const IN_MEMORY_BYTES = 16 * 1024 * 1024;

export function contentSize(content: FileContent): number {
  return content instanceof Uint8Array ? content.length : content.sizeBytes;
}

/** Lower-case hex. */
export function contentSha256(content: FileContent): string {
  return content instanceof Uint8Array ? hash('sha256', content) : content.sha256;
}

export function readPieces(content: FileContent): AsyncIterable<Uint8Array> {
  return content instanceof Uint8Array ? once(content) : content.read();
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** All of it in memory: for what takes no large content. */
export async function readWhole(content: FileContent): Promise<Uint8Array> {
  if (content instanceof Uint8Array) return content;
  const whole = new Uint8Array(content.sizeBytes);
  let length = 0;
  for await (const piece of releaseEach(content.read())) {
    whole.set(piece, length);
    length += piece.length;
  }
  invariant(length === whole.length, 'A content has as many bytes as it says');
  return whole;
}

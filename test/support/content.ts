import type { FileContent } from '../../src/pipeline/ports/file-content.ts';

/** Content that a test knows to be small. */
export function inMemory(content: FileContent | undefined): Uint8Array {
  if (content instanceof Uint8Array) return content;
  throw new Error(
    content === undefined ? 'there is no content' : `${content.sizeBytes} bytes are not in memory`,
  );
}

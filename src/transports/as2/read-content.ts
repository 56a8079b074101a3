import { open } from 'node:fs/promises';
import { IN_MEMORY_BYTES } from '../../pipeline/ports/file-content.ts';
import type { FileContent } from '../../pipeline/ports/file-content.ts';
import { readLargeFile } from '../large-file.ts';
import type { Content } from './content.ts';
import { contentLength } from './content.ts';

/** For the archive and the pipeline: in memory up to a size, otherwise hashed here, and read piece by piece later. */
export async function toFileContent(content: Content): Promise<FileContent> {
  return contentLength(content) > IN_MEMORY_BYTES && !(content instanceof Uint8Array)
    ? readLargeFile(content)
    : readContent(content);
}

/** The bytes of a content, read whole. */
export async function readContent(content: Content): Promise<Uint8Array> {
  if (content instanceof Uint8Array) return content;
  const bytes = Buffer.alloc(contentLength(content));
  const handle = await open(content.path, 'r');
  try {
    let done = 0;
    while (done < bytes.length) {
      const { bytesRead } = await handle.read(bytes, done, bytes.length - done, content.start + done);
      if (bytesRead === 0) throw new Error(`${content.path} is shorter than it was.`);
      done += bytesRead;
    }
  } finally {
    await handle.close();
  }
  return bytes;
}

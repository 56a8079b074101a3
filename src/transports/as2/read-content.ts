import { open } from 'node:fs/promises';
import type { Content } from './content.ts';
import { contentLength } from './content.ts';

/** The bytes of a content, read whole: for the archive, which keeps whole files. */
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

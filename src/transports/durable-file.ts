import { lstat, mkdir, open, rename, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { GatewayError } from '../common/errors.ts';
import { releaseEach } from '../common/release.ts';
import type { FileContent } from '../pipeline/ports/file-content.ts';
import { contentSize } from '../pipeline/ports/file-content.ts';

/** Makes the folder when it is missing; refuses a link in its place, which would lead our files elsewhere. */
export async function ensureFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await lstat(folder)).isDirectory()) return;
  throw new GatewayError(
    'TRANSPORT_UNAVAILABLE',
    `${folder} must be a folder, not a link. Replace it by a folder.`,
    {
      details: { folder },
    },
  );
}

/** Writes a file whose bytes have reached the disk, and checks their number. The name itself is durable after syncFolder. */
export async function writeDurably(file: string, content: FileContent): Promise<void> {
  const handle = await open(file, 'w');
  try {
    await handle.writeFile(content instanceof Uint8Array ? content : releaseEach(content.read()));
    await handle.sync();
    const { size } = await handle.stat();
    if (size !== contentSize(content)) {
      throw new GatewayError(
        'TRANSPORT_UNAVAILABLE',
        `${file} has ${size} bytes after writing ${contentSize(content)}.`,
      );
    }
  } finally {
    await handle.close();
  }
}

/** Moves a file within a file system; durable when it resolves. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(path.dirname(to));
}

/** Makes the names in a folder durable. Windows cannot and need not. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } finally {
    await handle?.close();
  }
}

import { mkdir, rm, stat, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a folder and those above it that are missing. The `recursive` of Node's own mkdir never ends where a folder that is
 * there answers ENOENT for a new one, as everything below /proc does. Throws what the file system says.
 */
export async function makeFolder(folder: string, { mode = 0o777 }: { mode?: number } = {}): Promise<void> {
  const missing: string[] = [];
  for (let at = path.resolve(folder); !(await isFolder(at)); at = path.dirname(at)) missing.unshift(at);
  for (const one of missing) {
    try {
      await mkdir(one, { mode });
    } catch (error) {
      // Another process has made it meanwhile.
      if (!(await isFolder(one))) throw error;
    }
  }
}

export async function isFolder(name: string): Promise<boolean> {
  try {
    return (await stat(name)).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Really writes: rights alone do not show that a disk is full. More than a page, and less than a database that grows. `name`
 * is that of the file, which goes again. Throws what the file system says; returns the free space in megabytes.
 */
export async function tryToWrite(folder: string, name: string): Promise<bigint> {
  const file = path.join(folder, name);
  try {
    await writeFile(file, Buffer.alloc(64 * 1024), { flush: true });
  } finally {
    await rm(file, { force: true });
  }
  const { bavail, bsize } = await statfs(folder, { bigint: true });
  return (bavail * bsize) / (1024n * 1024n);
}

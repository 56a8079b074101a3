import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Context } from 'koa';

interface ConsoleFile {
  type: string;
  etag: string;
  /** As nearly every browser asks for it; another gets it unpacked. */
  gzipped: Buffer;
  /** Named by its content: never changes. */
  immutable: boolean;
}

export interface ConsoleFiles {
  /** Answers with the file of that path, or with the console's page. False when the console is not built. */
  serve(context: Context): boolean;
}

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  webmanifest: 'application/manifest+json',
};

/**
 * Reads the built console into memory once, packed (300 KB). Paths without a file of their own get `index.html`: the
 * console's router knows them.
 */
export async function loadConsoleFiles(folder: string): Promise<ConsoleFiles> {
  const files = new Map<string, ConsoleFile>();
  for (const name of await listFiles(folder)) {
    const path = `/${name.split(sep).join('/')}`;
    files.set(path, await readConsoleFile(join(folder, name), path));
  }
  return {
    serve(context) {
      const own = files.get(context.path);
      // A missing asset is an old page's: answering it with the new page would be a script full of HTML.
      const file = own ?? (context.path.startsWith('/assets/') ? undefined : files.get('/index.html'));
      if (file === undefined) return false;
      context.status = 200;
      context.type = file.type;
      context.set('Cache-Control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
      context.vary('Accept-Encoding');
      context.etag = file.etag;
      if (context.fresh) {
        context.status = 304;
        return true;
      }
      const zipped = context.acceptsEncodings('gzip', 'identity') === 'gzip';
      if (zipped) context.set('Content-Encoding', 'gzip');
      context.body = zipped ? file.gzipped : gunzipSync(file.gzipped);
      return true;
    },
  };
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function readConsoleFile(file: string, path: string): Promise<ConsoleFile> {
  const bytes = await readFile(file);
  return {
    type: TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
    etag: createHash('sha256').update(bytes).digest('base64url').slice(0, 22),
    // In memory of its own: what zlib gives, and what Buffer.from copies, keeps a larger buffer that it is a piece of.
    gzipped: Buffer.from(new Uint8Array(gzipSync(bytes)).buffer),
    immutable: path.startsWith('/assets/'),
  };
}

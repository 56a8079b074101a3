import type { Attributes, Stats } from 'ssh2';
import { GatewayError } from '../../common/errors.ts';
import { contentSize } from '../../pipeline/ports/file-content.ts';
import type { FileContent, LargeContent } from '../../pipeline/ports/file-content.ts';
import { joinPath } from '../remote-folder.ts';
import type { Spool, SpooledContent } from '../spool.ts';
import { STATUS, statusOf } from './sftp-error.ts';
import type { TransferSettings } from './sftp-options.ts';
import type { Handle, SftpRemote } from './sftp-remote.ts';

/** A file as a list of the server shows it. */
export interface RemoteFile {
  name: string;
  path: string;
  sizeBytes: number;
  /** Seconds since 1970 by the server's clock. */
  modifiedSeconds: number;
  kind: 'file' | 'folder' | 'other';
}

/** A folder with more entries than this is not one that partners exchange files in. */
const MAX_ENTRIES = 200_000;
/** What is written at once of a large file, and asked for in as many requests as it takes. */
const PIECE_BYTES = 256 * 1024;
/** Of one file, asked for or sent and not answered yet, where requests are large. */
const UNDER_WAY_BYTES = 4 * 1024 * 1024;
const TYPE_MASK = 0o170000;
const TYPE_FILE = 0o100000;
const TYPE_FOLDER = 0o040000;

/** How a file is asked for or sent: requests of so many bytes, so many at a time. */
interface Requests {
  chunkBytes: number;
  parallel: number;
}

function requestsOf(
  { requestBytes }: SftpRemote,
  { chunkBytes = requestBytes, parallelRequests }: TransferSettings,
): Requests {
  return { chunkBytes, parallel: Math.min(parallelRequests, Math.ceil(UNDER_WAY_BYTES / chunkBytes)) };
}

/** The entries of a folder, page by page. Names are as the server sent them: see troubleOfName. */
export async function listFolder(remote: SftpRemote, folder: string): Promise<RemoteFile[]> {
  const handle = await remote.openFolder(folder === '' ? '.' : folder);
  const files: RemoteFile[] = [];
  try {
    for (;;) {
      const page = await remote.readFolder(handle);
      if (page === undefined) return files;
      for (const { filename, attrs } of page) {
        if (filename !== '.' && filename !== '..') files.push(toRemoteFile(folder, filename, attrs));
      }
      if (files.length > MAX_ENTRIES) {
        throw new GatewayError('TRANSPORT_REJECTED', `${folder} has more than ${MAX_ENTRIES} entries.`);
      }
    }
  } finally {
    await remote.close(handle).catch(() => undefined);
  }
}

function toRemoteFile(folder: string, name: string, attributes: Attributes): RemoteFile {
  const type = attributes.mode & TYPE_MASK;
  return {
    name,
    path: joinPath(folder, name),
    sizeBytes: attributes.size,
    modifiedSeconds: attributes.mtime,
    kind: type === TYPE_FILE ? 'file' : type === TYPE_FOLDER ? 'folder' : 'other',
  };
}

/** What tells one state of a file from another. */
export function stateOf({ sizeBytes, modifiedSeconds }: RemoteFile): string {
  return `${modifiedSeconds}/${sizeBytes}`;
}

export async function isUnchanged(remote: SftpRemote, file: RemoteFile): Promise<boolean> {
  const now = await remote.lstat(file.path);
  return now !== undefined && isSameState(file, now);
}

function isSameState(file: RemoteFile, stats: Stats): boolean {
  return stats.size === file.sizeBytes && stats.mtime === file.modifiedSeconds;
}

/** The bytes of exactly that state of the file; undefined where it changed or went meanwhile. */
export async function download(
  remote: SftpRemote,
  file: RemoteFile,
  settings: TransferSettings,
): Promise<Buffer | undefined> {
  const bytes = Buffer.allocUnsafeSlow(file.sizeBytes);
  const requests = requestsOf(remote, settings);
  const complete = await whileOpen(remote, file, requests, (handle) =>
    fill(remote, handle, bytes, 0, requests),
  );
  return complete ? bytes : undefined;
}

/** As `download`, into a file of this machine: for what is too large for memory. */
export async function downloadLarge(
  remote: SftpRemote,
  file: RemoteFile,
  settings: TransferSettings,
  spool: Spool,
): Promise<SpooledContent | undefined> {
  const requests = requestsOf(remote, settings);
  let kept: SpooledContent | undefined;
  const complete = await whileOpen(remote, file, requests, async (handle) => {
    kept = await spool.keep(readPieces(remote, handle, file.sizeBytes, requests));
    return kept.sizeBytes === file.sizeBytes;
  });
  if (complete) return kept;
  await kept?.dispose();
  return undefined;
}

/** The file piece by piece, while the next ones are under way; each is good until the next is asked for. Ends early where the file does. */
async function* readPieces(
  remote: SftpRemote,
  handle: Handle,
  sizeBytes: number,
  { chunkBytes, parallel }: Requests,
): AsyncGenerator<Buffer> {
  const requestsPerPiece = Math.max(1, Math.min(parallel, Math.floor(PIECE_BYTES / chunkBytes)));
  const pieceBytes = chunkBytes * requestsPerPiece;
  const ahead = Math.min(Math.floor(parallel / requestsPerPiece), Math.ceil(sizeBytes / pieceBytes));
  const read = (buffer: Buffer, position: number) => {
    const piece = buffer.subarray(0, Math.max(0, Math.min(pieceBytes, sizeBytes - position)));
    const reading = fill(remote, handle, piece, position, { chunkBytes, parallel: requestsPerPiece });
    // Its failure is thrown when its turn comes, which may be never.
    reading.catch(() => undefined);
    return { piece, reading };
  };
  const slots = Array.from({ length: ahead }, (_, index) =>
    read(Buffer.allocUnsafeSlow(pieceBytes), index * pieceBytes),
  );
  for (let index = 0; index * pieceBytes < sizeBytes; index += 1) {
    const { piece, reading } = slots[index % ahead]!;
    if (!(await reading)) return;
    yield piece;
    slots[index % ahead] = read(Buffer.from(piece.buffer), (index + ahead) * pieceBytes);
  }
}

/** Whether the file on the server holds that content. */
export async function holdsContent(
  remote: SftpRemote,
  file: RemoteFile,
  content: FileContent,
  settings: TransferSettings,
  spool: Spool,
): Promise<boolean> {
  if (file.sizeBytes !== contentSize(content)) return false;
  if (content instanceof Uint8Array) {
    const there = await download(remote, file, settings);
    return there !== undefined && Buffer.compare(there, content) === 0;
  }
  const there = await downloadLarge(remote, file, settings, spool);
  await there?.dispose();
  return there?.sha256 === content.sha256;
}

/** Reads from the file; false where it went or changed meanwhile, or the reading said so. */
async function whileOpen(
  remote: SftpRemote,
  file: RemoteFile,
  { chunkBytes }: Requests,
  read: (handle: Handle) => Promise<boolean>,
): Promise<boolean> {
  let handle: Handle;
  try {
    handle = await remote.open(file.path, 'r');
  } catch (error) {
    const status = statusOf(error);
    if (status === STATUS.noSuchFile || status === STATUS.noSuchPath) return false;
    throw error;
  }
  try {
    const reading = read(handle);
    // A small file is one request, and its state is asked in the same breath: requests on one handle are answered in their order.
    if (file.sizeBytes > chunkBytes) await reading;
    const [complete, stats] = await Promise.all([reading, remote.statOf(handle)]);
    return complete && isSameState(file, stats);
  } finally {
    // Nobody has to wait for it; its failure means nothing.
    remote.close(handle).catch(() => undefined);
  }
}

/** Fills the buffer with what the file holds from the position on; false where the file ends before. */
function fill(
  remote: SftpRemote,
  handle: Handle,
  into: Buffer,
  position: number,
  requests: Requests,
): Promise<boolean> {
  return inChunks(into.length, requests, async (start, length) => {
    for (let done = 0; done < length;) {
      const at = start + done;
      const count = await remote.read(handle, into, at, length - done, position + at);
      if (count === 0) return false;
      done += count;
    }
    return true;
  });
}

/** Writes a new file and sees to it that it has its size. A file that is there under the name is overwritten. */
export async function upload(
  remote: SftpRemote,
  path: string,
  content: FileContent,
  settings: TransferSettings & { mode?: number },
): Promise<void> {
  const { mode } = settings;
  const requests = requestsOf(remote, settings);
  const size = contentSize(content);
  const handle = await remote.open(path, 'w', mode);
  const writing =
    content instanceof Uint8Array
      ? writeAll(remote, handle, content, requests)
      : writePieces(remote, handle, content, requests);
  // A small file is one request, and everything behind it is asked in the same breath; see whileOpen.
  if (size > requests.chunkBytes) await writing.catch(() => undefined);
  const [written, stats, permitted, closed] = await Promise.allSettled([
    writing,
    remote.statOf(handle),
    // The mode at opening is subject to the server's umask.
    mode === undefined ? undefined : remote.setMode(handle, mode).catch(ignoreUnsupported),
    remote.close(handle),
  ]);
  for (const outcome of [written, permitted, closed]) if (outcome.status === 'rejected') throw outcome.reason;
  if (stats.status === 'fulfilled' && stats.value.size === size) return;
  // A server that answers out of order, or only by name: by now it must be right.
  const there = (await remote.lstat(path))?.size;
  if (there !== size) {
    throw new GatewayError(
      'TRANSPORT_UNAVAILABLE',
      `${path} has ${there ?? 'no'} bytes on the server after sending ${size}.`,
    );
  }
}

async function writeAll(
  remote: SftpRemote,
  handle: Handle,
  content: Uint8Array,
  requests: Requests,
): Promise<void> {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  await inChunks(bytes.length, requests, (start, length) =>
    remote.write(handle, bytes, start, length, start).then(() => true),
  );
}

/** Writes what comes piece by piece, so many requests at a time. */
async function writePieces(
  remote: SftpRemote,
  handle: Handle,
  content: LargeContent,
  { chunkBytes, parallel }: Requests,
): Promise<void> {
  const underWay = new Set<Promise<unknown>>();
  let position = 0;
  try {
    for await (const piece of content.read()) {
      const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
      for (let start = 0; start < bytes.length; start += chunkBytes) {
        const length = Math.min(chunkBytes, bytes.length - start);
        const write = remote
          .write(handle, bytes, start, length, position)
          .finally(() => underWay.delete(write));
        underWay.add(write);
        position += length;
        if (underWay.size >= parallel) await Promise.race(underWay);
      }
    }
    await Promise.all(underWay);
  } finally {
    await Promise.allSettled(underWay);
  }
}

/** Some servers have no modes, or let nobody change them: the file itself is what counts. */
function ignoreUnsupported(error: unknown): void {
  const status = statusOf(error);
  if (status !== STATUS.unsupported && status !== STATUS.permissionDenied) throw error;
}

/** Does the work on all chunks, so many at a time. False as soon as one said false; rejects after those under way have ended. */
async function inChunks(
  sizeBytes: number,
  { chunkBytes, parallel }: Requests,
  work: (start: number, length: number) => Promise<boolean>,
): Promise<boolean> {
  let next = 0;
  let good = true;
  const runner = async () => {
    while (next < sizeBytes && good) {
      const start = next;
      next += chunkBytes;
      try {
        if (!(await work(start, Math.min(chunkBytes, sizeBytes - start)))) good = false;
      } catch (error) {
        good = false;
        throw error;
      }
    }
  };
  const runners = Array.from({ length: Math.min(parallel, Math.ceil(sizeBytes / chunkBytes)) }, runner);
  const outcomes = await Promise.allSettled(runners);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return good;
}

/** Makes the folder when it is missing; a server that refuses says so when it is used. */
export async function ensureFolder(remote: SftpRemote, folder: string): Promise<void> {
  if (folder !== '') await remote.makeFolder(folder).catch(() => undefined);
}

/** A path in the folder that no file has: the name itself, or one with a number. */
export async function freePath(remote: SftpRemote, folder: string, name: string): Promise<string> {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let number = 1; ; number += 1) {
    const path = joinPath(folder, number === 1 ? name : `${stem}-${number}${extension}`);
    if ((await remote.lstat(path)) === undefined) return path;
  }
}

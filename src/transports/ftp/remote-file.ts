import { PassThrough, Readable, Writable } from 'node:stream';
import { FileType } from 'basic-ftp';
import type { Client, FileInfo } from 'basic-ftp';
import { GatewayError } from '../../common/errors.ts';
import { contentSize } from '../../pipeline/ports/file-content.ts';
import type { FileContent } from '../../pipeline/ports/file-content.ts';
import { joinPath } from '../remote-folder.ts';
import type { Spool, SpooledContent } from '../spool.ts';
import { isMissing, isUnsupported } from './ftp-error.ts';

/** A file as a list of the server shows it. */
export interface RemoteFile {
  name: string;
  path: string;
  sizeBytes: number;
  /** Time of the last change as an instant, or as the list has it where the server tells no exact one. */
  modified: string;
  kind: 'file' | 'folder' | 'other';
}

const CHUNK_BYTES = 65_536;
const MAX_OF_ONE_NAME = 1_000;

/** The entries of a folder. Names are as the server sent them: see troubleOfName. */
export async function listFolder(client: Client, folder: string): Promise<RemoteFile[]> {
  const entries = await client.list(folder);
  return entries
    .filter(({ name }) => name !== '.' && name !== '..')
    .map((entry) => ({
      name: entry.name,
      path: joinPath(folder, entry.name),
      sizeBytes: entry.size,
      modified: entry.modifiedAt?.toISOString() ?? entry.rawModifiedAt,
      kind: kindOf(entry),
    }));
}

function kindOf({ type }: FileInfo): RemoteFile['kind'] {
  if (type === FileType.File) return 'file';
  return type === FileType.Directory ? 'folder' : 'other';
}

/** Undefined where there is no such file. */
export async function sizeOf(client: Client, path: string): Promise<number | undefined> {
  try {
    return await client.size(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (!isUnsupported(error)) throw error;
    const slash = path.lastIndexOf('/');
    const entries = await listFolder(client, path.slice(0, Math.max(slash, 0)));
    return entries.find(({ name }) => name === path.slice(slash + 1))?.sizeBytes;
  }
}

/** The exact time of the last change; `otherwise` where the server cannot tell it, undefined where the file is gone. */
export async function modifiedOf(
  client: Client,
  path: string,
  otherwise: string,
): Promise<string | undefined> {
  try {
    return (await client.lastMod(path)).toISOString();
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (isUnsupported(error) || error instanceof RangeError) return otherwise;
    throw error;
  }
}

/** The bytes of a file; undefined where it is gone. Throws FILE_TOO_LARGE as soon as more than `maxBytes` have come. */
export async function download(
  client: Client,
  path: string,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  const target = new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      chunks.push(chunk);
      done(size > maxBytes ? tooLarge(path, maxBytes) : undefined);
    },
  });
  try {
    await client.downloadTo(target, path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return Buffer.concat(chunks, size);
}

/** As `download`, into a file of this machine: for what is too large for memory. */
export async function downloadLarge(
  client: Client,
  path: string,
  maxBytes: number,
  spool: Spool,
): Promise<SpooledContent | undefined> {
  const through = new PassThrough();
  // Whoever reads is told by the rejection below; the event alone, before anybody reads, would end the process.
  through.on('error', () => undefined);
  const keeping = spool.keep(upTo(through, maxBytes, path));
  keeping.catch(() => undefined);
  try {
    await client.downloadTo(through, path);
  } catch (error) {
    through.destroy(error instanceof Error ? error : new Error(String(error)));
    await keeping.catch(() => undefined);
    if (isMissing(error)) return undefined;
    throw error;
  }
  return keeping;
}

/** Whether the file on the server, which has that size, holds that content. */
export async function holdsContent(
  client: Client,
  path: string,
  sizeBytes: number,
  content: FileContent,
  spool: Spool,
): Promise<boolean> {
  if (sizeBytes !== contentSize(content)) return false;
  if (content instanceof Uint8Array) {
    const there = await download(client, path, sizeBytes);
    return there !== undefined && Buffer.compare(there, content) === 0;
  }
  const there = await downloadLarge(client, path, sizeBytes, spool);
  await there?.dispose();
  return there?.sha256 === content.sha256;
}

async function* upTo(
  pieces: AsyncIterable<Uint8Array>,
  maxBytes: number,
  path: string,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const piece of pieces) {
    size += piece.length;
    if (size > maxBytes) throw tooLarge(path, maxBytes);
    yield piece;
  }
}

function tooLarge(path: string, maxBytes: number): GatewayError {
  return new GatewayError('FILE_TOO_LARGE', `${path} has more than ${maxBytes} bytes.`);
}

export async function upload(client: Client, content: FileContent, path: string): Promise<void> {
  const pieces = content instanceof Uint8Array ? chunksOf(content) : content.read();
  await client.uploadFrom(Readable.from(pieces), path);
}

function* chunksOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    yield bytes.subarray(start, start + CHUNK_BYTES);
  }
}

/** Makes the folder when it is missing; a server that refuses says so when it is used. */
export async function ensureFolder(client: Client, folder: string): Promise<void> {
  if (folder !== '') await client.sendIgnoringError(`MKD ${folder}`);
}

/** A path in the folder that no file has: the name itself, or one with a number. */
export async function freePath(client: Client, folder: string, name: string): Promise<string> {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let number = 1; number <= MAX_OF_ONE_NAME; number += 1) {
    const path = joinPath(folder, number === 1 ? name : `${stem}-${number}${extension}`);
    if ((await sizeOf(client, path)) === undefined) return path;
  }
  throw new GatewayError('TRANSPORT_REJECTED', `${folder} holds too many files named ${name}: clear it.`);
}

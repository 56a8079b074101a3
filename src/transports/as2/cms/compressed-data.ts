import { createDeflate, createInflate } from 'node:zlib';
import type { Deflate, Inflate } from 'node:zlib';
import type { ByteSource } from '../bytes/byte-source.ts';
import { release } from '../bytes/release.ts';
import { segmentBlocks } from '../bytes/segment-blocks.ts';
import type { Spool } from '../bytes/spool.ts';
import type { UnpackLimits } from '../message-model.ts';
import { OID } from './algorithms.ts';
import { BerFields } from './ber.ts';
import { contentInfoLevels, derPrefix } from './content-info.ts';
import type { ContentInfo } from './content-info.ts';
import { TAG, contextTag, integer, oid, sequence } from './der.ts';
import { SecurityFailure } from './security-failure.ts';

/** Below this a content may be as large as it likes, however small it was compressed. */
const ALWAYS_TAKEN_BYTES = 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;

const failed = (reason: string): SecurityFailure => new SecurityFailure('decompression-failed', reason);

/** Sends blocks through zlib. A block is given up only when zlib has taken it, so that it need not be copied. */
async function runZlib(
  zlib: Inflate | Deflate,
  blocks: Iterable<Uint8Array>,
  take: (chunk: Buffer) => void,
): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    zlib.on('end', resolve).on('error', reject);
  });
  zlib.on('data', (chunk: Buffer) => {
    try {
      take(chunk);
      // zlib takes a new buffer once it has filled one.
      if (chunk.length === CHUNK_BYTES) release(chunk);
    } catch (error) {
      zlib.destroy(error as Error);
    }
  });
  const writing = writeBlocks(zlib, blocks);
  await Promise.all([ended, writing]);
}

async function writeBlocks(zlib: Inflate | Deflate, blocks: Iterable<Uint8Array>): Promise<void> {
  try {
    for (const block of blocks) {
      await new Promise<void>((resolve) => {
        zlib.write(block, () => resolve());
      });
      if (zlib.destroyed) return;
    }
    zlib.end();
  } catch (error) {
    zlib.destroy(error as Error);
  }
}

function isZlibError(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('Z_')
  );
}

/** Decompresses CompressedData (RFC 3274) into a spool, within the limits. Throws SecurityFailure, BerError. */
export async function inflateCompressedData(
  { content }: ContentInfo,
  source: ByteSource,
  limits: Pick<UnpackLimits, 'inflatedBytes' | 'inflateRatio'>,
  spool: Spool,
): Promise<void> {
  const fields = new BerFields(content, TAG.sequence);
  fields.take(TAG.integer);
  const algorithm = new BerFields(fields.take(TAG.sequence), TAG.sequence).take(TAG.oid).oid();
  if (algorithm !== OID.zlib) throw failed(`Compression ${algorithm} is not supported`);
  const encapsulated = new BerFields(fields.take(TAG.sequence), TAG.sequence);
  encapsulated.take(TAG.oid);
  const [octets] = encapsulated.take(contextTag(0, 'constructed')).children();
  if (octets === undefined || (octets.tag & ~0x20) !== TAG.octetString) throw failed('No compressed content');

  let taken = 0;
  function* counted(): Generator<Buffer> {
    for (const block of segmentBlocks(source, octets!)) {
      taken += block.length;
      yield block;
    }
  }
  try {
    await runZlib(createInflate({ chunkSize: CHUNK_BYTES }), counted(), (chunk) => {
      const length = spool.length + chunk.length;
      if (length > limits.inflatedBytes) throw failed(`Grows beyond ${limits.inflatedBytes} bytes`);
      if (length > ALWAYS_TAKEN_BYTES && length > taken * limits.inflateRatio)
        throw failed(`Grows to more than ${limits.inflateRatio} times its size`);
      spool.write(chunk);
    });
  } catch (error) {
    spool.discard();
    if (isZlibError(error)) throw failed(`The compressed content is damaged: ${String(error)}`);
    throw error;
  }
}

/** Compresses blocks with zlib into a spool. */
export async function deflateInto(blocks: Iterable<Uint8Array>, spool: Spool): Promise<void> {
  await runZlib(createDeflate({ chunkSize: CHUNK_BYTES }), blocks, (chunk) => spool.write(chunk));
}

/** What stands before compressed octets of that length. */
export function compressedDataPrefix(deflatedBytes: number): Buffer {
  return derPrefix(
    [
      ...contentInfoLevels('compressedData'),
      { tag: TAG.sequence, before: [integer(0), sequence(oid(OID.zlib))] },
      { tag: TAG.sequence, before: [oid(OID.data)] },
      { tag: contextTag(0, 'constructed') },
      { tag: TAG.octetString },
    ],
    deflatedBytes,
  );
}

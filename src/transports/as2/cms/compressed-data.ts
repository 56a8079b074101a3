import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createDeflate, createInflate } from 'node:zlib';
import type { ByteSource } from '../bytes/byte-source.ts';
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

const failed = (reason: string): SecurityFailure => new SecurityFailure('decompression-failed', reason);

/** Blocks are good only until the next one is asked for, and a stream reads ahead. */
function* copies(blocks: Iterable<Uint8Array>): Generator<Buffer> {
  for (const block of blocks) yield Buffer.from(block);
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
    await pipeline(
      Readable.from(copies(counted())),
      createInflate({ chunkSize: 64 * 1024 }),
      async (inflated) => {
        for await (const chunk of inflated as AsyncIterable<Buffer>) {
          const length = spool.length + chunk.length;
          if (length > limits.inflatedBytes) throw failed(`Grows beyond ${limits.inflatedBytes} bytes`);
          if (length > ALWAYS_TAKEN_BYTES && length > taken * limits.inflateRatio)
            throw failed(`Grows to more than ${limits.inflateRatio} times its size`);
          spool.write(chunk);
        }
      },
    );
  } catch (error) {
    spool.discard();
    if (isZlibError(error)) throw failed(`The compressed content is damaged: ${String(error)}`);
    throw error;
  }
}

/** Compresses blocks with zlib into a spool. */
export async function deflateInto(blocks: Iterable<Uint8Array>, spool: Spool): Promise<void> {
  await pipeline(Readable.from(copies(blocks)), createDeflate({ chunkSize: 64 * 1024 }), async (deflated) => {
    for await (const chunk of deflated as AsyncIterable<Buffer>) spool.write(chunk);
  });
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

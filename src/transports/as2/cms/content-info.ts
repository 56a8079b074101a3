import type { ByteSource } from '../bytes/byte-source.ts';
import { OID } from './algorithms.ts';
import { BerError, BerFields, readBer } from './ber.ts';
import type { BerElement } from './ber.ts';
import { contextTag, derHeader, oid } from './der.ts';

export type ContentKind = 'signedData' | 'envelopedData' | 'authEnvelopedData' | 'compressedData';

const KINDS: readonly ContentKind[] = ['signedData', 'envelopedData', 'authEnvelopedData', 'compressedData'];

export interface ContentInfo {
  kind: ContentKind;
  /** The SEQUENCE of that kind. */
  content: BerElement;
  /** Behind the ContentInfo. Walks over all of it where its length is indefinite. */
  end: () => number;
}

/** ContentInfo (RFC 5652 3) at the start of a range. Throws BerError. */
export function readContentInfo(
  source: ByteSource | Uint8Array,
  start = 0,
  end = source.length,
): ContentInfo {
  const element = readBer(source, start, end);
  const fields = new BerFields(element, 0x30);
  const type = fields.take(0x06).oid();
  const kind = KINDS.find((one) => OID[one] === type);
  if (kind === undefined) throw new BerError(`Content of type ${type}`);
  const content = fields.take(contextTag(0, 'constructed')).childBehind(undefined);
  if (content === undefined) throw new BerError('ContentInfo without content');
  return { kind, content: content.expect(0x30), end: () => element.end };
}

/** True where a range begins like a ContentInfo of CMS, whatever its MIME type says. */
export function looksLikeContentInfo(source: ByteSource, start: number, end: number): boolean {
  if (end - start < 20 || source.octet(start) !== 0x30) return false;
  try {
    readContentInfo(source, start, end);
    return true;
  } catch (error) {
    if (error instanceof BerError) return false;
    throw error;
  }
}

/**
 * Octets before and around content of a known length: each `[tag, octets before the rest]` pair is one more element
 * around what follows. Returns what stands before the innermost content, for streaming.
 */
export function derPrefix(
  levels: readonly { tag: number; before?: readonly Uint8Array[]; afterBytes?: number }[],
  contentBytes: number,
): Buffer {
  let length = contentBytes;
  let prefix = Buffer.alloc(0);
  for (const { tag, before = [], afterBytes = 0 } of [...levels].reverse()) {
    prefix = Buffer.concat([...before, prefix]);
    length += before.reduce((sum, one) => sum + one.length, 0) + afterBytes;
    const header = derHeader(tag, length);
    prefix = Buffer.concat([header, prefix]);
    length += header.length;
  }
  return prefix;
}

/** The levels of a ContentInfo around the SEQUENCE of that kind. */
export function contentInfoLevels(kind: ContentKind): { tag: number; before?: readonly Uint8Array[] }[] {
  return [{ tag: 0x30, before: [oid(OID[kind])] }, { tag: contextTag(0, 'constructed') }];
}

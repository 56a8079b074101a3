import { BerFields, readBer } from '../../src/transports/as2/cms/ber.ts';
import type { BerElement } from '../../src/transports/as2/cms/ber.ts';
import { contextTag, der, octetString, oid, sequence } from '../../src/transports/as2/cms/der.ts';

const DATA = '1.2.840.113549.1.7.1';

/** A SignedData taken apart and put together again with some of its fields replaced. */
export function forgeSignedData(
  signature: Uint8Array,
  forged: { content?: Uint8Array; signerInfos?: (one: Buffer) => Buffer },
): Buffer {
  const info = new BerFields(readBer(signature), 0x30);
  const type = info.take(0x06).encoding();
  const [signedData] = info.take(0xa0).children();
  const fields = new BerFields(signedData!, 0x30);
  const version = fields.take(0x02).encoding();
  const digests = fields.take(0x31).encoding();
  const encapsulated = fields.take(0x30).encoding();
  const certificates = fields.takeIf(0xa0)?.encoding() ?? Buffer.alloc(0);
  const signerInfos = fields.take(0x31).contentOctets();
  const content =
    forged.content === undefined
      ? encapsulated
      : sequence(oid(DATA), der(contextTag(0, 'constructed'), octetString(forged.content)));
  const signers = forged.signerInfos?.(signerInfos) ?? signerInfos;
  return sequence(
    type,
    der(contextTag(0, 'constructed'), sequence(version, digests, content, certificates, der(0x31, signers))),
  );
}

/** A SignerInfo with the content octets of its signed attributes replaced, or with none. */
export function forgeAttributes(
  signerInfo: Uint8Array,
  change: (attributes: Buffer) => Buffer | undefined,
): Buffer {
  const fields = [...readBer(signerInfo).expect(0x30).children()].map((field) => {
    if (field.tag !== 0xa0) return field.encoding();
    const attributes = change(field.contentOctets());
    return attributes === undefined ? Buffer.alloc(0) : der(0xa0, attributes);
  });
  return sequence(...fields);
}

/** The same structure in BER: indefinite lengths, strings in segments of that many octets. */
export function toBer(bytes: Uint8Array, segmentBytes: number): Buffer {
  return encode(readBer(bytes), segmentBytes, 0);
}

const END = Buffer.of(0, 0);

function encode(element: BerElement, segmentBytes: number, depth: number): Buffer {
  const indefinite = (tag: number, ...contents: readonly Uint8Array[]): Buffer =>
    Buffer.concat([Buffer.of(tag, 0x80), ...contents, END]);
  const isString = element.tag === 0x04 || (element.tag === 0x80 && depth > 2);
  if (isString && element.contentEnd - element.contentStart > 64) {
    const octets = element.contentOctets();
    const segments: Buffer[] = [];
    for (let at = 0; at < octets.length; at += segmentBytes)
      segments.push(octetString(octets.subarray(at, at + segmentBytes)));
    return indefinite(element.tag | 0x20, ...segments);
  }
  // Names are compared octet by octet, and signed attributes are DER wherever they stand (RFC 5652 5.4).
  const isSmall = element.contentEnd - element.contentStart < 100;
  if (!element.constructed || isSmall || (element.tag === 0xa0 && depth > 4)) return element.encoding();
  const children = [...element.children()].map((child) => encode(child, segmentBytes, depth + 1));
  return indefinite(element.tag, ...children);
}

/** Writes DER (X.690): definite lengths, minimal. Universal tags as they stand on the wire. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Tag of a context-specific element. */
export function contextTag(number: number, form: 'primitive' | 'constructed'): number {
  return (form === 'constructed' ? 0xa0 : 0x80) | number;
}

/** Identifier and length octets of an element with that many content octets. */
export function derHeader(tag: number, length: number): Buffer {
  const header = Buffer.allocUnsafe(2 + lengthOctets(length));
  writeHeader(header, tag, length);
  return header;
}

/** Octets of the length behind its first one. */
function lengthOctets(length: number): number {
  let octets = 0;
  if (length >= 0x80) for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets += 1;
  return octets;
}

/** Returns where the content begins. */
function writeHeader(target: Buffer, tag: number, length: number): number {
  const octets = lengthOctets(length);
  target[0] = tag;
  target[1] = octets === 0 ? length : 0x80 | octets;
  let rest = length;
  for (let at = 1 + octets; at > 1; at -= 1) {
    target[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return 2 + octets;
}

export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  let length = 0;
  for (const content of contents) length += content.length;
  const element = Buffer.allocUnsafe(2 + lengthOctets(length) + length);
  let at = writeHeader(element, tag, length);
  for (const content of contents) {
    element.set(content, at);
    at += content.length;
  }
  return element;
}

export const sequence = (...contents: readonly Uint8Array[]): Buffer => der(TAG.sequence, ...contents);

/** SET OF: elements in the order of their encodings (X.690 11.6). */
export const setOf = (...elements: readonly Uint8Array[]): Buffer => der(TAG.set, ...sorted(elements));

export function sorted(elements: readonly Uint8Array[]): Uint8Array[] {
  return [...elements].sort((a, b) => Buffer.compare(a, b));
}

export const octetString = (bytes: Uint8Array): Buffer => der(TAG.octetString, bytes);

export const derNull = (): Buffer => der(TAG.null);

/** A small non-negative integer. */
export function integer(value: number): Buffer {
  const hex = value.toString(16);
  return unsignedInteger(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'));
}

/** A non-negative integer from its big-endian octets. */
export function unsignedInteger(octets: Uint8Array): Buffer {
  let start = 0;
  while (start < octets.length - 1 && octets[start] === 0) start++;
  const minimal = octets.subarray(start);
  return (minimal[0] ?? 0) >= 0x80 ? der(TAG.integer, Buffer.of(0), minimal) : der(TAG.integer, minimal);
}

const encodedOids = new Map<string, Buffer>();

/** An object identifier from its dotted form. */
export function oid(dotted: string): Buffer {
  const encoded = encodedOids.get(dotted) ?? encodeOid(dotted);
  encodedOids.set(dotted, encoded);
  return encoded;
}

function encodeOid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const base128 = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      base128.unshift(0x80 | (left & 0x7f));
    return base128;
  });
  return der(TAG.oid, Buffer.from(octets));
}

/** UTCTime up to 2049, GeneralizedTime from then on (RFC 5280 4.1.2.5, RFC 5652 11.3). */
export function time(instant: string): Buffer {
  const [year, month, day] = [instant.slice(0, 4), instant.slice(5, 7), instant.slice(8, 10)];
  const rest = `${month}${day}${instant.slice(11, 13)}${instant.slice(14, 16)}${instant.slice(17, 19)}Z`;
  return year >= '1950' && year < '2050'
    ? der(TAG.utcTime, Buffer.from(year.slice(2) + rest, 'latin1'))
    : der(TAG.generalizedTime, Buffer.from(year + rest, 'latin1'));
}

import type { HeaderLine } from '../../pipeline/channels/as2-message-record.ts';

/** Fields that decide who speaks and how much: twice in one request they are an attempt to be read in two ways. */
const ONCE: ReadonlySet<string> = new Set([
  'as2-from',
  'as2-to',
  'content-length',
  'content-type',
  'disposition-notification-options',
  'message-id',
  'receipt-delivery-option',
  'transfer-encoding',
]);

/** Header lines as Node hands them over (`rawHeaders`): unfolded with one space, UTF-8 where it is UTF-8. */
export function toHeaderLines(rawHeaders: readonly string[]): HeaderLine[] {
  const lines: HeaderLine[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const value = rawHeaders[index + 1]!;
    const unfolded = value.includes('\n') ? value.replace(/\r?\n[ \t]+/g, ' ') : value;
    lines.push([rawHeaders[index]!, fromLatin1(unfolded.trim())]);
  }
  return lines;
}

/** Node reads headers as latin1; partners write UTF-8 where they write more than ASCII. */
function fromLatin1(value: string): string {
  if (!/[\u0080-\u00ff]/.test(value)) return value;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}

/** The first value of a field, whatever the case of its name. */
export function headerOf(lines: readonly HeaderLine[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const [field, value] of lines)
    if (field.length === wanted.length && field.toLowerCase() === wanted) return value;
  return undefined;
}

/** The fields that tell what a body is; names in lower case. */
export function contentFieldsOf(lines: readonly HeaderLine[]): Record<string, string | undefined> {
  return {
    'content-type': headerOf(lines, 'content-type'),
    'content-transfer-encoding': headerOf(lines, 'content-transfer-encoding'),
    'content-disposition': headerOf(lines, 'content-disposition'),
  };
}

/** Names in lower case; the first value of each. */
export function toHeaderRecord(lines: readonly HeaderLine[]): Record<string, string | undefined> {
  const record: Record<string, string | undefined> = {};
  for (const [name, value] of lines) record[name.toLowerCase()] ??= value;
  return record;
}

/**
 * Why a request must not be read at all: two parties on its way could read it differently (request smuggling), or it holds
 * characters that no header may hold. Node's lenient parser, which folded headers need, leaves this to us.
 */
export function findAmbiguity(rawHeaders: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase();
    const value = rawHeaders[index + 1]!;
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) return 'a header name with characters that it may not have';
    if (/\0|\r(?!\n)|\n(?![ \t])/.test(value)) return `control characters in ${name}`;
    if (ONCE.has(name) && seen.has(name)) return `${name} twice`;
    seen.add(name);
    if (name === 'content-length' && !/^\d+$/.test(value.trim())) return 'a Content-Length that is no number';
    if (name === 'transfer-encoding' && value.trim().toLowerCase() !== 'chunked')
      return `Transfer-Encoding ${value}`;
  }
  if (seen.has('content-length') && seen.has('transfer-encoding'))
    return 'both Content-Length and Transfer-Encoding';
  return undefined;
}

/** A value that can stand in a header whatever it came from: control characters become spaces, the rest ASCII or RFC 2047. */
export function safeHeaderValue(text: string): string {
  const plain = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  if (/^[\x20-\x7e]*$/.test(plain)) return plain;
  const words = Array.from(plain).reduce<string[]>(
    (parts, character) => {
      const last = parts.at(-1)!;
      if (Buffer.byteLength(last + character) > 40) parts.push(character);
      else parts[parts.length - 1] = last + character;
      return parts;
    },
    [''],
  );
  return words.map((word) => `=?utf-8?B?${Buffer.from(word).toString('base64')}?=`).join(' ');
}

/** `Mon, 02 Mar 2026 08:00:00 GMT` (RFC 7231 section 7.1.1.1). */
export function httpDate(at: string): string {
  return new Date(at).toUTCString();
}

import { unsupportedEncoding } from './encoding.ts';
import { isAlphanumeric, latin1 } from './bytes.ts';

export type Syntax = 'x12' | 'edifact' | 'xml' | 'json' | 'csv' | 'empty' | 'unknown';

export interface DetectedSyntax {
  syntax: Syntax;
  /** Why, for a person: `starts with ISA`. */
  reason: string;
}

/** A syntax shows within this many bytes. */
const PROBED_BYTES = 4096;
const SEPARATORS = [',', ';', '\t', '|'] as const;

/** Tells the syntax of a file by its first bytes. A byte order mark and leading white space are passed over. Never throws. */
export function detectSyntax(bytes: Uint8Array): DetectedSyntax {
  const encoding = unsupportedEncoding(bytes);
  if (encoding !== undefined) return detectWide(bytes, encoding);
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const start = marked ? 3 : 0;
  const text = latin1(bytes, start, Math.min(bytes.length, start + PROBED_BYTES));
  const found = detectText(text.trimStart(), bytes.length);
  return marked ? { ...found, reason: `${found.reason}, after a byte order mark` } : found;
}

function detectText(text: string, size: number): DetectedSyntax {
  if (text === '')
    return size <= PROBED_BYTES
      ? { syntax: 'empty', reason: size === 0 ? 'no bytes' : 'only white space' }
      : { syntax: 'unknown', reason: `starts with ${PROBED_BYTES} bytes of white space` };
  const fourth = text.charCodeAt(3);
  const separated = text.length > 3 && fourth !== 32 && !isAlphanumeric(fourth);
  if (text.startsWith('ISA') && separated) return { syntax: 'x12', reason: 'starts with ISA' };
  if (/^UN[AB]/.test(text) && separated)
    return { syntax: 'edifact', reason: `starts with ${text.slice(0, 3)}` };
  if (/^<(\?xml|!DOCTYPE|!--|[A-Za-z_])/.test(text))
    return { syntax: 'xml', reason: 'starts with an XML tag' };
  if (/^[[{]/.test(text)) return detectJson(text);
  // An envelope behind something else, such as a mail header: the reader reports what is in front of it.
  const header = /(?:^|[^A-Za-z0-9])(ISA[^A-Za-z0-9\s]|UNB[+\x1d]|UNA[^A-Za-z0-9\s]{4})/.exec(text);
  if (header?.[1] !== undefined) {
    const id = header[1].slice(0, 3);
    return {
      syntax: id === 'ISA' ? 'x12' : 'edifact',
      reason: `has ${id} after ${text.indexOf(header[1], header.index)} other characters`,
    };
  }
  if (/^(GS|ST)[^A-Za-z0-9\s]/.test(text))
    return { syntax: 'unknown', reason: `starts with ${text.slice(0, 2)}: an X12 fragment without ISA` };
  if (/^UIB[^A-Za-z0-9\s]/.test(text))
    return { syntax: 'unknown', reason: 'starts with UIB: an interactive EDIFACT interchange' };
  if (/^UN[GH][^A-Za-z0-9\s]/.test(text))
    return { syntax: 'unknown', reason: `starts with ${text.slice(0, 3)}: an EDIFACT fragment without UNB` };
  return detectCsv(text, size);
}

function detectJson(text: string): DetectedSyntax {
  return /^(\{\s*("|\})|\[\s*(["[{\]\d-]|true|false|null))/.test(text)
    ? {
        syntax: 'json',
        reason: text.startsWith('{') ? 'starts with a JSON object' : 'starts with a JSON array',
      }
    : { syntax: 'unknown', reason: `starts with ${text[0]!}, but is no JSON` };
}

/** Separators of each line outside quotes: the same number, at least one, in the first lines. */
function detectCsv(text: string, size: number): DetectedSyntax {
  if (/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(text))
    return { syntax: 'unknown', reason: 'has control characters in its first bytes' };
  const complete = size <= PROBED_BYTES ? text : text.slice(0, Math.max(0, text.lastIndexOf('\n')));
  const lines = withoutQuoted(complete)
    .split(/\r\n|\n|\r/)
    .filter((line) => line !== '');
  for (const separator of SEPARATORS) {
    const counts = lines.slice(0, 10).map((line) => line.split(separator).length - 1);
    const count = counts[0] ?? 0;
    if (count > 0 && counts.every((other) => other === count)) {
      const name = separator === '\t' ? 'tabs' : `"${separator}"`;
      return { syntax: 'csv', reason: `${count + 1} columns separated by ${name}` };
    }
  }
  return { syntax: 'unknown', reason: 'starts like no syntax known here' };
}

function withoutQuoted(text: string): string {
  return text.replace(/"(?:[^"]|"")*"/g, '""');
}

/** XML and JSON may come in UTF-16; everything else in it, and in EBCDIC, is refused by name. */
function detectWide(bytes: Uint8Array, encoding: string): DetectedSyntax {
  if (encoding !== 'EBCDIC') {
    const text = latin1(bytes, 0, Math.min(bytes.length, 200))
      .replace(/[\0\xfe\xff]/g, '')
      .trimStart();
    if (text.startsWith('<')) return { syntax: 'xml', reason: `starts with an XML tag in ${encoding}` };
  }
  return { syntax: 'unknown', reason: `encoded in ${encoding}, which no partner may send` };
}

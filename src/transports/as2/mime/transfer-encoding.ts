import type { Workspace } from '../bytes/workspace.ts';
import { rangeBlocks } from './entity.ts';
import type { Range } from './entity.ts';
import { MimeError } from './mime-error.ts';

const LINE_BYTES = 57;
const LINE_CHARACTERS = 76;
const MAX_LINE_BYTES = 100_000;

/** A body without its Content-Transfer-Encoding (RFC 2045 6). Bytes that are not encoded stay where they are. */
export function decodeTransfer(body: Range, field: string | undefined, workspace: Workspace): Range {
  const encoding = (field ?? '').split(';', 1)[0]!.trim().toLowerCase();
  switch (encoding) {
    case '':
    case 'binary':
    case '7bit':
    case '8bit':
      return body;
    case 'base64':
      return spooled(decodeBase64(rangeBlocks(body)), workspace);
    case 'quoted-printable':
      return spooled(decodeQuotedPrintable(rangeBlocks(body)), workspace);
    default:
      throw new MimeError(`Content-Transfer-Encoding ${JSON.stringify(encoding.slice(0, 40))}`);
  }
}

function spooled(blocks: Iterable<Buffer>, workspace: Workspace): Range {
  const spool = workspace.spool();
  for (const block of blocks) spool.take(block);
  const source = workspace.open(spool.finish());
  return { source, start: 0, end: source.length };
}

/** White space anywhere; nothing else that is not base64, and nothing behind its end. */
function* decodeBase64(blocks: Iterable<Uint8Array>): Generator<Buffer> {
  let carry = '';
  let ended = false;
  for (const block of blocks) {
    const text =
      carry +
      Buffer.from(block.buffer, block.byteOffset, block.length).toString('latin1').replaceAll(/\s+/g, '');
    if (ended && text !== '') throw new MimeError('Something follows the end of base64');
    if (/[^A-Za-z0-9+/=]/.test(text)) throw new MimeError('A character that is not base64');
    const padding = text.indexOf('=');
    if (padding >= 0 && !/^={1,2}$/.test(text.slice(padding)))
      throw new MimeError('Something follows the end of base64');
    ended ||= padding >= 0 && text.length % 4 === 0;
    const whole = ended ? text.length : text.length - (text.length % 4);
    carry = text.slice(whole);
    yield Buffer.from(text.slice(0, whole), 'base64');
  }
  if (carry !== '') yield Buffer.from(carry, 'base64');
}

function* decodeQuotedPrintable(blocks: Iterable<Uint8Array>): Generator<Buffer> {
  let carry = '';
  for (const block of blocks) {
    const text = carry + Buffer.from(block.buffer, block.byteOffset, block.length).toString('latin1');
    const end = openEndOf(text);
    carry = text.slice(end);
    if (carry.length > MAX_LINE_BYTES) throw new MimeError('A line of quoted-printable without end');
    yield unescaped(text.slice(0, end));
  }
  yield unescaped(carry.slice(0, endOfLine(carry)));
}

/** Where that begins which may go on in the next block: an escape, white space before a line end. */
function openEndOf(text: string): number {
  if (/^=[0-9A-Fa-f]$/.test(text.slice(-2))) return text.length - 2;
  return endOfLine(text);
}

/** Where the white space at the end begins, with the `=` before it. Step by step: a pattern would look at each space anew. */
function endOfLine(text: string): number {
  let end = text.length;
  while (end > 0 && ' \t\r'.includes(text[end - 1]!)) end -= 1;
  return text[end - 1] === '=' ? end - 1 : end;
}

function unescaped(text: string): Buffer {
  return Buffer.from(
    text
      .replaceAll(/(?<![ \t])[ \t]+(?=\r?\n)/g, '')
      .replaceAll(/=\r?\n/g, '')
      .replaceAll(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

/** Bytes that base64 in lines of 76 characters has, each ended by CRLF. */
export function base64Length(length: number): number {
  const characters = Math.ceil(length / 3) * 4;
  return characters + Math.ceil(characters / LINE_CHARACTERS) * 2;
}

export function* encodeBase64(blocks: Iterable<Uint8Array>): Generator<Buffer> {
  let carry = Buffer.alloc(0);
  for (const block of blocks) {
    const bytes = Buffer.concat([carry, block]);
    const whole = bytes.length - (bytes.length % LINE_BYTES);
    yield base64Lines(bytes.subarray(0, whole));
    carry = Buffer.from(bytes.subarray(whole));
  }
  yield base64Lines(carry);
}

/** Base64 in lines of 76 characters, each ended by CRLF. */
export function base64Lines(bytes: Uint8Array): Buffer {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
  let lines = '';
  for (let at = 0; at < text.length; at += LINE_CHARACTERS)
    lines += `${text.slice(at, at + LINE_CHARACTERS)}\r\n`;
  return Buffer.from(lines, 'latin1');
}

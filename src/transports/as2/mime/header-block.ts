import { MimeError } from './mime-error.ts';

/** Header fields by lower-case name, values unfolded. Of a field that occurs twice the first counts. */
export type Headers = ReadonlyMap<string, string>;

const FIELD = /^([!-9;-~]+)[ \t]*:[ \t]*(.*)$/s;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads the lines before the blank one; CRLF or LF. Throws MimeError where a line is no header field. */
export function readHeaderBlock(bytes: Uint8Array): Headers {
  const headers = new Map<string, string>();
  for (const line of unfolded(text(bytes))) {
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name === undefined) throw new MimeError(`No header field: ${JSON.stringify(line.slice(0, 60))}`);
    const key = name.toLowerCase();
    if (!headers.has(key)) headers.set(key, (value ?? '').trim());
  }
  return headers;
}

function unfolded(block: string): string[] {
  const lines: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    if (line === '') continue;
    if ((line[0] === ' ' || line[0] === '\t') && lines.length > 0)
      lines.push(`${lines.pop() ?? ''} ${line.trim()}`);
    else lines.push(line);
  }
  return lines;
}

function text(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}

import type { ByteSource } from '../bytes/byte-source.ts';
import { readHeaderBlock } from './header-block.ts';
import type { Headers } from './header-block.ts';
import { MimeError } from './mime-error.ts';
import { readParameters } from './parameters.ts';
import type { ParameterField } from './parameters.ts';

const MAX_HEADER_BYTES = 64 * 1024;

/** A range of a source. */
export interface Range {
  source: ByteSource;
  start: number;
  end: number;
}

/** A MIME entity: header fields, and where its body lies, not decoded. */
export interface Entity {
  headers: Headers;
  /** Content-Type. */
  type: ParameterField;
  body: Range;
  /** Headers and body; undefined for the entity that HTTP carries. */
  whole?: Range;
}

/** The entity that a range holds: header block, blank line, body. Throws MimeError. */
export function readEntity(whole: Range): Entity {
  const { source, start, end } = whole;
  const head = source.read(start, Math.min(start + MAX_HEADER_BYTES, end));
  const { headerEnd, bodyStart } = findBlankLine(head, end - start);
  const headers = readHeaderBlock(head.subarray(0, headerEnd));
  const type = readParameters(headers.get('content-type'));
  return { headers, type, body: { source, start: start + bodyStart, end }, whole };
}

/** The entity that HTTP carries: its header fields have come by themselves. */
export function toEntity(headers: Headers, body: Range): Entity {
  return { headers, type: readParameters(headers.get('content-type')), body };
}

function findBlankLine(head: Buffer, length: number): { headerEnd: number; bodyStart: number } {
  let line = 0;
  for (;;) {
    const feed = head.indexOf(0x0a, line);
    if (feed < 0) {
      if (head.length < length) throw new MimeError(`No end of the header within ${MAX_HEADER_BYTES} bytes`);
      return { headerEnd: length, bodyStart: length };
    }
    if (feed === line || (feed === line + 1 && head[line] === 0x0d))
      return { headerEnd: line, bodyStart: feed + 1 };
    line = feed + 1;
  }
}

/** Blocks of a range. */
export function rangeBlocks({ source, start, end }: Range): Iterable<Buffer> {
  return source.blocks(start, end);
}

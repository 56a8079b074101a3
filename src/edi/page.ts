import type { Page } from './token-table.ts';
import { SEGMENT_OFFSET, SEGMENT_STRIDE, SEGMENT_TOKEN, TOKEN_SHIFT } from './token-table.ts';

/** Transactions share a page of about this many bytes; a larger transaction has a larger one. */
export const PAGE_BYTES = 128 * 1024;
/** Bytes of a token, and of a segment, that a new page makes room for; it grows where they are shorter. */
const BYTES_PER_TOKEN = 3;
const BYTES_PER_SEGMENT = 12;

const NOTHING = new Uint8Array(0);
const NO_INTEGERS = new Int32Array(0);

/** The page of a file of which nothing was read. */
export function emptyPage(): Page {
  return {
    bytes: NOTHING,
    base: 0,
    used: 0,
    tokens: NO_INTEGERS,
    tokenCount: 0,
    segments: NO_INTEGERS,
    segmentCount: 0,
  };
}

export function newPage(bytes: Uint8Array, base: number, used: number): Page {
  const expected = Math.min(bytes.length, PAGE_BYTES + (PAGE_BYTES >> 2));
  return {
    bytes,
    base,
    used,
    tokens: new Int32Array(Math.floor(expected / BYTES_PER_TOKEN) + 16),
    tokenCount: 0,
    segments: new Int32Array((Math.floor(expected / BYTES_PER_SEGMENT) + 4) * SEGMENT_STRIDE),
    segmentCount: 0,
  };
}

/**
 * The page that goes on from byte `keep` and record `record` of another one: `bytes` holds what followed `keep`.
 * Records from `record` on, the unfinished one included, are taken over. The old page stays as it is, for the tables
 * that were made from it.
 */
export function continuePage(
  page: Page,
  bytes: Uint8Array,
  used: number,
  keep: number,
  record: number,
): Page {
  const next = newPage(bytes, page.base + keep, used);
  const firstToken = page.segments[record * SEGMENT_STRIDE + SEGMENT_TOKEN] ?? page.tokenCount;
  const records = page.segmentCount - record;
  const tokens = page.tokenCount - firstToken;
  // One more for the record under way, which also closes the one before it.
  const integers = (records + 1) * SEGMENT_STRIDE;
  if (integers + SEGMENT_STRIDE > next.segments.length) next.segments = new Int32Array(integers * 2);
  if (tokens > next.tokens.length) next.tokens = new Int32Array(tokens * 2);
  next.segments.set(page.segments.subarray(record * SEGMENT_STRIDE, record * SEGMENT_STRIDE + integers));
  for (let i = 0; i < integers; i += SEGMENT_STRIDE) {
    next.segments[i + SEGMENT_OFFSET]! -= keep;
    next.segments[i + SEGMENT_TOKEN]! -= firstToken;
  }
  for (let t = 0; t < tokens; t++) next.tokens[t] = page.tokens[firstToken + t]! - (keep << TOKEN_SHIFT);
  next.segmentCount = records;
  next.tokenCount = tokens;
  return next;
}

import type { TokenTable } from './model.ts';
import type { SpareTables } from './spare-tables.ts';
import type { Page } from './token-table.ts';
import { SEGMENT_OFFSET, SEGMENT_STRIDE, SEGMENT_TOKEN, SegmentSlice, TOKEN_SHIFT } from './token-table.ts';

/**
 * Transactions share a page of about this many bytes; a larger transaction has a larger one. The tables of larger pages
 * come straight from the operating system, which fills each with zeros again.
 */
export const PAGE_BYTES = 64 * 1024;
/** Bytes that a page makes room for: the last transaction goes beyond PAGE_BYTES. */
const EXPECTED_BYTES = PAGE_BYTES + (PAGE_BYTES >> 3);
/** So much of a page tells what the next one needs, and this much is added to it. */
const MEASURED_BYTES = 16 * 1024;
const MARGIN = 1.1;
/** Bytes of a token, and of a segment, that a first page makes room for; it grows where they are shorter. */
const BYTES_PER_TOKEN = 4;
const BYTES_PER_SEGMENT = 20;

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
    specialAt: -1,
  };
}

/** The segments of no transaction. */
export function emptyTable(): TokenTable {
  const delimiters = {
    segmentTerminator: '',
    elementSeparator: '',
    componentSeparator: '',
    repetitionSeparator: '',
    releaseCharacter: '',
    decimalMark: '',
  };
  return new SegmentSlice(emptyPage(), 0, 0, { delimiters, charset: 'ascii', wrapped: false });
}

/** `spare`: where its tables come from, if there are any. */
export function newPage(bytes: Uint8Array, base: number, used: number, spare?: SpareTables): Page {
  const expected = Math.min(bytes.length, EXPECTED_BYTES);
  const tokens = Math.floor(expected / BYTES_PER_TOKEN);
  const segments = Math.floor(expected / BYTES_PER_SEGMENT);
  return makePage(bytes, base, used, tokens, segments, spare);
}

function makePage(
  bytes: Uint8Array,
  base: number,
  used: number,
  tokens: number,
  segments: number,
  spare: SpareTables | undefined,
): Page {
  const tables = spare?.take();
  return {
    bytes,
    base,
    used,
    tokens: tables?.tokens ?? new Int32Array(tokens + 16),
    tokenCount: 0,
    segments: tables?.segments ?? new Int32Array((segments + 4) * SEGMENT_STRIDE),
    segmentCount: 0,
    specialAt: -1,
  };
}

/** A page like the one before it: files are much alike from end to end. */
function nextPage(
  page: Page,
  bytes: Uint8Array,
  base: number,
  used: number,
  spare: SpareTables | undefined,
): Page {
  if (page.bytes.length === 0) return newPage(bytes, base, used, spare);
  const last = page.segments[(page.segmentCount - 1) * SEGMENT_STRIDE] ?? 0;
  // Behind a small interchange another small one is likely: a file of a million of them must not become a million of large tables.
  if (last < MEASURED_BYTES)
    return makePage(bytes, base, used, 2 * page.tokenCount + 256, 2 * page.segmentCount + 64, spare);
  const share = (MARGIN * Math.min(bytes.length, EXPECTED_BYTES)) / last;
  return makePage(
    bytes,
    base,
    used,
    Math.ceil(Math.min(page.tokenCount * share, EXPECTED_BYTES)),
    Math.ceil(Math.min(page.segmentCount * share, EXPECTED_BYTES / 2)),
    spare,
  );
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
  spare?: SpareTables,
): Page {
  const next = nextPage(page, bytes, page.base + keep, used, spare);
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
  next.specialAt = Math.max(-1, page.specialAt - keep);
  return next;
}

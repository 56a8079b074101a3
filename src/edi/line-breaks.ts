import { CR, LF } from './dialect.ts';

/**
 * Whether the line at `start` has `width` bytes, or is a shorter last one behind a line of a usual width; undefined when
 * more data must tell.
 */
export function isLineOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  width: number,
  final: boolean,
): boolean | undefined {
  let i = start;
  while (i < end && i <= start + width && bytes[i] !== CR && bytes[i] !== LF) i++;
  if (i > start + width) return false;
  if (i < end && i === start + width) return true;
  const behind = skipLineBreaks(bytes, i, end);
  if (behind < end) return false;
  return final ? USUAL_WRAPS.includes(width) : undefined;
}

/** Record widths that files are cut to; a break after fewer or more bytes is a line break in data. */
export const MIN_WRAP = 40;
export const MAX_WRAP = 256;
const USUAL_WRAPS: readonly number[] = [72, 80, 128, 132, 256];

/** Offset behind the line breaks at `from`. */
export function skipLineBreaks(bytes: Uint8Array, from: number, end: number): number {
  let i = from;
  while (i < end && (bytes[i] === CR || bytes[i] === LF)) i++;
  return i;
}

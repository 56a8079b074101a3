import type { Finding } from '../../common/finding.ts';
import type { ExceptionEvidence } from '../../tracking/exception-model.ts';

/** A part of a file, from the byte `base` on. */
interface Excerpt {
  base: number;
  bytes: Uint8Array;
}

/** The raw text of a file, or the part of it that is at hand. */
export type RawText = Uint8Array | Excerpt;

/** Raw text shown on either side of the place. */
const AROUND = 60;

const decoder = new TextDecoder('latin1');

/** A finding as evidence: its words, its place, and the raw text there (or at `fallback`, where it names no place). */
export function evidenceOf(
  fileId: string,
  raw: RawText,
  finding: Finding,
  fallback?: number,
): ExceptionEvidence {
  const { range } = finding.place;
  const start = range?.[0] ?? fallback;
  const snippet = start === undefined ? undefined : snippetOf(raw, start, range?.[1] ?? start);
  return {
    text: finding.message,
    fileId,
    place: finding.place,
    ...(snippet !== undefined && { snippet }),
    ...(finding.actual !== undefined && { actual: finding.actual }),
    ...(finding.expected !== undefined && { expected: finding.expected }),
  };
}

function snippetOf(raw: RawText, start: number, end: number): string {
  const { base, bytes } = raw instanceof Uint8Array ? { base: 0, bytes: raw } : raw;
  const [from, to] = [start - base - AROUND, end - base + AROUND];
  const text = decoder.decode(bytes.subarray(Math.max(0, from), Math.max(0, Math.min(bytes.length, to))));
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
}

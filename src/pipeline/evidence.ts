import type { Finding } from '../common/finding.ts';
import type { ExceptionEvidence } from '../tracking/exception-model.ts';

/** Raw text shown on either side of the place. */
const AROUND = 60;

const decoder = new TextDecoder('latin1');

/** A finding as evidence: its words, its place, and the raw text there (or at `fallback`, where it names no place). */
export function evidenceOf(
  fileId: string,
  bytes: Uint8Array,
  finding: Finding,
  fallback?: number,
): ExceptionEvidence {
  const { range } = finding.place;
  const start = range?.[0] ?? fallback;
  const snippet = start === undefined ? undefined : snippetOf(bytes, start, range?.[1] ?? start);
  return {
    text: finding.message,
    fileId,
    place: finding.place,
    ...(snippet !== undefined && { snippet }),
    ...(finding.actual !== undefined && { actual: finding.actual }),
    ...(finding.expected !== undefined && { expected: finding.expected }),
  };
}

function snippetOf(bytes: Uint8Array, start: number, end: number): string {
  const text = decoder.decode(
    bytes.subarray(Math.max(0, start - AROUND), Math.min(bytes.length, end + AROUND)),
  );
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
}

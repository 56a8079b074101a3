import { readEdifactHeader } from './edifact-header.ts';
import type { HeaderResult } from './header.ts';
import type { EnvelopeLeniency } from './leniency.ts';
import { readIsa } from './x12-header.ts';

const LETTER_I = 0x49;

/** Reads the header at `at`, where isHeaderAt holds; `used` = number of bytes that are there, `final` = no more come. */
export function readHeader(
  bytes: Uint8Array,
  at: number,
  used: number,
  final: boolean,
  leniency: EnvelopeLeniency,
): HeaderResult {
  const result =
    bytes[at] === LETTER_I ? readIsa(bytes, at, used, final) : readEdifactHeader(bytes, at, used, final);
  if (result.kind !== 'header' || leniency.ignoreRepetition !== true) return result;
  return {
    ...result,
    dialect: { ...result.dialect, repetition: -1 },
    delimiters: { ...result.delimiters, repetitionSeparator: '' },
  };
}

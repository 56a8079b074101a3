/** The EDI core: X12 and EDIFACT syntax, and nothing of business. */
export type * from './model.ts';
export { parseFile } from './parse.ts';
export type { ReadOptions } from './reader.ts';
export type { EnvelopeLeniency, Leniency } from './leniency.ts';
export { ENVELOPE_FINDINGS } from './envelope-findings.ts';
export type { EnvelopeCode } from './envelope-findings.ts';
export { detectSyntax } from './detect.ts';
export type { DetectedSyntax, Syntax } from './detect.ts';
export { equalControlNumbers, formatControlNumber, isRollover, nextControlNumber } from './control-number.ts';
export type { ControlNumberPlace } from './control-number.ts';

import type { Severity } from '../../common/finding.ts';
import type { ReleaseMatch } from './definition.ts';
import type { ValidationCode } from './finding-codes.ts';

/**
 * What a partner is forgiven inside a transaction. A switch that is on turns the error into a warning: the finding stays
 * visible, the transaction is not rejected for it. All off is the standard.
 */
export interface ValidationLeniency {
  /** Segments that the message, or the release, does not know: `Z01`, `NTE` in an 850. */
  unknownSegments?: boolean;
  /** Known segments in the wrong place or order. */
  segmentOrder?: boolean;
  /** More uses of a segment or loop than the dictionary allows. */
  repeats?: boolean;
  /** More elements, components or repetitions than the dictionary has. */
  extraElements?: boolean;
  /** Elements shorter or longer than the dictionary allows. */
  lengths?: boolean;
  /** Codes outside a closed list. */
  codes?: boolean;
  /** Codes of a closed list in lower case. */
  lowerCase?: boolean;
  /** Broken relational notes. */
  conditions?: boolean;
  /** HL and LS/LE identifiers that do not fit together. */
  hierarchy?: boolean;
  /** EDIFACT security header and trailer groups (USH, UST) that do not fit together. */
  security?: boolean;
  /** CR or LF inside an element. */
  lineBreaksInData?: boolean;
}

const SWITCH: Partial<Record<ValidationCode, keyof ValidationLeniency>> = {
  SEGMENT_UNRECOGNIZED: 'unknownSegments',
  SEGMENT_NOT_IN_SET: 'unknownSegments',
  SEGMENT_UNEXPECTED: 'segmentOrder',
  SEGMENT_OUT_OF_SEQUENCE: 'segmentOrder',
  SEGMENT_OVER_MAX: 'repeats',
  LOOP_OVER_MAX: 'repeats',
  ELEMENT_TOO_MANY: 'extraElements',
  COMPONENT_TOO_MANY: 'extraElements',
  REPETITION_TOO_MANY: 'extraElements',
  ELEMENT_TOO_SHORT: 'lengths',
  ELEMENT_TOO_LONG: 'lengths',
  ELEMENT_INVALID_CODE: 'codes',
  ELEMENT_CONDITION: 'conditions',
  ELEMENT_EXCLUSION: 'conditions',
  HL_ID_DUPLICATE: 'hierarchy',
  HL_PARENT_UNKNOWN: 'hierarchy',
  LOOP_ID_MISMATCH: 'hierarchy',
  SECURITY_REFERENCE_MISMATCH: 'security',
  SECURITY_COUNT_WRONG: 'security',
};

/**
 * Findings that never reject: trailing separators carry no data; line counts and hash totals are checks between
 * applications (an 824 or APERAK matter), HL04 is derivable, a neighbouring release was the best we have, and a signature
 * that nobody verified does not make a message unreadable.
 */
const ALWAYS_WARNING: ReadonlySet<ValidationCode> = new Set([
  'RELEASE_NEAREST',
  'SECURITY_NOT_VERIFIED',
  'TRAILING_SEPARATOR',
  'HL_CHILD_CODE_WRONG',
  'LINE_COUNT_MISMATCH',
  'HASH_TOTAL_MISMATCH',
]);

/** What changes from release to release: against a neighbouring release's dictionary these prove nothing. */
const RELEASE_DEPENDENT: ReadonlySet<ValidationCode> = new Set([
  'ELEMENT_TOO_SHORT',
  'ELEMENT_TOO_LONG',
  'ELEMENT_INVALID_CODE',
  'ELEMENT_TOO_MANY',
  'COMPONENT_TOO_MANY',
  'REPETITION_TOO_MANY',
  'ELEMENT_CONDITION',
  'ELEMENT_EXCLUSION',
]);

/** `match`: how near the dictionary is to the release that the sender stated. */
export function severityOf(
  code: ValidationCode,
  leniency: ValidationLeniency,
  match: ReleaseMatch,
): Severity {
  if (ALWAYS_WARNING.has(code) || (match === 'nearest' && RELEASE_DEPENDENT.has(code))) return 'warning';
  const name = SWITCH[code];
  return name !== undefined && leniency[name] === true ? 'warning' : 'error';
}

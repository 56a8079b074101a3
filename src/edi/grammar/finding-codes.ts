import type { AcknowledgmentCode } from '../../common/finding.ts';
import type { Standard } from '../model.ts';

type Level = AcknowledgmentCode['level'];

/** One kind of finding in the words of both standards' acknowledgments; '' where the standard has no code for it. */
interface Vocabulary {
  level: Level;
  /** AK304/IK304, AK403/IK403 or AK502/IK502, by level. */
  x12: string;
  /** DE 0085. */
  edifact: string;
}

/**
 * Every finding of transaction validation with its acknowledgment codes: X12 elements 720, 723 and 718, EDIFACT 0085.
 * AK403 has 12 and 13 from 005010 on only; the acknowledgment writer falls back to 3 for older partners.
 */
export const FINDING_CODES = {
  TRANSACTION_NOT_SUPPORTED: { level: 'transaction', x12: '1', edifact: '14' },
  RELEASE_NEAREST: { level: 'transaction', x12: '', edifact: '' },
  FINDINGS_UNLISTED: { level: 'transaction', x12: '5', edifact: '18' },
  SECURITY_NOT_VERIFIED: { level: 'transaction', x12: '', edifact: '' },
  SECURITY_ENCRYPTED: { level: 'transaction', x12: '', edifact: '27' },
  SECURITY_REFERENCE_MISMATCH: { level: 'element', x12: '', edifact: '28' },
  SECURITY_COUNT_WRONG: { level: 'element', x12: '', edifact: '29' },
  SEGMENT_UNRECOGNIZED: { level: 'segment', x12: '1', edifact: '15' },
  SEGMENT_UNEXPECTED: { level: 'segment', x12: '2', edifact: '15' },
  SEGMENT_MISSING: { level: 'segment', x12: '3', edifact: '13' },
  LOOP_OVER_MAX: { level: 'segment', x12: '4', edifact: '36' },
  SEGMENT_OVER_MAX: { level: 'segment', x12: '5', edifact: '35' },
  SEGMENT_NOT_IN_SET: { level: 'segment', x12: '6', edifact: '15' },
  SEGMENT_OUT_OF_SEQUENCE: { level: 'segment', x12: '7', edifact: '15' },
  SEGMENT_FORBIDDEN: { level: 'segment', x12: '2', edifact: '15' },
  ELEMENT_MISSING: { level: 'element', x12: '1', edifact: '13' },
  ELEMENT_CONDITION: { level: 'element', x12: '2', edifact: '48' },
  ELEMENT_TOO_MANY: { level: 'element', x12: '3', edifact: '16' },
  COMPONENT_TOO_MANY: { level: 'element', x12: '13', edifact: '16' },
  REPETITION_TOO_MANY: { level: 'element', x12: '12', edifact: '35' },
  ELEMENT_TOO_SHORT: { level: 'element', x12: '4', edifact: '40' },
  ELEMENT_TOO_LONG: { level: 'element', x12: '5', edifact: '39' },
  ELEMENT_INVALID_CHARACTER: { level: 'element', x12: '6', edifact: '37' },
  ELEMENT_INVALID_DECIMAL: { level: 'element', x12: '6', edifact: '19' },
  ELEMENT_DECIMAL_WITHOUT_DIGIT: { level: 'element', x12: '6', edifact: '38' },
  ELEMENT_INVALID_CODE: { level: 'element', x12: '7', edifact: '12' },
  ELEMENT_INVALID_DATE: { level: 'element', x12: '8', edifact: '12' },
  ELEMENT_INVALID_TIME: { level: 'element', x12: '9', edifact: '12' },
  ELEMENT_EXCLUSION: { level: 'element', x12: '10', edifact: '48' },
  TRAILING_SEPARATOR: { level: 'element', x12: '', edifact: '45' },
  HL_ID_DUPLICATE: { level: 'element', x12: '7', edifact: '' },
  HL_PARENT_UNKNOWN: { level: 'element', x12: '7', edifact: '' },
  HL_CHILD_CODE_WRONG: { level: 'element', x12: '', edifact: '' },
  LOOP_ID_MISMATCH: { level: 'element', x12: '7', edifact: '' },
  LINE_COUNT_MISMATCH: { level: 'element', x12: '', edifact: '' },
  HASH_TOTAL_MISMATCH: { level: 'element', x12: '', edifact: '' },
} as const satisfies Record<string, Vocabulary>;

export type ValidationCode = keyof typeof FINDING_CODES;

/** The acknowledgment code of a kind of finding; undefined where the standard's acknowledgment has none. */
export function acknowledgmentCode(code: ValidationCode, standard: Standard): AcknowledgmentCode | undefined {
  const vocabulary = FINDING_CODES[code];
  const value = vocabulary[standard];
  return value === '' ? undefined : { level: vocabulary.level, code: value };
}

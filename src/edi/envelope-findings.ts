import type { AcknowledgmentCode, Finding, Place } from '../common/finding.ts';
import type { EnvelopeLeniency } from './leniency.ts';
import type { Standard } from './model.ts';

type Level = AcknowledgmentCode['level'];

interface Vocabulary {
  /** The switch that turns the error into a warning; true = always a warning, false = always an error. */
  tolerated: keyof EnvelopeLeniency | boolean;
  level: Level;
  /** TA105, AK905 or AK502, by level; '' = the acknowledgment has no word for it. */
  x12: string;
  /** Data element 0085 (UCI, UNE level UCF, UCM). */
  edifact: string;
}

/** Every finding of the envelope: what forgives it, and what the acknowledgment calls it. Documented in docs/errors.md. */
export const ENVELOPE_FINDINGS = {
  FILE_EMPTY: { tolerated: false, level: 'interchange', x12: '', edifact: '' },
  ENCODING_UNSUPPORTED: { tolerated: false, level: 'interchange', x12: '', edifact: '' },
  INTERCHANGE_NOT_FOUND: { tolerated: false, level: 'interchange', x12: '', edifact: '' },
  NOISE: { tolerated: 'noise', level: 'interchange', x12: '', edifact: '' },
  BYTE_ORDER_MARK: { tolerated: 'byteOrderMark', level: 'interchange', x12: '', edifact: '' },

  INTERCHANGE_INTERACTIVE: { tolerated: false, level: 'interchange', x12: '', edifact: '' },

  INTERCHANGE_HEADER_INVALID: { tolerated: false, level: 'interchange', x12: '022', edifact: '47' },
  INTERCHANGE_HEADER_TRIMMED: { tolerated: 'trimmedIsa', level: 'interchange', x12: '022', edifact: '' },
  INTERCHANGE_ELEMENT_INVALID: { tolerated: 'headerValues', level: 'interchange', x12: '022', edifact: '12' },
  SERVICE_STRING_ADVICE_INVALID: { tolerated: 'headerValues', level: 'interchange', x12: '', edifact: '20' },
  DELIMITER_INVALID: { tolerated: false, level: 'interchange', x12: '022', edifact: '20' },
  REPETITION_SEPARATOR_INVALID: {
    tolerated: 'repetitionSeparator',
    level: 'interchange',
    x12: '016',
    edifact: '20',
  },
  SYNTAX_UNKNOWN: { tolerated: 'headerValues', level: 'interchange', x12: '', edifact: '2' },
  SEGMENT_TERMINATOR_MISSING: {
    tolerated: 'missingLastTerminator',
    level: 'interchange',
    x12: '004',
    edifact: '18',
  },
  SEGMENT_TOO_LONG: { tolerated: false, level: 'interchange', x12: '004', edifact: '18' },
  WRAPPED_LINES: { tolerated: 'wrappedLines', level: 'interchange', x12: '', edifact: '' },
  LINE_BREAK_IN_DATA: { tolerated: 'lineBreaksInData', level: 'interchange', x12: '', edifact: '21' },
  EMPTY_SEGMENT: { tolerated: 'emptySegments', level: 'interchange', x12: '', edifact: '18' },
  BLANKS_BETWEEN_SEGMENTS: {
    tolerated: 'blanksBetweenSegments',
    level: 'interchange',
    x12: '',
    edifact: '18',
  },
  SEGMENT_OUTSIDE_TRANSACTION: {
    tolerated: 'envelopeOrder',
    level: 'interchange',
    x12: '022',
    edifact: '33',
  },
  INTERCHANGE_EMPTY: { tolerated: 'envelopeOrder', level: 'interchange', x12: '022', edifact: '32' },
  INTERCHANGE_TRAILER_MISSING: {
    tolerated: 'missingTrailers',
    level: 'interchange',
    x12: '023',
    edifact: '13',
  },
  INTERCHANGE_CONTROL_NUMBER_MISMATCH: {
    tolerated: 'controlNumbers',
    level: 'interchange',
    x12: '001',
    edifact: '28',
  },
  INTERCHANGE_COUNT_WRONG: { tolerated: 'wrongCounts', level: 'interchange', x12: '021', edifact: '29' },
  INTERCHANGE_GROUPS_MIXED: { tolerated: 'envelopeOrder', level: 'interchange', x12: '', edifact: '30' },
  CHARACTERS_MISDECLARED: { tolerated: true, level: 'interchange', x12: '', edifact: '' },
  NETWORK_REQUEST_UNUSED: { tolerated: true, level: 'interchange', x12: '', edifact: '' },
  DELIVERY_NOTICE: { tolerated: true, level: 'interchange', x12: '', edifact: '' },
  INTERCHANGE_ACKNOWLEDGMENT_INVALID: { tolerated: true, level: 'interchange', x12: '', edifact: '' },
  SECURITY_NOT_VERIFIED: { tolerated: true, level: 'interchange', x12: '', edifact: '' },
  SECURITY_ENCRYPTED: { tolerated: false, level: 'interchange', x12: '', edifact: '27' },
  SECURITY_REFERENCE_MISMATCH: { tolerated: 'security', level: 'interchange', x12: '', edifact: '28' },
  PACKAGE_NOT_SUPPORTED: { tolerated: 'packages', level: 'interchange', x12: '', edifact: '47' },
  PACKAGE_INVALID: { tolerated: false, level: 'interchange', x12: '', edifact: '12' },

  GROUP_HEADER_MISSING: { tolerated: 'envelopeOrder', level: 'interchange', x12: '024', edifact: '13' },
  GROUP_HEADER_INVALID: { tolerated: 'headerValues', level: 'interchange', x12: '024', edifact: '13' },
  GROUP_TRAILER_INVALID: { tolerated: 'headerValues', level: 'interchange', x12: '024', edifact: '16' },
  GROUP_EMPTY: { tolerated: 'envelopeOrder', level: 'group', x12: '5', edifact: '32' },
  GROUP_TRAILER_MISSING: { tolerated: 'missingTrailers', level: 'group', x12: '3', edifact: '13' },
  GROUP_CONTROL_NUMBER_INVALID: { tolerated: 'headerValues', level: 'group', x12: '6', edifact: '12' },
  GROUP_CONTROL_NUMBER_MISMATCH: { tolerated: 'controlNumbers', level: 'group', x12: '4', edifact: '28' },
  GROUP_CONTROL_NUMBER_DUPLICATE: {
    tolerated: 'duplicateControlNumbers',
    level: 'group',
    x12: '6',
    edifact: '26',
  },
  GROUP_COUNT_WRONG: { tolerated: 'wrongCounts', level: 'group', x12: '5', edifact: '29' },

  TRANSACTION_HEADER_INVALID: { tolerated: false, level: 'transaction', x12: '6', edifact: '13' },
  TRANSACTION_TRAILER_MISSING: {
    tolerated: 'missingTrailers',
    level: 'transaction',
    x12: '2',
    edifact: '13',
  },
  TRANSACTION_CONTROL_NUMBER_INVALID: {
    tolerated: 'headerValues',
    level: 'transaction',
    x12: '7',
    edifact: '12',
  },
  TRANSACTION_CONTROL_NUMBER_MISMATCH: {
    tolerated: 'controlNumbers',
    level: 'transaction',
    x12: '3',
    edifact: '28',
  },
  TRANSACTION_CONTROL_NUMBER_DUPLICATE: {
    tolerated: 'duplicateControlNumbers',
    level: 'transaction',
    x12: '7',
    edifact: '26',
  },
  TRANSACTION_COUNT_WRONG: { tolerated: 'wrongCounts', level: 'transaction', x12: '4', edifact: '29' },
  TRANSACTION_GROUP_MISMATCH: { tolerated: 'envelopeOrder', level: 'transaction', x12: '', edifact: '31' },
  TRANSACTION_TOO_LARGE: { tolerated: false, level: 'transaction', x12: '5', edifact: '18' },
} as const satisfies Record<string, Vocabulary>;

export type EnvelopeCode = keyof typeof ENVELOPE_FINDINGS;

export interface EnvelopeReport {
  actual?: string | undefined;
  expected?: string | undefined;
  /** In place of the table's code: TA105 by ISA element. */
  acknowledgment?: string | undefined;
  /** In place of the table's severity. */
  tolerated?: boolean | undefined;
}

/** Values that a sentence quotes may be of any length; the sentence keeps its beginning and its end. */
const QUOTED_START = 200;
const QUOTED_END = 100;

function shorten(message: string): string {
  if (message.length <= QUOTED_START + QUOTED_END) return message;
  return `${message.slice(0, QUOTED_START)}...${message.slice(-QUOTED_END)}`;
}

/** One finding of the envelope, with its severity by the partner's leniency. */
export function envelopeFinding(
  code: EnvelopeCode,
  standard: Standard,
  leniency: EnvelopeLeniency,
  place: Place,
  message: string,
  report: EnvelopeReport = {},
): Finding {
  const entry: Vocabulary = ENVELOPE_FINDINGS[code];
  const by = entry.tolerated;
  const tolerated = report.tolerated ?? (typeof by === 'boolean' ? by : leniency[by] === true);
  const acknowledgment = report.acknowledgment ?? entry[standard];
  return {
    code,
    severity: tolerated ? 'warning' : 'error',
    message: shorten(message),
    place,
    ...(report.actual === undefined ? {} : { actual: report.actual }),
    ...(report.expected === undefined ? {} : { expected: report.expected }),
    ...(acknowledgment === '' ? {} : { acknowledgment: { level: entry.level, code: acknowledgment } }),
  };
}

import type { Finding, Place } from '../../common/finding.ts';
import type { Slot, Transaction } from '../model.ts';
import type { Grammar } from './definition.ts';
import { acknowledgmentCode, type ValidationCode } from './finding-codes.ts';
import { severityOf, type ValidationLeniency } from './leniency.ts';
import type { ElementFault } from './segment-check.ts';
import type { StructureFault } from './structure.ts';
import { NO_CONTROL } from './value.ts';

/** What every finding of one transaction needs. */
export interface Report {
  transaction: Transaction;
  grammar: Grammar | undefined;
  leniency: ValidationLeniency;
  findings: Finding[];
  /** Findings beyond the limit are counted, and remembered only as whether an error is among them. */
  unlisted: number;
  unlistedError: boolean;
}

/** A broken file must not become findings many times its size. */
const MAX_FINDINGS = 1000;

export function addFinding(report: Report, finding: Finding): void {
  if (report.findings.length < MAX_FINDINGS) report.findings.push(finding);
  else {
    report.unlisted += 1;
    report.unlistedError ||= finding.severity === 'error';
  }
}

/** A finding at segment `s` (0-based); `place` and the values are added to it. */
export function makeFinding(
  report: Report,
  code: ValidationCode,
  s: number,
  message: string,
  details: { actual?: string | undefined; expected?: string | undefined; place?: Place },
): Finding {
  const { transaction, leniency } = report;
  const { segments } = transaction;
  const severity = severityOf(code, leniency, report.grammar?.match ?? 'exact');
  const inside = s < segments.length;
  const acknowledgment = severity === 'error' ? acknowledgmentCode(code, transaction.standard) : undefined;
  return {
    code,
    severity,
    message,
    place: {
      interchange: transaction.interchange,
      group: transaction.group,
      transaction: transaction.transaction,
      segment: s + 1,
      ...(inside ? { segmentId: segments.id(s), range: segments.range(s) } : {}),
      ...details.place,
    },
    ...(details.actual === undefined ? {} : { actual: details.actual }),
    ...(details.expected === undefined ? {} : { expected: details.expected }),
    ...(acknowledgment ? { acknowledgment } : {}),
  };
}

const PROBLEM: Partial<Record<ValidationCode, string>> = {
  ELEMENT_MISSING: 'is missing',
  ELEMENT_CONDITION: 'is missing',
  ELEMENT_TOO_MANY: 'is one element too many',
  COMPONENT_TOO_MANY: 'is one component too many',
  REPETITION_TOO_MANY: 'is repeated too often',
  ELEMENT_TOO_SHORT: 'is too short',
  ELEMENT_TOO_LONG: 'is too long',
  ELEMENT_INVALID_CHARACTER: 'has characters that do not belong there',
  ELEMENT_INVALID_DECIMAL: 'is no valid number',
  ELEMENT_DECIMAL_WITHOUT_DIGIT: 'has no digit before the decimal mark',
  ELEMENT_INVALID_CODE: 'is not in the code list',
  ELEMENT_INVALID_DATE: 'is no date',
  ELEMENT_INVALID_TIME: 'is no time',
  ELEMENT_EXCLUSION: 'excludes another element',
  TRAILING_SEPARATOR: 'ends with separators that carry nothing',
  HL_ID_DUPLICATE: 'numbers a level that exists already',
  HL_PARENT_UNKNOWN: 'names a parent that does not exist',
  HL_CHILD_CODE_WRONG: 'does not fit the levels that follow',
  LOOP_ID_MISMATCH: 'does not close the loop that is open',
  LINE_COUNT_MISMATCH: 'does not count right',
  HASH_TOTAL_MISMATCH: 'does not add up',
  SECURITY_REFERENCE_MISMATCH: 'names no security group',
  SECURITY_COUNT_WRONG: 'does not count right',
};

/** `BEG03`, `REF04.2`, `NAD02.1`. */
function elementName(segmentId: string, element: number, component?: number): string {
  return `${segmentId}${String(element).padStart(2, '0')}${component === undefined ? '' : `.${component}`}`;
}

/** Finding of a fault inside segment `s`. */
export function elementFinding(report: Report, s: number, fault: ElementFault): Finding {
  const { segments } = report.transaction;
  const { element, component, repetition, actual, expected } = fault;
  const name = elementName(segments.id(s), element, component);
  const id = fault.elementId === undefined ? '' : ` (${fault.elementId})`;
  const found = actual === undefined ? '' : ` found "${shorten(actual)}",`;
  const problem = PROBLEM[fault.code] ?? 'is wrong';
  const message = `${name}${id} in segment ${s + 1} ${problem}:${found} expected ${expected}.`;
  const sent = element <= segments.elementCount(s);
  const finding = makeFinding(report, fault.code, s, message, {
    actual,
    expected,
    place: {
      element,
      ...(component === undefined ? {} : { component }),
      ...(repetition === undefined ? {} : { repetition }),
      ...(fault.elementId === undefined ? {} : { elementId: fault.elementId }),
      ...(sent ? { range: segments.range(s, element, component, repetition) } : {}),
    },
  });
  const lowerCaseForgiven = fault.lowerCase === true && report.leniency.lowerCase === true;
  if (!lowerCaseForgiven && !isForgivenLineBreak(report, fault)) return finding;
  delete finding.acknowledgment;
  return { ...finding, severity: 'warning' };
}

/** The envelope tells of line breaks in data once; where they are forgiven, a text is not rejected for them. */
function isForgivenLineBreak({ leniency }: Report, { expected, actual = '' }: ElementFault): boolean {
  if (leniency.lineBreaksInData !== true || expected !== NO_CONTROL) return false;
  return /[\r\n]/.test(actual) && !/[\0-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]/.test(actual);
}

/** What a terminal does not show, or obeys. */
const NOT_VISIBLE = /[\0-\x1f\x7f-\x9f]/g;

/**
 * Partner text in messages is cut: a value of a megabyte must not become a message of a megabyte. What cannot be seen is shown by its
 * number.
 */
export function shorten(text: string): string {
  const short = text.length <= 80 ? text : `${text.slice(0, 77)}...`;
  return short.replace(
    NOT_VISIBLE,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

/** Finding of a fault of the structure. */
export function structureFinding(report: Report, fault: StructureFault): Finding {
  const { segments } = report.transaction;
  const slot = report.grammar?.slots[fault.slot];
  const id = segments.id(fault.segment);
  const at = `segment ${fault.segment + 1}`;
  const loop = slot && slot.loopPath.length > 0 ? { loop: slot.loopPath.join('/') } : {};
  switch (fault.code) {
    case 'SEGMENT_UNPLACED':
      return unplaced(report, fault.segment, id);
    case 'SEGMENT_UNEXPECTED': {
      const message = `${id} at ${at} has no place here: ${slot ? describePlace(slot) : 'it'} is not open.`;
      return makeFinding(report, fault.code, fault.segment, message, { actual: id });
    }
    case 'SEGMENT_OUT_OF_SEQUENCE': {
      const message = `${id} at ${at} comes too late: it belongs ${slot ? describeArea(report, slot) : 'before'}.`;
      return makeFinding(report, fault.code, fault.segment, message, { actual: id, place: loop });
    }
    case 'SEGMENT_MISSING': {
      const missing = slot?.segmentId ?? '';
      const what = slot?.trigger ? `Loop ${slot.loopPath.join('/')}` : missing;
      const message = `${what} is missing: expected ${missing} before ${id === '' ? 'the end' : `${id} at ${at}`}.`;
      const place = { ...loop, segmentId: missing };
      return makeFinding(report, fault.code, fault.segment, message, { expected: missing, place });
    }
    case 'SEGMENT_OVER_MAX': {
      const message = `${id} at ${at} is used too often: at most ${slot?.maxUse ?? 0} here.`;
      return makeFinding(report, fault.code, fault.segment, message, {
        expected: `at most ${slot?.maxUse ?? 0}`,
        place: loop,
      });
    }
    case 'LOOP_OVER_MAX': {
      const most = slot?.loopMaxRepeat ?? 0;
      const message = `Loop ${slot?.loopPath.join('/') ?? id} at ${at} is repeated too often: at most ${most} times.`;
      return makeFinding(report, fault.code, fault.segment, message, {
        expected: `at most ${most}`,
        place: loop,
      });
    }
  }
}

function unplaced(report: Report, s: number, id: string): Finding {
  const { type, release } = report.transaction;
  const known = report.grammar?.segment(id) !== undefined;
  const code = known ? 'SEGMENT_NOT_IN_SET' : 'SEGMENT_UNRECOGNIZED';
  const where = known
    ? `is no segment of ${type}`
    : `is no segment of release ${shorten(release) || '(none stated)'}`;
  return makeFinding(
    report,
    code,
    s,
    `${shorten(id) || 'An empty segment id'} at segment ${s + 1} ${where}.`,
    {
      actual: shorten(id),
    },
  );
}

function describePlace(slot: Slot): string {
  return slot.loopPath.length > 0 ? `loop ${slot.loopPath.join('/')}` : `the ${slot.area} section`;
}

function describeArea(report: Report, slot: Slot): string {
  const next = report.grammar?.slots[slot.index + 1];
  const before = next ? ` before ${next.segmentId}` : '';
  return `in ${describePlace(slot)}${before}`;
}

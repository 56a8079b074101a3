import { loadCodeLists } from './grammar/code-list.ts';
import type { Header, HeaderProblem, HeaderResult } from './header.ts';
import { charOf, isAlphanumeric, isLineBreak, latin1, sequenceLength, showByte } from './bytes.ts';
import { HEADER_BYTES } from './header.ts';

/** Fixed widths of ISA01 to ISA16. */
export const ISA_WIDTHS: readonly number[] = [2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1];
/** TA105 for an invalid ISA01 to ISA16. */
const TA105 = [
  '010', '011', '012', '013', '005', '006', '007', '008', '014', '015', '016', '017', '018', '019', '020', '027',
]; // prettier-ignore
/** ISA, its sixteen elements and their separators, and the terminator. */
const ISA_LENGTH = 106;
/** Release of ISA12 from which ISA11 is the repetition separator. */
const REPETITION_SINCE = '00402';

interface IsaElement {
  start: number;
  end: number;
  text: string;
}

function withoutLineBreaks(text: string): string {
  return text.replace(/[\r\n]+/g, '');
}

/** True when a segment (`GS*`, `TA1*`) or nothing more starts at `i`, line breaks skipped. */
function segmentFollows(bytes: Uint8Array, from: number, end: number, separator: number): boolean {
  let i = from;
  while (i < end && (isLineBreak(bytes[i]) || bytes[i] === BLANK || bytes[i] === TAB)) i++;
  if (i >= end) return true;
  let length = 0;
  while (length < 3 && i + length < end && isUpperOrDigit(bytes[i + length]!)) length++;
  if (length < 2) return false;
  // An interchange may end right here, or a header with another separator may follow.
  return (
    i + length >= end ||
    bytes[i + length] === separator ||
    latin1(bytes, i, i + 2) === 'UN' ||
    latin1(bytes, i, i + 3) === 'ISA'
  );
}

const BLANK = 32;
const TAB = 9;

function isUpperOrDigit(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90);
}

/** The service characters behind ISA15: ISA16 and the terminator. */
interface Ending {
  /** Offset of the terminator, and the bytes of its character behind the first one. */
  at: number;
  terminator: number;
  tail: number;
}

/** Finds the terminator: behind ISA16, or in its place where ISA16 was left out. It is one if a segment follows it. */
function readEnding(bytes: Uint8Array, from: number, end: number, separator: number): Ending | undefined {
  if (from >= end) return undefined;
  for (const at of [from + sequenceLength(bytes, from), from]) {
    if (at >= end || isAlphanumeric(bytes[at]!)) continue;
    const tail = sequenceLength(bytes, at) - 1;
    if (segmentFollows(bytes, at + 1 + tail, end, separator)) return { at, terminator: bytes[at]!, tail };
  }
  return undefined;
}

/** The component separator; -1 where ISA16 has none that can be used. */
function checkComponent(
  bytes: Uint8Array,
  from: number,
  { at, terminator }: Ending,
  separator: number,
  problems: HeaderProblem[],
): number {
  const component = bytes[from]!;
  if (at === from + 1 && component === BLANK) {
    problems.push({
      code: 'INTERCHANGE_ELEMENT_INVALID',
      start: from,
      end: at,
      element: 16,
      actual: ' ',
      expected: 'a component separator',
      message: 'ISA16 is blank, and a blank separates nothing. Elements are read as not composite.',
      acknowledgment: '027',
    });
    return -1;
  }
  const usable =
    at === from + 1 && !isAlphanumeric(component) && component !== separator && component !== terminator;
  if (usable) return component;
  const actual = at > from + 1 ? latin1(bytes, from, at) : showByte(component);
  problems.push({
    code: 'DELIMITER_INVALID',
    start: from,
    end: Math.max(at, from + 1),
    element: 16,
    ...(at === from ? {} : { actual }),
    message:
      at === from
        ? 'ISA16 is missing: the interchange has no component separator. Elements are read as not composite.'
        : `Component separator "${actual}" in ISA16 cannot separate: it is a letter, a digit, another delimiter, or several bytes. Elements are read as not composite.`,
    acknowledgment: '027',
  });
  return -1;
}

/** Reads ISA at `start` by counting separators, so that trimmed, wrapped and overlong headers are understood. */
export function readIsa(bytes: Uint8Array, start: number, used: number, final: boolean): HeaderResult {
  if (used - start < HEADER_BYTES && !final) return { kind: 'more' };
  const end = Math.min(used, start + HEADER_BYTES);
  const separator = bytes[start + 3]!;
  if (separator === BLANK || isLineBreak(separator) || separator >= 128) return { kind: 'none' };

  const invalid = (message: string, at: number, acknowledgment?: string): HeaderResult => ({
    kind: 'invalid',
    problem: {
      code: 'INTERCHANGE_HEADER_INVALID',
      start,
      end: Math.min(at, used),
      message,
      ...(acknowledgment === undefined ? {} : { acknowledgment }),
    },
  });

  const elements: IsaElement[] = [];
  let from = start + 4;
  while (elements.length < 15) {
    const next = bytes.indexOf(separator, from);
    if (next < 0 || next >= end)
      return invalid(
        `ISA has ${elements.length + 1} elements within ${end - start} bytes instead of 16; the interchange cannot be read.`,
        end,
        '026',
      );
    elements.push({ start: from, end: next, text: withoutLineBreaks(latin1(bytes, from, next)) });
    from = next + 1;
  }

  const ending = readEnding(bytes, from, end, separator);
  if (ending === undefined) {
    const at = from + 1;
    return invalid(
      at >= end
        ? 'ISA ends before its segment terminator.'
        : `"${showByte(bytes[at]!)}" after ISA16 is no segment terminator: no segment follows it. ISA has the wrong number of elements, or its terminator is missing.`,
      at + 1,
      '004',
    );
  }
  const { at, terminator, tail } = ending;
  const problems: HeaderProblem[] = [];
  if (terminator === separator)
    return invalid(
      `Element separator and segment terminator are both "${showByte(separator)}".`,
      at + 1,
      '004',
    );

  elements.push({ start: from, end: at, text: latin1(bytes, from, at) });
  checkWidths(bytes, elements, start, at, problems);
  checkValues(elements, problems);
  const component = checkComponent(bytes, from, ending, separator, problems);
  const repetition = repetitionOf(bytes, elements, [separator, component, terminator], problems);
  const tailBytes = Array.from(bytes.subarray(at + 1, at + 1 + tail));

  return {
    kind: 'header',
    standard: 'x12',
    dialect: {
      standard: 'x12',
      element: separator,
      component,
      repetition,
      release: -1,
      terminator,
      terminatorTail: tailBytes,
    },
    delimiters: {
      segmentTerminator:
        tail === 0 ? charOf(terminator) : new TextDecoder().decode(bytes.subarray(at, at + 1 + tail)),
      elementSeparator: charOf(separator),
      componentSeparator: charOf(component),
      repetitionSeparator: charOf(repetition),
      releaseCharacter: '',
      decimalMark: '.',
    },
    serviceStringAdvice: false,
    start,
    elements: ['ISA', ...elements.map((element) => element.text)],
    end: at,
    resume: at + 1 + tail,
    problems,
  } satisfies Header;
}

function checkWidths(
  bytes: Uint8Array,
  elements: readonly IsaElement[],
  start: number,
  at: number,
  problems: HeaderProblem[],
): void {
  const wrong = elements.findIndex((element, i) => element.text.length !== ISA_WIDTHS[i]);
  if (wrong < 0) return;
  const overlong = elements.findIndex((element, i) => element.text.length > ISA_WIDTHS[i]!);
  if (overlong >= 0) {
    const element = elements[overlong]!;
    problems.push({
      code: 'INTERCHANGE_ELEMENT_INVALID',
      start: element.start,
      end: element.end,
      element: overlong + 1,
      actual: element.text,
      expected: `${ISA_WIDTHS[overlong]!} characters`,
      message: `ISA${String(overlong + 1).padStart(2, '0')} has ${element.text.length} characters instead of ${ISA_WIDTHS[overlong]!}.`,
      acknowledgment: TA105[overlong]!,
    });
    return;
  }
  const length = withoutLineBreaks(latin1(bytes, start, at)).length + 1;
  const element = elements[wrong]!;
  problems.push({
    code: 'INTERCHANGE_HEADER_TRIMMED',
    start,
    end: at,
    element: wrong + 1,
    actual: `${length} characters`,
    expected: `${ISA_LENGTH} characters`,
    message: `ISA has ${length} characters instead of ${ISA_LENGTH}: ISA${String(wrong + 1).padStart(2, '0')} has ${element.text.length} instead of ${ISA_WIDTHS[wrong]!}.`,
    acknowledgment: TA105[wrong]!,
  });
}

/** Element I05. */
const QUALIFIER = new RegExp(`^(${[...loadCodeLists('x12').get('I05')!].join('|')})$`);
const QUALIFIERS = 'a qualifier of the code list: 01 to 04, 07 to 38, AM, NR, SA, SN, ZZ';

/** What ISA elements must look like, as far as their code lists and formats are closed. Trimmed values are welcome. */
const ISA_FORMATS: readonly (readonly [index: number, format: RegExp, expected: string])[] = [
  [0, /^\d\d$/, 'two digits'],
  [2, /^\d\d$/, 'two digits'],
  [4, QUALIFIER, QUALIFIERS],
  [5, /^ *[^ ]/, 'a sender id'],
  [6, QUALIFIER, QUALIFIERS],
  [7, /^ *[^ ]/, 'a receiver id'],
  [8, /^\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/, 'a date YYMMDD'],
  [9, /^([01]\d|2[0-3])[0-5]\d$/, 'a time HHMM'],
  [11, /^\d{5}$/, 'five digits'],
  [12, /^\d{1,9}$/, 'nine digits'],
  [13, /^[01]$/, '0 or 1'],
  [14, /^[PTI]$/, 'P or T'],
];

function checkValues(elements: readonly IsaElement[], problems: HeaderProblem[]): void {
  for (const [index, format, expected] of ISA_FORMATS) {
    const element = elements[index]!;
    if (format.test(element.text)) continue;
    problems.push({
      code: 'INTERCHANGE_ELEMENT_INVALID',
      start: element.start,
      end: element.end,
      element: index + 1,
      actual: element.text,
      expected,
      message: `ISA${String(index + 1).padStart(2, '0')} is "${element.text}" instead of ${expected}.`,
      acknowledgment: TA105[index]!,
    });
  }
}

/** ISA11 from 00402 on; -1 where it is no separator. */
function repetitionOf(
  bytes: Uint8Array,
  elements: readonly IsaElement[],
  others: readonly number[],
  problems: HeaderProblem[],
): number {
  const element = elements[10]!;
  if (elements[11]!.text.trim() < REPETITION_SINCE) return -1;
  const byte = element.text.length === 1 ? bytes[element.end - 1]! : -1;
  const usable =
    byte > 0 && byte !== BLANK && !isLineBreak(byte) && !isAlphanumeric(byte) && !others.includes(byte);
  if (usable) return byte;
  problems.push({
    code: 'REPETITION_SEPARATOR_INVALID',
    start: element.start,
    end: element.end,
    element: 11,
    actual: element.text,
    message: `ISA11 "${element.text}" cannot separate repetitions; release ${elements[11]!.text.trim()} expects a separator there. Elements are read as not repeated.`,
  });
  return -1;
}

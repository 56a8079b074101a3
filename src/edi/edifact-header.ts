import type { Header, HeaderProblem, HeaderResult } from './header.ts';
import { charOf, isAlphanumeric, isLineBreak, latin1, showByte } from './bytes.ts';
import { HEADER_BYTES } from './header.ts';

const BLANK = 32;
const UNA_LENGTH = 9;
/** `:+.? '` as bytes: component, element, decimal mark, release, reserved, terminator. */
const DEFAULTS = [58, 43, 46, 63, 32, 39] as const;
/** Syntax level B without UNA: information separators IS1, IS3, IS4. */
const LEVEL_B = [31, 29, 46, -1, 32, 28] as const;
const ASTERISK = 42;
/** 0002 of UNB S001 from which a repetition separator exists. */
const REPETITION_SINCE = '4';

function isUnb(bytes: Uint8Array, i: number, end: number): boolean {
  return (
    i + 3 < end &&
    bytes[i] === 0x55 &&
    bytes[i + 1] === 0x4e &&
    bytes[i + 2] === 0x42 &&
    !isAlphanumeric(bytes[i + 3]!)
  );
}

/** Start of UNB behind the service string advice, line breaks and stray terminators skipped; -1 when there is none. */
function unbAfter(bytes: Uint8Array, from: number, end: number, terminator: number): number {
  let i = from;
  while (i < end && (isLineBreak(bytes[i]) || bytes[i] === BLANK || bytes[i] === terminator)) i++;
  return isUnb(bytes, i, end) ? i : -1;
}

/** Reads UNA, or the header without it, at `start`. */
export function readEdifactHeader(
  bytes: Uint8Array,
  start: number,
  used: number,
  final: boolean,
): HeaderResult {
  if (used - start < HEADER_BYTES && !final) return { kind: 'more' };
  const end = Math.min(used, start + HEADER_BYTES);
  return bytes[start + 2] === 0x42 ? withoutAdvice(bytes, start, end) : withAdvice(bytes, start, end);
}

/**
 * True for "UNA:+.?'" and a line break: the line break is no terminator, the blank in front of the real one was trimmed.
 * The first line behind UNA shows it.
 */
function isTrimmed(bytes: Uint8Array, start: number, end: number, advice: readonly number[]): boolean {
  if (!isLineBreak(advice[5]) || advice[4] === BLANK) return false;
  let i = start + UNA_LENGTH;
  while (i < end && isLineBreak(bytes[i])) i++;
  while (i < end && !isLineBreak(bytes[i])) i++;
  return bytes[i - 1] === advice[4];
}

function withAdvice(bytes: Uint8Array, start: number, end: number): HeaderResult {
  const problems: HeaderProblem[] = [];
  let advice = Array.from(bytes.subarray(start + 3, Math.min(end, start + UNA_LENGTH)));
  let next = start + UNA_LENGTH;
  const trimmed = isTrimmed(bytes, start, end, advice);
  let unb = advice.length === 6 && !trimmed ? unbAfter(bytes, next, end, advice[5]!) : -1;
  if (unb < 0 && advice.length >= 5 && !isAlphanumeric(advice[4]!)) {
    unb = unbAfter(bytes, start + UNA_LENGTH - 1, end, advice[4]!);
    if (unb >= 0) {
      advice = [...advice.slice(0, 4), BLANK, advice[4]!];
      next = start + UNA_LENGTH - 1;
      problems.push({
        code: 'SERVICE_STRING_ADVICE_INVALID',
        start,
        end: next,
        actual: latin1(bytes, start, next),
        expected: '9 characters',
        message:
          'UNA has 8 characters instead of 9: the reserved blank before the segment terminator is missing.',
      });
    }
  }
  if (unb < 0) {
    const interactive = /^\s*UIB/.test(
      latin1(bytes, start + UNA_LENGTH, Math.min(end, start + UNA_LENGTH + 8)),
    );
    if (advice.length < 6 || advice.some(isAlphanumeric) || interactive) return { kind: 'none' };
    return {
      kind: 'invalid',
      problem: {
        code: 'INTERCHANGE_HEADER_INVALID',
        start,
        end: start + UNA_LENGTH,
        message: 'No UNB follows the service string advice UNA; the interchange cannot be read.',
      },
    };
  }
  if (bytes.subarray(next, unb).includes(advice[5]!) && !isLineBreak(advice[5]))
    problems.push({
      code: 'EMPTY_SEGMENT',
      start: next,
      end: unb,
      message: 'A stray segment terminator stands between UNA and UNB.',
    });

  const [component, element, , release, , terminator] = advice as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const used = [component, element, terminator, ...(release === BLANK ? [] : [release])];
  const usable =
    used.every((byte) => !isAlphanumeric(byte) && byte !== BLANK) && new Set(used).size === used.length;
  const agrees = bytes[unb + 3] === element;
  if (!usable || !agrees) {
    const problem: HeaderProblem = {
      code: usable ? 'SERVICE_STRING_ADVICE_INVALID' : 'DELIMITER_INVALID',
      start,
      end: next,
      actual: latin1(bytes, start, next),
      message: usable
        ? `UNA declares "${showByte(element)}" as element separator, but UNB uses "${showByte(bytes[unb + 3]!)}": UNA is not followed.`
        : 'UNA declares characters that cannot separate: a letter, a digit, a blank, or the same one twice. UNA is not followed.',
    };
    const result = withoutAdvice(bytes, unb, end);
    if (result.kind !== 'header') return result;
    return {
      ...result,
      start,
      serviceStringAdvice: true,
      problems: [...problems, problem, ...result.problems],
    };
  }
  return header(bytes, start, unb, advice, true, end, problems);
}

function withoutAdvice(bytes: Uint8Array, start: number, end: number): HeaderResult {
  const separator = bytes[start + 3]!;
  if (separator === DEFAULTS[1]) return withDefaults(bytes, start, end);
  if (separator === LEVEL_B[1]) return header(bytes, start, start, LEVEL_B, false, end, []);
  if (separator === BLANK || isLineBreak(separator) || separator >= 128) return { kind: 'none' };
  const guessed = guessDelimiters(bytes, start, end, separator);
  const actual = latin1(bytes, start, Math.min(end, start + 9));
  if (guessed === undefined)
    return {
      kind: 'invalid',
      problem: {
        code: 'INTERCHANGE_HEADER_INVALID',
        start,
        end: start + 4,
        actual,
        message: `UNB uses "${showByte(separator)}" as element separator without a UNA that says so; the interchange cannot be read.`,
      },
    };
  return header(bytes, start, start, guessed, false, end, [
    {
      code: 'SERVICE_STRING_ADVICE_INVALID',
      start,
      end: start + 4,
      actual,
      message: `UNB uses "${showByte(separator)}" as element separator without a UNA that says so; component separator "${showByte(guessed[0]!)}" and terminator "${showByte(guessed[5]!)}" are taken from the text.`,
    },
  ]);
}

/** The standard's service characters; another terminator (a line feed) only where the next segment shows that it is one. */
function withDefaults(bytes: Uint8Array, start: number, end: number): Header {
  const guessed = guessDelimiters(bytes, start, end, DEFAULTS[1]);
  const terminator = guessed?.[5];
  const standard = terminator === undefined || terminator === DEFAULTS[5] || guessed?.[0] !== DEFAULTS[0];
  if (standard) return header(bytes, start, start, DEFAULTS, false, end, []);
  return header(bytes, start, start, guessed, false, end, [
    {
      code: 'SERVICE_STRING_ADVICE_INVALID',
      start,
      end: start + 4,
      actual: showByte(terminator),
      expected: showByte(DEFAULTS[5]),
      message: `Segments end with "${showByte(terminator)}" without a UNA that says so.`,
    },
  ]);
}

/** Component separator behind `UNOx`, terminator in front of the next UN segment. */
function guessDelimiters(
  bytes: Uint8Array,
  start: number,
  end: number,
  separator: number,
): readonly number[] | undefined {
  let i = start + 4;
  while (i < end && isAlphanumeric(bytes[i]!)) i++;
  const component = bytes[i] ?? -1;
  for (; i + 3 < end; i++) {
    if (bytes[i] !== 0x55 || bytes[i + 1] !== 0x4e || bytes[i + 3] !== separator) continue;
    let before = i - 1;
    while (isLineBreak(bytes[before]) && isLineBreak(bytes[before - 1])) before--;
    if (isLineBreak(bytes[before]) && !isAlphanumeric(bytes[before - 1]!)) before--;
    const terminator = bytes[before]!;
    const usable = new Set([component, separator, terminator]).size === 3;
    return usable && !isAlphanumeric(terminator)
      ? [component, separator, 46, 63, BLANK, terminator]
      : undefined;
  }
  return undefined;
}

function header(
  bytes: Uint8Array,
  start: number,
  unb: number,
  advice: readonly number[],
  serviceStringAdvice: boolean,
  end: number,
  problems: HeaderProblem[],
): Header {
  const [component, element, decimal, releaseByte, reserved, terminator] = advice as [
    number, number, number, number, number, number,
  ]; // prettier-ignore
  const release = releaseByte === BLANK ? -1 : releaseByte;
  // UNB+UNOA:4: the version is the character behind the first component separator.
  const at = bytes.indexOf(component, unb + 4);
  const version = at > 0 && at + 1 < end ? String.fromCharCode(bytes[at + 1]!) : '';
  let repetition = -1;
  if (version >= REPETITION_SINCE) repetition = serviceStringAdvice ? reserved : ASTERISK;
  if (repetition === BLANK || repetition === component || repetition === element || repetition === terminator)
    repetition = -1;
  if (repetition >= 0 && (isAlphanumeric(repetition) || repetition === release)) {
    problems.push({
      code: 'REPETITION_SEPARATOR_INVALID',
      start: start + 7,
      end: start + 8,
      actual: showByte(repetition),
      message: `"${showByte(repetition)}" in UNA cannot separate repetitions. Elements are read as not repeated.`,
    });
    repetition = -1;
  }
  return {
    kind: 'header',
    standard: 'edifact',
    dialect: { standard: 'edifact', element, component, repetition, release, terminator, terminatorTail: [] },
    delimiters: {
      segmentTerminator: charOf(terminator),
      elementSeparator: charOf(element),
      componentSeparator: charOf(component),
      repetitionSeparator: charOf(repetition),
      releaseCharacter: charOf(release),
      decimalMark: charOf(decimal),
    },
    serviceStringAdvice,
    start,
    elements: [],
    end: start,
    resume: unb,
    problems,
  };
}

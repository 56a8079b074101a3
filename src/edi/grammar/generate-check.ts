import { makeFunction, mayGenerate } from '../../common/generated-function.ts';
import type { TokenTable } from '../model.ts';
import { SEGMENT_STRIDE, SEGMENT_TOKEN } from '../token-table.ts';
import {
  CODED,
  DATE,
  DECIMAL,
  INTEGER,
  LETTERS,
  MAX_SHIFT,
  NUMBER,
  TEXT,
  TIME,
  TYPE_BITS,
  isCleanSegment,
  notesHold,
} from './clean-segment.ts';
import type { SegmentCheck, SegmentProgram } from './clean-segment.ts';
import { isCleanDate, isCleanNumber, isCleanTime, isLetters, isText, packBytes } from './clean-value.ts';

/** Segments that were checked so often get a function of their own. */
const WORTH_COMPILING = 100;
/** More codes than that are looked up, not compared one by one. */
const MOST_COMPARED = 6;

/** True when nothing is wrong with segment `s` at a glance. */
export function isClean(table: TokenTable, s: number, program: SegmentProgram): boolean {
  const { check } = program;
  if (check === undefined) {
    if (mayGenerate && ++program.uses === WORTH_COMPILING) program.check = generateCheck(program);
    return isCleanSegment(table, s, program);
  }
  return check(
    table.bytes,
    table.tokens,
    table.segments[(table.first + s) * SEGMENT_STRIDE + SEGMENT_TOKEN]!,
    table.plain,
  );
}

const HELPERS = { isCleanDate, isCleanNumber, isCleanTime, isLetters, isText, packBytes, notesHold };

/**
 * isCleanSegment with the segment's definition written into it: it walks the tokens and knows at each what may stand there.
 * Both say the same of any segment: a property test compares them.
 */
export function generateCheck(program: SegmentProgram): SegmentCheck {
  const { codes, notes, mandatoryLow, mandatoryHigh, pairsLow, pairsHigh } = program;
  let body = `const { ${Object.keys(HELPERS).join(', ')} } = helpers;\n`;
  body +=
    'return (bytes, tokens, t, plain) => {\nlet token = tokens[t], start = (token >> 3) + 1, end = 0;\n';
  body += 'let low = 0, high = 0, filled = 0;\nif ((token & 3) !== 3) all: {\n';
  for (let element = 1; element <= program.elements; element++) body += elementBody(program, element);
  body += 'return false;\n}\n';
  if (mandatoryLow !== 0) body += `if ((low & ${mandatoryLow}) !== ${mandatoryLow}) return false;\n`;
  if (mandatoryHigh !== 0) body += `if ((high & ${mandatoryHigh}) !== ${mandatoryHigh}) return false;\n`;
  if (pairsLow !== 0) body += `if (((low ^ (low >>> 1)) & ${pairsLow}) !== 0) return false;\n`;
  if (pairsHigh !== 0) body += `if (((high ^ (high >>> 1)) & ${pairsHigh}) !== 0) return false;\n`;
  body += notes.length === 0 ? 'return true;\n};' : 'return notesHold(notes, low, high);\n};';
  return makeFunction(
    ['helpers', 'codes', 'notes'],
    body,
  )(...([HELPERS, codes, notes] as never[])) as SegmentCheck;
}

/** A token that ends a repetition, or a component behind the last, is left to the exact check. */
function elementBody(
  { componentStart, requiredComponents, rules, codes }: SegmentProgram,
  element: number,
): string {
  const first = componentStart[element]!;
  const count = componentStart[element + 1]! - first;
  const required = requiredComponents[element]!;
  const bit = element <= 32 ? `low |= ${1 << (element - 1)};` : `high |= ${1 << (element - 33)};`;
  let body = `// element ${element}\nfilled = 0;\nelement${element}: {\n`;
  for (let component = 0; component < count; component++) {
    const index = first + component;
    // Nothing behind a separator: the last component of an element, the last element of a segment.
    const empty = component > 0 ? '(token & 2) !== 0' : '(token & 3) === 3';
    body +=
      `token = tokens[++t]; end = token >> 3;\n` +
      `if (end > start) { ${valueBody(rules[index]!, index, codes[index])}filled |= ${1 << component}; }\n` +
      `else if (${empty}) return false;\nstart = end + 1;\n`;
    body += `if ((token & 2) !== 0) break element${element};\nif ((token & 1) !== 0) return false;\n`;
  }
  body += 'return false;\n}\n';
  body +=
    required === 0
      ? `if (filled !== 0) ${bit}\n`
      : `if (filled !== 0) { if ((filled & ${required}) !== ${required}) return false; ${bit} }\n`;
  return `${body}if ((token & 3) === 3) break all;\n`;
}

function valueBody(rule: number, index: number, codes: ReadonlySet<number> | undefined): string {
  const type = rule & 15;
  const min = (rule >> TYPE_BITS) & 255;
  const max = rule >> MAX_SHIFT;
  const long = `end - start > ${max}${min > 1 ? ` || end - start < ${min}` : ''}`;
  const escaped = '(token & 4) !== 0';
  switch (type) {
    case TEXT:
      return (
        `if (${long}${min > 1 ? ` || ${escaped}` : ''}) return false;\n` +
        `if ((!plain || ${escaped}) && !isText(bytes, start, end, ${min > 1})) return false;\n`
      );
    case CODED:
      return `if (${escaped} || end - start > 4 || ${long}) return false;\n{ const code = packBytes(bytes, start, end); if (${isOther(codes ?? new Set(), index)}) return false; }\n`;
    case INTEGER:
    case DECIMAL:
    case NUMBER:
      return `if (${escaped} || !isCleanNumber(bytes, start, end, ${type === INTEGER}, ${type === NUMBER}, ${min}, ${max})) return false;\n`;
    case DATE:
      return `if (${escaped} || ${long} || !isCleanDate(bytes, start, end - start)) return false;\n`;
    case TIME:
      return `if (${escaped} || ${long} || !isCleanTime(bytes, start, end - start)) return false;\n`;
    case LETTERS:
      return `if (${escaped} || ${long} || !isLetters(bytes, start, end)) return false;\n`;
    default:
      return 'return false;\n';
  }
}

function isOther(codes: ReadonlySet<number>, index: number): string {
  if (codes.size === 0 || codes.size > MOST_COMPARED) return `!codes[${index}].has(code)`;
  return [...codes].map((code) => `code !== ${code}`).join(' && ');
}

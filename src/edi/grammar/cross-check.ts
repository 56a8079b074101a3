import { dec, formatDecimal, isDecimal, sum } from '../../common/decimal.ts';
import type { TokenTable, Transaction } from '../model.ts';
import { packSegmentId, SEGMENT_ID, SEGMENT_STRIDE } from '../token-table.ts';
import { shorten } from './report.ts';
import type { ElementFault } from './segment-check.ts';

/** A fault that shows only over several segments; `segment` is the 0-based index where it stands. */
export interface CrossFault extends ElementFault {
  segment: number;
}

/** Hierarchies, bounded loops and control totals of one transaction. */
export function crossCheck(transaction: Transaction): CrossFault[] {
  const { segments, type, standard } = transaction;
  if (standard === 'edifact') return checkControlTotals(segments);
  const { trees, bounds, lines, total } = survey(segments, COUNTED[type]?.packed);
  const faults = trees ? checkHierarchy(segments) : [];
  if (bounds) checkBoundedLoops(segments, faults);
  if (total >= 0) checkLineCount(segments, type, lines, total, faults);
  return faults;
}

/** One look over the segments: whether there are HL and LS, how many lines there are, and where the last CTT is (-1: none). */
function survey(
  { segments, first, length }: TokenTable,
  line: number | undefined,
): { trees: boolean; bounds: boolean; lines: number; total: number } {
  let trees = false;
  let bounds = false;
  let lines = 0;
  let total = -1;
  for (let s = 0; s < length; s++) {
    const packed = segments[(first + s) * SEGMENT_STRIDE + SEGMENT_ID]!;
    if (packed === line) lines++;
    if (packed === HL) trees = true;
    else if (packed === LS) bounds = true;
    else if (packed === CTT) total = s;
  }
  return { trees, bounds, lines, total };
}

const HL = packSegmentId('HL');
const LS = packSegmentId('LS');
const LE = packSegmentId('LE');
const LIN = packSegmentId('LIN');
const CTT = packSegmentId('CTT');
const CNT = packSegmentId('CNT');

/** Index of the next segment with this packed id from `s` on; the table's length when there is none. */
function nextOf(table: TokenTable, packed: number, s: number): number {
  const { segments, first, length } = table;
  while (s < length && segments[(first + s) * SEGMENT_STRIDE + SEGMENT_ID] !== packed) s++;
  return s;
}

function countOf(table: TokenTable, packed: number): number {
  let count = 0;
  for (let s = nextOf(table, packed, 0); s < table.length; s = nextOf(table, packed, s + 1)) count++;
  return count;
}

/** HL01 unique, HL02 the HL01 of an earlier HL, HL04 in line with the children that follow. */
function checkHierarchy(table: TokenTable): CrossFault[] {
  const faults: CrossFault[] = [];
  const levels = new Map<string, { segment: number; childCode: string; children: number }>();
  for (let s = nextOf(table, HL, 0); s < table.length; s = nextOf(table, HL, s + 1)) {
    const id = table.value(s, 1);
    const parent = table.value(s, 2);
    const parentLevel = levels.get(parent);
    if (parentLevel) parentLevel.children += 1;
    else if (parent !== '') {
      faults.push({
        code: 'HL_PARENT_UNKNOWN',
        segment: s,
        element: 2,
        elementId: '734',
        actual: parent,
        expected: 'the number of an earlier HL',
      });
    }
    if (id !== '' && levels.has(id)) {
      faults.push({
        code: 'HL_ID_DUPLICATE',
        segment: s,
        element: 1,
        elementId: '628',
        actual: id,
        expected: 'a number that no earlier HL has',
      });
    }
    levels.set(id, { segment: s, childCode: table.value(s, 4), children: 0 });
  }
  for (const { segment, childCode, children } of levels.values()) {
    if (childCode === '' || (childCode === '1') === children > 0) continue;
    faults.push({
      code: 'HL_CHILD_CODE_WRONG',
      segment,
      element: 4,
      elementId: '736',
      actual: childCode,
      expected:
        children > 0 ? '1, because HL segments below it follow' : '0, because no HL names it as parent',
    });
  }
  return faults;
}

/** LE01 repeats the LS01 of the loop that it closes. */
function checkBoundedLoops(table: TokenTable, faults: CrossFault[]): void {
  const open: string[] = [];
  for (let s = 0; s < table.length; s++) {
    const packed = table.segments[(table.first + s) * SEGMENT_STRIDE + SEGMENT_ID];
    if (packed === LS) open.push(table.value(s, 1));
    if (packed !== LE) continue;
    const opened = open.pop();
    const actual = table.value(s, 1);
    if (opened === undefined || opened === actual) continue;
    const expected = shorten(opened);
    faults.push({ code: 'LOOP_ID_MISMATCH', segment: s, element: 1, elementId: '447', actual, expected });
  }
}

/** What CTT01 counts, and the element that CTT02 sums. */
function counted(
  segment: string,
  hash?: number,
): { segment: string; packed: number; hash: number | undefined } {
  return { segment, packed: packSegmentId(segment), hash };
}

/** By transaction set. */
const COUNTED: Readonly<Record<string, ReturnType<typeof counted>>> = {
  '810': counted('IT1', 2),
  '832': counted('LIN'),
  '846': counted('LIN'),
  '850': counted('PO1', 2),
  '855': counted('PO1', 2),
  '856': counted('HL'),
  '860': counted('POC', 3),
  '861': counted('RCD'),
  '865': counted('POC', 3),
  '870': counted('HL'),
};

function checkLineCount(
  table: TokenTable,
  type: string,
  lines: number,
  total: number,
  faults: CrossFault[],
): void {
  const of = COUNTED[type];
  if (!of) return;
  const count = table.value(total, 1);
  if (/^\d+$/.test(count) && Number(count) !== lines) {
    faults.push({
      code: 'LINE_COUNT_MISMATCH',
      segment: total,
      element: 1,
      elementId: '354',
      actual: count,
      expected: `${lines}, the number of ${of.segment} segments`,
    });
  }
  const hash = table.value(total, 2);
  const { hash: summed } = of;
  if (summed === undefined || !isDecimal(hash)) return;
  const values: string[] = [];
  for (let s = nextOf(table, of.packed, 0); s < table.length; s = nextOf(table, of.packed, s + 1)) {
    const value = table.value(s, summed);
    if (isDecimal(value)) values.push(value);
  }
  const expected = hashTotals(values);
  if (expected.some((value) => dec(value).eq(hash))) return;
  faults.push({
    code: 'HASH_TOTAL_MISMATCH',
    segment: total,
    element: 2,
    elementId: '347',
    actual: hash,
    expected: `${expected[0] ?? '0'}, the sum of ${of.segment}${String(summed).padStart(2, '0')}`,
  });
}

/** Senders add the quantities, or, as X12 defines it, their digits without sign and decimal point, cut at ten digits. */
function hashTotals(values: readonly string[]): string[] {
  const digits = formatDecimal(sum(values.map((value) => value.replace(/[-.]/g, ''))));
  return [formatDecimal(sum(values)), digits, digits.slice(-10)];
}

/** CNT+2 is the number of LIN segments. */
function checkControlTotals(table: TokenTable): CrossFault[] {
  const total = findLast(table, CNT, (s) => table.value(s, 1, 1) === '2');
  if (total < 0) return [];
  const lines = countOf(table, LIN);
  const actual = table.value(total, 1, 2);
  if (!/^\d+$/.test(actual) || Number(actual) === lines) return [];
  return [
    {
      code: 'LINE_COUNT_MISMATCH',
      segment: total,
      element: 1,
      component: 2,
      elementId: '6066',
      actual,
      expected: `${lines}, the number of LIN segments`,
    },
  ];
}

/** Totals stand near the end: searched from there. */
function findLast(table: TokenTable, packed: number, accept: (s: number) => boolean = () => true): number {
  const { segments, first } = table;
  let s = table.length - 1;
  while (s >= 0 && !(segments[(first + s) * SEGMENT_STRIDE + SEGMENT_ID] === packed && accept(s))) s--;
  return s;
}

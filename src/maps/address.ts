/** `[ST|BT]`, `[02=RES]`, `[!IA|DP]`, `[02=]`: which segments of an id are meant. */
export interface Condition {
  element: number;
  component: number;
  /** Accepted values, in order of preference; empty: the element is empty (or, negated, not empty). */
  values: readonly string[];
  /** The same as integers (see packCode), 0 for empty; undefined when one of them is longer than that. */
  packed: readonly number[] | undefined;
  negated: boolean;
}

/** A qualifier of a pair, `VN`, or `UP/12`: only for values of 12 characters when written. */
export interface PairQualifier {
  code: string;
  length: number | undefined;
  /** The code as an integer, one byte a character: compared without making texts. */
  packed: number;
}

/** A place in an X12 or EDIFACT message, in the notation of docs/mapping-language.md. Numbers are 1-based. */
export interface Address {
  text: string;
  /** Area or loop name in front: `summary`, `SG52`; or the segments that begin the loops around it, `PAC/PCI`; '' when not said. */
  place: string;
  segmentId: string;
  conditions: readonly Condition[];
  /** `{VN|VP}`: by preference; `each`: `{*}`. */
  pair: readonly PairQualifier[] | 'each' | undefined;
  /** 0: the address names a segment (or a pair). */
  element: number;
  lastElement: number;
  component: number;
  lastComponent: number;
  /** The component was written: `01.1`, not `01`. */
  componentGiven: boolean;
  repetition: number | 'all';
  /** `{1}`, `{2}`: member of the pair that the loop is at; 0 otherwise. */
  pairMember: 0 | 1 | 2;
}

const SHAPE =
  /^(?:([A-Za-z][A-Za-z0-9#]*(?:\/[A-Z][A-Z0-9]{1,2})*)\/)?([A-Z][A-Z0-9]{1,2})(?:\[([^\]]*)\])?(?:\{([^}]*)\})?(\d\d(?:-\d\d)?)?(\.\d{1,2}(?:-\d{1,2})?)?(#(?:\*|\d+))?$/;

/** Reads an address; a text answer says what is wrong with it. */
export function parseAddress(text: string): Address | string {
  const member = /^\{([12])\}$/.exec(text);
  if (member) return { ...bare(text, '', ''), pairMember: member[1] === '1' ? 1 : 2 };
  const match = SHAPE.exec(text);
  if (!match)
    return `"${text}" is not a place; expected something like BEG03, DTM[002]02, NAD[SU]02.1, PO1{VN} or summary/TXI[ST]02`;
  const [, place = '', segmentId = '', conditionText, pairText, elements, components, repetition] = match;
  const conditions = conditionText === undefined ? [] : parseConditions(conditionText);
  if (typeof conditions === 'string') return `"${text}": ${conditions}`;
  const pair = pairText === undefined || pairText === '*' ? undefined : parsePair(pairText);
  if (typeof pair === 'string') return `"${text}": ${pair}`;
  const [element, lastElement] = parseRange(elements);
  const [component, lastComponent] = parseRange(components?.slice(1));
  if (component > 0 && element === 0)
    return `"${text}": a component needs its element, such as 01${components ?? ''}`;
  if (pairText !== undefined && element > 0)
    return `"${text}": a pair {…} names its element itself; leave ${elements ?? ''} out`;
  if (lastElement < element || lastComponent < component) return `"${text}": the range runs backwards`;
  return {
    ...bare(text, place, segmentId),
    conditions,
    pair: pairText === '*' ? 'each' : pair,
    element,
    lastElement,
    component: Math.max(component, 1),
    lastComponent: Math.max(lastComponent, 1),
    componentGiven: component > 0,
    repetition: repetition === undefined ? 1 : repetition === '#*' ? 'all' : Number(repetition.slice(1)),
  };
}

function bare(text: string, place: string, segmentId: string): Address {
  return {
    text,
    place,
    segmentId,
    conditions: [],
    pair: undefined,
    element: 0,
    lastElement: 0,
    component: 1,
    lastComponent: 1,
    componentGiven: false,
    repetition: 1,
    pairMember: 0,
  };
}

function parseRange(text: string | undefined): [number, number] {
  if (text === undefined || text === '') return [0, 0];
  const [first = '', last = first] = text.split('-');
  return [Number(first), Number(last)];
}

function parseConditions(text: string): Condition[] | string {
  const conditions: Condition[] = [];
  for (const part of text.split(',')) {
    const match = /^(?:(\d\d)(?:\.(\d{1,2}))?(!?=))?(!?)(.*)$/.exec(part.trim());
    if (!match) return `"${part}" is not a condition`;
    const [, element, component, operator, bang, values = ''] = match;
    if (operator === undefined && values === '') return 'the condition [] is empty';
    const accepted = values === '' ? [] : values.split('|').map((value) => value.trim());
    conditions.push({
      element: element === undefined ? 1 : Number(element),
      component: component === undefined ? 1 : Number(component),
      negated: operator === '!=' || bang === '!',
      values: accepted,
      packed: packCodes(accepted),
    });
  }
  return conditions;
}

function parsePair(text: string): PairQualifier[] | string {
  const qualifiers: PairQualifier[] = [];
  for (const part of text.split('|')) {
    const match = /^([A-Z0-9]{1,3})(?:\/(\d{1,2}))?$/.exec(part.trim());
    if (!match) return `"${part}" is not a qualifier such as VN or UP/12`;
    const [, code = '', length] = match;
    qualifiers.push({
      code,
      length: length === undefined ? undefined : Number(length),
      packed: packCode(code),
    });
  }
  return qualifiers;
}

/** Codes of a condition, to be compared without making texts; none stands for the empty text. */
export function packCodes(values: readonly string[]): number[] | undefined {
  if (values.length === 0) return [0];
  return values.every((value) => SHORT_CODE.test(value)) ? values.map(packCode) : undefined;
}

const SHORT_CODE = /^[\x21-\x7e]{1,3}$/;

/** Up to three characters as an integer. */
function packCode(code: string): number {
  let packed = 0;
  for (let i = 0; i < code.length; i++) packed = (packed << 8) | code.charCodeAt(i);
  return packed;
}

/** True for a key of `when:` that is a place in the message and not a field of the document. */
export function looksLikeAddress(key: string): boolean {
  return /^(?:[A-Za-z][A-Za-z0-9#]*\/)?[A-Z][A-Z0-9]/.test(key) || /^\{[12]\}$/.test(key);
}

/** Where the qualifier/value pairs of a segment stand. */
export interface PairLayout {
  /** Element of the first pair's qualifier (X12), or of the first composite (EDIFACT). */
  from: number;
  /** Distance from one pair to the next. */
  step: number;
  count: number;
  /** X12: qualifier in `from`, value in the next element. EDIFACT: value and code are components of one composite. */
  composite: { value: number; code: number } | undefined;
}

const X12_PAIRS: Readonly<Record<string, readonly [from: number, count: number, step?: number]>> = {
  PO1: [6, 10],
  IT1: [6, 10],
  LIN: [2, 15],
  SLN: [9, 10],
  ACK: [7, 10],
  POC: [8, 10],
  SDQ: [3, 10],
  MAN: [1, 2, 3],
};

const EDIFACT_PAIRS: Readonly<Record<string, readonly [from: number, count: number]>> = {
  LIN: [3, 1],
  PIA: [2, 5],
};

/** C212: 1 = item number (7140), 2 = its type (7143). */
const C212 = { value: 1, code: 2 };

/** The layout of a segment's pairs; undefined for a segment without. `own`: the map's `pairs:`. */
export function findPairLayout(
  standard: 'x12' | 'edifact',
  segmentId: string,
  own: Readonly<Record<string, { from: number; count: number; step: number }>> = {},
): PairLayout | undefined {
  const composite = standard === 'edifact' ? C212 : undefined;
  const declared = own[segmentId];
  if (declared) return { ...declared, composite, step: composite ? 1 : declared.step };
  if (standard === 'edifact') {
    const known = EDIFACT_PAIRS[segmentId];
    return known && { from: known[0], count: known[1], step: 1, composite };
  }
  const known = X12_PAIRS[segmentId];
  return known && { from: known[0], count: known[1], step: known[2] ?? 2, composite };
}

import { makeFunction, mayGenerate } from '../../common/generated-function.ts';
import { packCodes } from '../address.ts';
import { startList } from '../document-path.ts';
import type { Binding, Choice, Take } from './binding.ts';
import { PlaceNames } from './generate-places.ts';
import type { SegmentPlace } from './model.ts';

export const BYTES = 'const { bytes, tokens, ascii, textBase } = cursor;\n';
/** Rules that were used so often are compiled. */
export const WORTH_COMPILING = 100;

/** The compiled rules of a binding; undefined while it is not worth it. */
export function takeOf(binding: Binding): Take | undefined {
  if (binding.take === undefined && mayGenerate && ++binding.uses === WORTH_COMPILING)
    binding.take = generateTake(binding);
  return binding.take;
}

/**
 * The rules of a binding as one function, in which every place, conversion, code table and field is fixed; the general way
 * (SegmentReader) looks all of that up for each value. Both read the same: tests compare them.
 */
function generateTake(binding: Binding): Take {
  const places = new PlaceNames();
  const taken = takeAll(binding.choices, 0, places);
  const body =
    `${constantsOf(binding.choices, 0)}return (cursor, frame, state) => {\n${BYTES}let used = 0, stored = 0;\n` +
    `${places.declare()}${taken}return stored * 2 + used;\n};`;
  return makeFunction(['bindings', 'startList'], body)(...([[binding], startList] as never[])) as Take;
}

/** Names of choice `i` of binding `b` end with this. */
function nameOf(b: number, i: number): string {
  return `${b}_${i}`;
}

export function constantsOf(choices: readonly Choice[], b: number): string {
  return choices
    .map(({ field }, i) => {
      const n = nameOf(b, i);
      const last = field.codes ? `let l${n} = 0, m${n};\n` : '';
      return `const c${n} = bindings[${b}].choices[${i}], f${n} = c${n}.field, k${n} = f${n}.codes, v${n} = f${n}.conversion;\n${last}`;
    })
    .join('');
}

export function takeAll(choices: readonly Choice[], b: number, places: PlaceNames): string {
  const first = choices.find(isPlainPair);
  const parts = choices.map((choice, i) => {
    const n = nameOf(b, i);
    if (isPlainPair(choice))
      return `${choice === first ? scanPairs(choices, b, places) : ''}${takePair(choice, n)}`;
    return isPlain(choice) ? takeText(choice, n, places) : takeOther(choice, n, places);
  });
  return parts.join('');
}

/** Whatever is no plain text for a field: nothing to be read, a constant, a list, nothing there at all. */
function takeOther(choice: Choice, i: string, places: PlaceNames): string {
  const { field, place } = choice;
  if (!field.reads) return 'used = 1;\n';
  const tokens = tokensOf(place, places);
  if (tokens.length === 0 || (field.when?.places.length ?? 0) > 0) return takeSlowly(i);
  if (isConstant(choice)) return takeConstant(choice, i, places);
  if (isPlainList(field)) return takeList(choice, i, tokens);
  const filled = tokens.map(filledText).join(' || ');
  return `if (${filled}) { ${takeSlowly(i)}} else used = 1;\n`;
}

/** Where a place stands, element by element; [] for a pair, for repetitions and for places further out. */
function tokensOf(place: SegmentPlace, places: PlaceNames): string[] {
  const { element, lastElement, component, lastComponent, repetition, pair, pairMember, up } = place;
  const tokens: string[] = [];
  if (element === 0 || repetition !== 1 || pair !== undefined || pairMember !== 0 || up > 0) return tokens;
  for (let e = element; e <= lastElement; e++)
    for (let c = component; c <= lastComponent; c++) tokens.push(places.nameOf(e, c));
  return tokens;
}

/** A short code that a rule without a field expects. */
function isConstant({ field: { path, constant, count, sum }, simple }: Choice): boolean {
  return (
    simple &&
    path === undefined &&
    constant !== undefined &&
    !count &&
    !sum &&
    packCodes([constant]) !== undefined
  );
}

function takeConstant({ field, place }: Choice, i: string, places: PlaceNames): string {
  const code = places.codeOf(place.element, place.component);
  const [expected] = packCodes([field.constant!])!;
  return `if (${code} === 0 || ${code} === ${expected}) used = 1; else { ${takeSlowly(i)}}\n`;
}

/** Texts as they are, for a list in the frame's own object. */
function isPlainList(field: Choice['field']): boolean {
  const { path, list, selectStep, join, codes, conversion, plain } = field;
  const isOwn = path !== undefined && !path.absolute && path.up === 0;
  return (
    isOwn &&
    list &&
    selectStep === -1 &&
    join === undefined &&
    !codes &&
    plain &&
    conversion.name === 'text' &&
    !field.until
  );
}

function takeList({ field }: Choice, i: string, tokens: readonly string[]): string {
  const keys = field.path!.steps.map(({ key }) => JSON.stringify(key));
  const key = keys.at(-1)!;
  const read = tokens.map((token, t) => `const raw${t} = cursor.plainAt(${token});\n`).join('');
  const blank = tokens.map((_, t) => `raw${t} === undefined`).join(' || ');
  const stored = tokens
    .map(
      (_, t) =>
        `if (raw${t} !== '') { if (list === undefined) holder[${key}] = list = startList(raw${t}); else list.push(raw${t}); stored++; }\n`,
    )
    .join('');
  const filled = tokens.map((_, t) => `raw${t} !== ''`).join(' || ');
  return (
    `{\n${read}if (state.traces || ${blank}) { ${takeSlowly(i)}}\nelse {\nused = 1;\nif (${filled}) {\n` +
    `${holderOf(keys)}const holder = o${keys.length - 1};\nlet list = holder[${key}];\n${stored}}\n}\n}\n`
  );
}

/** One text, understood without looking at anything else, for a field of the frame's own object. */
function isPlain({ field, place, simple, pairs }: Choice): boolean {
  const { path, when, list, selectStep, join } = field;
  const isField = path !== undefined && !path.absolute && path.up === 0 && !list && selectStep === -1;
  const isText = simple || (pairs !== undefined && join === undefined) || isJoined(place, field);
  const isAlone =
    !field.time &&
    !field.until &&
    !field.factor &&
    field.sign === undefined &&
    field.prefix + field.suffix === '';
  return field.reads && isField && isText && isAlone && place.up === 0 && (when?.places.length ?? 0) === 0;
}

/** Components of one element that are joined; mostly only the first is there. */
function isJoined(place: SegmentPlace, { join }: Choice['field']): boolean {
  const { element, lastElement, repetition, pair, pairMember } = place;
  return (
    join !== undefined &&
    element > 0 &&
    element === lastElement &&
    repetition === 1 &&
    pair === undefined &&
    pairMember === 0
  );
}

function isPlainPair(choice: Choice): boolean {
  return choice.pairs !== undefined && isPlain(choice);
}

function takeSlowly(i: string): string {
  return `if (state.slowly(c${i}, frame)) used = 1;\n`;
}

/** True when the token has characters. */
export function filledText(token: string): string {
  return `(${token} >= 0 && tokens[${token}] >> 3 > (tokens[${token} - 1] >> 3) + 1)`;
}

/** Where a text is: its token, and the element and component by which findings and the trace call it. */
interface TextAt {
  token: string;
  /** Of the companion text: the format of a date. */
  extra: string;
  element: string;
}

function takeText(choice: Choice, i: string, places: PlaceNames): string {
  const { element, component, lastComponent } = choice.place;
  const token = places.nameOf(element, component);
  const extra = choice.field.conversion.readEnd
    ? `cursor.textAt(${places.nameOf(element, component + 1)})`
    : "''";
  const take = storeText(choice, i, { token, extra, element: String(element) });
  const others: string[] = [];
  for (let c = component + 1; c <= lastComponent; c++) others.push(filledText(places.nameOf(element, c)));
  return others.length === 0 ? take : `if (${others.join(' || ')}) { ${takeSlowly(i)}} else ${take}`;
}

/** What stands at a token is stored, unless it is out of the ordinary; nothing there uses the segment too. */
function storeText(choice: Choice, i: string, { token, extra, element }: TextAt): string {
  const { codes, conversion, path, rankSlot, rankOffset } = choice.field;
  const ranked = choice.ranked ? `if (state.ranks[${rankSlot}] !== 0) break plain;\n` : '';
  const text = codes ? 'meaning' : 'raw';
  const steps = [codes ? readCode(i, token) : readText(token), ranked, `let value = ${text};\n`];
  if (conversion.name !== 'text') {
    const warning = conversion.warn ? ` || v${i}.warn(${text}) !== undefined` : '';
    const read = `value = v${i}.read(${text}, ${extra});\nif (value === undefined${warning}) break plain;\n`;
    const isItself = `v${i}.isItself(bytes, from, to)`;
    steps.push(conversion.isItself && !codes ? `if (!${isItself}) { ${read}}\n` : read);
  }
  const rank = choice.ranked
    ? `state.ranks[${rankSlot}] = ${rankOffset + choice.rank + 1}; state.rankSegments[${rankSlot}] = cursor.segment; `
    : '';
  const component = componentOf(choice.place);
  const note =
    `if (state.traces) { cursor.element = ${element}; cursor.component = ${component}; ` +
    `state.trace(c${i}, frame, ${codes ? `cursor.textAt(${token})` : 'raw'}); } `;
  return (
    `store: {\nplain: {\n${steps.join('')}` +
    `${assign(
      path!.steps.map(({ key }) => JSON.stringify(key)),
      rank + note,
      choice.direct,
    )}break store;\n}\n${takeSlowly(i)}}\n`
  );
}

/** The common case of SegmentCursor.plainAt stands here itself. Kinds of tokens: see edi/token-table.ts. */
function readText(token: string): string {
  return (
    `if (${token} < 0) { used = 1; break store; }\n` +
    `const word = tokens[${token}], from = (tokens[${token} - 1] >> 3) + 1, to = word >> 3;\n` +
    'if (from === to) { used = 1; break store; }\n' +
    "const raw = (word & 4) === 0 && ascii !== '' && bytes[from] > 32 && bytes[to - 1] > 32 ? " +
    `ascii.slice(from - textBase, to - textBase) : cursor.plainAt(${token});\n` +
    'if (raw === undefined) break plain;\n'
  );
}

/** A short code is looked up without making a text of it; the same few fill a document, the last one is known. */
function readCode(i: string, token: string): string {
  return (
    `const code = cursor.packedAt(${token});\nif (code === 0) { used = 1; break store; }\n` +
    `if (code !== l${i}) { l${i} = code; m${i} = k${i}.short.get(code); }\n` +
    `const meaning = m${i};\nif (meaning === undefined) break plain;\n` +
    'if (meaning === null) { used = 1; break store; }\n'
  );
}

/** `then`: what else is to be done for a value that is stored. A `direct` one takes no second value. */
function assign(keys: readonly string[], then: string, direct: boolean): string {
  const field = `o${keys.length - 1}[${keys.at(-1)!}]`;
  const otherwise = direct ? '' : ' else break plain;';
  return `${holderOf(keys)}if (${field} === undefined) { ${field} = value; ${then}used = 1; stored++; }${otherwise}\n`;
}

/** The object that the last key is a field of: `o` and the number of keys before it. */
function holderOf(keys: readonly string[]): string {
  let body = 'const o0 = frame.target ?? frame.ensure();\n';
  keys.slice(0, -1).forEach((key, depth) => {
    body += `let o${depth + 1} = o${depth}[${key}]; if (o${depth + 1} === undefined) o${depth}[${key}] = o${depth + 1} = {};\n`;
  });
  return body;
}

/** Looks over the pairs of the segment once: `a1` and `t1` are element and token of the value of choice 1, `r1` how much its code is preferred. */
function scanPairs(choices: readonly Choice[], b: number, places: PlaceNames): string {
  const byCode = new Map<number, string>();
  let variables = '';
  choices.forEach((choice, at) => {
    if (!isPlainPair(choice)) return;
    const i = nameOf(b, at);
    variables += `let a${i} = 0, t${i} = -1, r${i} = ${choice.pairs!.length};\n`;
    choice.pairs!.forEach(({ packed }, rank) => {
      const known = byCode.get(packed) ?? '';
      if (!known.includes(`r${i} = `))
        byCode.set(packed, `${known}if (r${i} > ${rank}) { r${i} = ${rank}; a${i} = at; t${i} = token; }\n`);
    });
  });
  const cases = [...byCode].map(([code, body]) => `case ${code}:\n${body}break;\n`).join('');
  const { from, step, count, composite } = choices.find(isPlainPair)!.place.layout!;
  if (!composite)
    return (
      `${variables}for (let e = ${from}; e <= ${from + (count - 1) * step} && e < cursor.elements; e += ${step}) {\n` +
      'const code = cursor.packedAt(cursor.tokenOf(e, 1)), at = e + 1, token = cursor.tokenOf(at, 1);\n' +
      `if (code > 0 && cursor.isFilledAt(token)) switch (code) {\n${cases}}\n}\n`
    );
  let body = variables;
  for (let e = from; e <= from + (count - 1) * step; e += step) {
    const value = places.nameOf(e, composite.value);
    body +=
      `if (${filledText(value)}) { const at = ${e}, token = ${value};\n` +
      `switch (cursor.packedAt(${places.nameOf(e, composite.code)})) {\n${cases}}\n}\n`;
  }
  return body;
}

function takePair(choice: Choice, i: string): string {
  const extra = choice.field.conversion.readEnd
    ? `cursor.text(a${i}, ${componentOf(choice.place) + 1})`
    : "''";
  return `if (a${i} !== 0) ${storeText(choice, i, { token: `t${i}`, extra, element: `a${i}` })}\n`;
}

/** The component of the text, in a pair that of its value. */
function componentOf({ component, pair, layout }: SegmentPlace): number {
  return pair === undefined ? component : (layout?.composite?.value ?? 1);
}

import { makeFunction, mayGenerate } from '../../common/generated-function.ts';
import type { Condition } from '../address.ts';
import type { Binding, Choice, SlotPlan, Step, Take } from './binding.ts';
import { startList } from '../document-path.ts';
import { PlaceNames } from './generate-places.ts';
import type { Scope, SegmentPlace } from './model.ts';

const BYTES = 'const { bytes, tokens } = cursor;\n';
/** Rules that were used so often are compiled. */
const WORTH_COMPILING = 100;

/** The compiled rules of a binding; undefined while it is not worth it. */
export function takeOf(binding: Binding): Take | undefined {
  if (binding.take === undefined && mayGenerate && ++binding.uses === WORTH_COMPILING)
    binding.take = generateTake(binding);
  return binding.take;
}

/** All that happens at a segment of a slot; undefined while it is not worth compiling. */
export function stepOf(plan: SlotPlan): Step | undefined {
  if (plan.step === undefined && mayGenerate && ++plan.uses === WORTH_COMPILING && plan.trees.length === 0)
    plan.step = generateStep(plan);
  return plan.step;
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
  return makeFunction(['bindings'], body)(...([[binding]] as never[])) as Take;
}

/** The same for all bindings of a slot: what they look at is found and looked up once. */
function generateStep({ closes, opens, bindings }: SlotPlan): Step {
  const places = new PlaceNames();
  const codes = new Map<string, string>();
  const opened = opens.map((scope, i) => openScope(scope, i, places, codes)).join('');
  const taken = bindings
    .map(({ scope, conditions, choices }, b) => {
      const holds = conditions.map(
        (condition, c) => ` && ${conditionText(condition, `bindings[${b}].conditions[${c}]`, places, codes)}`,
      );
      return (
        `{ const frame = frames[${scope.id}];\nif (frame !== undefined${holds.join('')}) {\n` +
        `${takeAll(choices, b, places)}} }\n`
      );
    })
    .join('');
  const body =
    `${bindings.map(({ choices }, b) => constantsOf(choices, b)).join('')}return (cursor, frames, state) => {\n` +
    `${BYTES}let used = 0, stored = 0;\n${closes.map((scope) => `frames[${scope}] = undefined;\n`).join('')}` +
    `${places.declare()}${[...codes].map(([place, name]) => `const ${name} = cursor.packedAt(${place});\n`).join('')}` +
    `${opened}${taken}return stored * 2 + used;\n};`;
  return makeFunction(
    ['bindings', 'opens', 'startList'],
    body,
  )(...([bindings, opens, startList] as never[])) as Step;
}

/** An entry of a list is made here, whatever else can be opened is left to the reader. */
function openScope(
  scope: Scope<SegmentPlace>,
  i: number,
  places: PlaceNames,
  codes: Map<string, string>,
): string {
  const conditions = scope.place!.conditions.map((condition, c) =>
    conditionText(condition, `opens[${i}].place.conditions[${c}]`, places, codes),
  );
  const holds = ['parent !== undefined', ...conditions].join(' && ');
  const open = isPlainEntry(scope)
    ? appendEntry(JSON.stringify(scope.steps[0]!.key), i)
    : `if (state.open(opens[${i}])) used = 1;\n`;
  return scope.reads ? `{ const parent = frames[${scope.parent!.id}];\nif (${holds}) { ${open}} }\n` : '';
}

/** A loop to a list of the frame's own object, without condition. */
function isPlainEntry({
  path,
  steps,
  list,
  when,
  single,
  tree,
  shares,
  entry,
}: Scope<SegmentPlace>): boolean {
  if (path === undefined || path.absolute || path.up > 0 || steps.length !== 1) return false;
  return list && steps[0]!.select === undefined && !when && !single && !tree && !shares && !entry;
}

function appendEntry(key: string, i: number): string {
  return (
    `const holder = parent.target ?? parent.ensure(), target = {};\nlet list = holder[${key}];\n` +
    `if (list === undefined) holder[${key}] = list = startList(target); else list.push(target);\n` +
    `state.enter(opens[${i}], parent, target, list.length);\nused = 1;\n`
  );
}

/** A condition on a short code compares integers; whatever else is left to the cursor. */
function conditionText(
  condition: Condition,
  general: string,
  places: PlaceNames,
  codes: Map<string, string>,
): string {
  const { element, component, packed, negated } = condition;
  if (packed === undefined || packed.length === 0) return `cursor.has(${general})`;
  const place = places.nameOf(element, component);
  const code = codes.get(place) ?? `q${codes.size}`;
  codes.set(place, code);
  const equal = packed.map((value) => `${code} === ${value}`).join(' || ');
  return `(${code} === -1 ? cursor.has(${general}) : ${negated ? `!(${equal})` : equal})`;
}

/** Names of choice `i` of binding `b` end with this. */
function nameOf(b: number, i: number): string {
  return `${b}_${i}`;
}

function constantsOf(choices: readonly Choice[], b: number): string {
  return choices
    .map((_, i) => {
      const n = nameOf(b, i);
      return `const c${n} = bindings[${b}].choices[${i}], f${n} = c${n}.field, k${n} = f${n}.codes, v${n} = f${n}.conversion;\n`;
    })
    .join('');
}

function takeAll(choices: readonly Choice[], b: number, places: PlaceNames): string {
  const first = choices.find(isPlainPair);
  const parts = choices.map((choice, i) => {
    const n = nameOf(b, i);
    if (isPlainPair(choice))
      return `${choice === first ? scanPairs(choices, b, places) : ''}${takePair(choice, n)}`;
    return isPlain(choice) ? takeText(choice, n, places) : takeSlowly(n);
  });
  return parts.join('');
}

/** One text, understood without looking at anything else, for a field of the frame's own object. */
function isPlain({ field, place, simple, pairs }: Choice): boolean {
  const { path, when, list, selectStep, join } = field;
  const isField = path !== undefined && !path.absolute && path.up === 0 && !list && selectStep === -1;
  const isText = simple || (pairs !== undefined && join === undefined) || isJoined(place, field);
  const isAlone =
    !field.time && !field.until && !field.factor && field.sign === undefined && field.prefix === '';
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
  for (let c = component + 1; c <= lastComponent; c++)
    others.push(`cursor.isFilledAt(${places.nameOf(element, c)})`);
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
    const isItself = `v${i}.isItself(bytes, (tokens[${token} - 1] >> 3) + 1, tokens[${token}] >> 3)`;
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

function readText(token: string): string {
  return (
    `const raw = cursor.plainAt(${token});\nif (raw === '') { used = 1; break store; }\n` +
    'if (raw === undefined) break plain;\n'
  );
}

/** A short code is looked up without making a text of it. */
function readCode(i: string, token: string): string {
  return (
    `const code = cursor.packedAt(${token});\nif (code === 0) { used = 1; break store; }\n` +
    `const meaning = k${i}.short.get(code);\nif (meaning === undefined) break plain;\n` +
    'if (meaning === null) { used = 1; break store; }\n'
  );
}

/** `then`: what else is to be done for a value that is stored. A `direct` one takes no second value. */
function assign(keys: readonly string[], then: string, direct: boolean): string {
  let body = 'const o0 = frame.target ?? frame.ensure();\n';
  keys.slice(0, -1).forEach((key, depth) => {
    body += `let o${depth + 1} = o${depth}[${key}]; if (o${depth + 1} === undefined) o${depth}[${key}] = o${depth + 1} = {};\n`;
  });
  const field = `o${keys.length - 1}[${keys.at(-1)!}]`;
  const otherwise = direct ? '' : ' else break plain;';
  return `${body}if (${field} === undefined) { ${field} = value; ${then}used = 1; stored++; }${otherwise}\n`;
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
      `if (cursor.isFilledAt(${value})) { const at = ${e}, token = ${value};\n` +
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

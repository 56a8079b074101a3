import { makeFunction, mayGenerate } from '../../common/generated-function.ts';
import type { SegmentPlace } from './model.ts';
import type { Condition } from '../address.ts';
import type { Binding, Choice, SlotPlan, Step, Take } from './binding.ts';

/** Rules that were used so often are compiled. */
const WORTH_COMPILING = 100;

/** The compiled rules of a binding; undefined while it is not worth it. */
export function takeOf(binding: Binding): Take | undefined {
  if (mayGenerate && ++binding.uses === WORTH_COMPILING) binding.take = generateTake(binding);
  return binding.take;
}

/** All that happens at a segment of a slot; undefined while it is not worth compiling. */
export function stepOf(plan: SlotPlan): Step | undefined {
  if (mayGenerate && ++plan.uses === WORTH_COMPILING && plan.trees.length === 0)
    plan.step = generateStep(plan);
  return plan.step;
}

/**
 * The rules of a binding as one function, in which every place, conversion, code table and field is fixed; the general way
 * (SegmentReader) looks all of that up for each value. Both read the same: tests compare them.
 */
function generateTake(binding: Binding): Take {
  const body =
    `${constantsOf(binding.choices, 0)}return (cursor, frame, state) => {\nlet used = 0, stored = 0;\n` +
    `${takeAll(binding.choices, 0)}return stored * 2 + used;\n};`;
  return makeFunction(['bindings'], body)(...([[binding]] as never[])) as Take;
}

/** The same for all bindings of a slot: what their conditions look at is looked up once. */
function generateStep({ closes, opens, bindings }: SlotPlan): Step {
  const codes = new Map<string, string>();
  const conditions = bindings.map((binding, b) =>
    binding.conditions.map((condition, c) =>
      conditionText(condition, `bindings[${b}].conditions[${c}]`, codes),
    ),
  );
  const parts = bindings.map(({ scope, choices }, b) => {
    const holds = conditions[b]!.map((condition) => ` && ${condition}`).join('');
    return `{ const frame = frames[${scope.id}];\nif (frame !== undefined${holds}) {\n${takeAll(choices, b)}} }\n`;
  });
  const body =
    `${bindings.map(({ choices }, b) => constantsOf(choices, b)).join('')}return (cursor, frames, state) => {\n` +
    `let used = 0, stored = 0;\n${closes.map((scope) => `frames[${scope}] = undefined;\n`).join('')}` +
    opens.map((_, i) => `if (state.open(opens[${i}])) used = 1;\n`).join('') +
    [...codes].map(([place, name]) => `const ${name} = cursor.packed(${place});\n`).join('') +
    `${parts.join('')}return stored * 2 + used;\n};`;
  return makeFunction(['bindings', 'opens'], body)(...([bindings, opens] as never[])) as Step;
}

/** A condition on a short code compares integers; whatever else is left to the cursor. */
function conditionText(condition: Condition, general: string, codes: Map<string, string>): string {
  const { element, component, packed, negated } = condition;
  if (packed === undefined || packed.length === 0) return `cursor.has(${general})`;
  const place = `${element}, ${component}`;
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

function takeAll(choices: readonly Choice[], b: number): string {
  const first = choices.find(isPlainPair);
  const parts = choices.map((choice, i) => {
    const n = nameOf(b, i);
    if (isPlainPair(choice)) return `${choice === first ? scanPairs(choices, b) : ''}${takePair(choice, n)}`;
    return isPlain(choice) ? takeText(choice, n) : takeSlowly(n);
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

function takeText(choice: Choice, i: string): string {
  const { element, component, lastComponent } = choice.place;
  const take = `const raw = cursor.text(${element}, ${component});\nif (raw === '') used = 1;\nelse ${storeText(choice, i, String(element))}`;
  const others: string[] = [];
  for (let c = component + 1; c <= lastComponent; c++) others.push(`cursor.isFilled(${element}, ${c})`);
  return others.length === 0
    ? `{ ${take}}\n`
    : `if (${others.join(' || ')}) { ${takeSlowly(i)}} else { ${take}}\n`;
}

/** What `raw` means is stored, unless it is out of the ordinary. */
function storeText(choice: Choice, i: string, element: string): string {
  const { codes, conversion, path, rankSlot, rankOffset } = choice.field;
  let text = 'raw';
  const component = componentOf(choice.place);
  const extra = conversion.readEnd ? `cursor.text(${element}, ${component + 1})` : "''";
  const steps: string[] = [];
  const unless = ['raw.charCodeAt(0) <= 32', 'raw.charCodeAt(raw.length - 1) <= 32'];
  if (choice.ranked) unless.push(`state.ranks[${rankSlot}] !== 0`);
  if (codes) {
    steps.push(
      `const meaning = k${i}.read(raw);\nif (meaning === null) { used = 1; break store; }\nif (meaning === undefined) break plain;\n`,
    );
    text = 'meaning';
  }
  steps.push(
    `const value = ${conversion.name === 'text' ? text : `v${i}.read(${text}, ${extra})`};\nif (value === undefined) break plain;\n`,
  );
  if (conversion.warn) steps.push(`if (v${i}.warn(${text}) !== undefined) break plain;\n`);
  const rank = choice.ranked
    ? `state.ranks[${rankSlot}] = ${rankOffset + choice.rank + 1}; state.rankSegments[${rankSlot}] = cursor.segment; `
    : '';
  const note = `if (state.traces) { cursor.element = ${element}; cursor.component = ${component}; state.trace(c${i}, frame, raw); } `;
  return (
    `store: {\nplain: {\nif (${unless.join(' || ')}) break plain;\n${steps.join('')}` +
    `${assign(
      path!.steps.map(({ key }) => JSON.stringify(key)),
      rank + note,
      choice.direct,
    )}break store;\n}\n${takeSlowly(i)}}\n`
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

/** Looks over the pairs of the segment once: `a1` is where the value of choice 1 stands, `r1` how much its code is preferred. */
function scanPairs(choices: readonly Choice[], b: number): string {
  const byCode = new Map<number, string>();
  let variables = '';
  choices.forEach((choice, at) => {
    if (!isPlainPair(choice)) return;
    const i = nameOf(b, at);
    variables += `let a${i} = 0, r${i} = ${choice.pairs!.length};\n`;
    choice.pairs!.forEach(({ packed }, rank) => {
      const known = byCode.get(packed) ?? '';
      if (!known.includes(`r${i} = `))
        byCode.set(packed, `${known}if (r${i} > ${rank}) { r${i} = ${rank}; a${i} = at; }\n`);
    });
  });
  const { from, step, count, composite } = choices.find(isPlainPair)!.place.layout!;
  const cases = [...byCode].map(([code, body]) => `case ${code}:\n${body}break;\n`);
  const [element, component] = composite ? ['e', composite.value] : ['e + 1', 1];
  return (
    `${variables}for (let e = ${from}; e <= ${from + (count - 1) * step} && e <= cursor.elements; e += ${step}) {\n` +
    `const code = cursor.packed(e, ${composite?.code ?? 1});\n` +
    `if (code <= 0 || !cursor.isFilled(${element}, ${component})) continue;\nconst at = ${element};\nswitch (code) {\n${cases.join('')}}\n}\n`
  );
}

function takePair(choice: Choice, i: string): string {
  const component = componentOf(choice.place);
  return `if (a${i} !== 0) { const raw = cursor.text(a${i}, ${component});\n${storeText(choice, i, `a${i}`)}}\n`;
}

/** The component of the text, in a pair that of its value. */
function componentOf({ component, pair, layout }: SegmentPlace): number {
  return pair === undefined ? component : (layout?.composite?.value ?? 1);
}

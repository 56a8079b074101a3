import { makeFunction, mayGenerate } from './field-access.ts';
import type { SegmentPlace } from './model.ts';
import type { Binding, Choice, Take } from './binding.ts';

/** Rules that were used so often are compiled. */
const WORTH_COMPILING = 100;

/** The compiled rules of a binding; undefined while it is not worth it. */
export function takeOf(binding: Binding): Take | undefined {
  if (mayGenerate && ++binding.uses === WORTH_COMPILING) binding.take = generateTake(binding);
  return binding.take;
}

/**
 * The rules of a binding as one function, in which every place, conversion, code table and field is fixed; the general way
 * (SegmentReader) looks all of that up for each value. Both read the same: tests compare them.
 */
function generateTake({ choices }: Binding): Take {
  const pairs = choices.filter(isPlainPair);
  const [firstPair] = pairs;
  const parts = choices.map((choice, i) => {
    if (isPlainPair(choice)) return `${choice === firstPair ? scanPairs(choices) : ''}${takePair(choice, i)}`;
    return isPlain(choice) ? takeText(choice, i) : takeSlowly(i);
  });
  const constants = choices.map(
    (_, i) =>
      `const c${i} = choices[${i}], f${i} = c${i}.field, k${i} = f${i}.codes, v${i} = f${i}.conversion;\n`,
  );
  const body = `${constants.join('')}return (cursor, frame, state) => {\nlet used = 0, stored = 0;\n${parts.join('')}return stored * 2 + used;\n};`;
  return makeFunction(['choices'], body)(...([choices] as never[])) as Take;
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

function takeSlowly(i: number): string {
  return `if (state.slowly(c${i}, frame)) used = 1;\n`;
}

function takeText(choice: Choice, i: number): string {
  const { element, component, lastComponent } = choice.place;
  const take = `const raw = cursor.text(${element}, ${component});\nif (raw === '') used = 1;\nelse ${storeText(choice, i)}`;
  const others: string[] = [];
  for (let c = component + 1; c <= lastComponent; c++) others.push(`cursor.isFilled(${element}, ${c})`);
  return others.length === 0
    ? `{ ${take}}\n`
    : `if (${others.join(' || ')}) { ${takeSlowly(i)}} else { ${take}}\n`;
}

/** What `raw` means is stored, unless it is out of the ordinary. */
function storeText(choice: Choice, i: number): string {
  const { codes, conversion, path, rankSlot, rankOffset } = choice.field;
  let text = 'raw';
  const { element, component } = choice.place;
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
  return (
    `store: {\nplain: {\nif (${unless.join(' || ')}) break plain;\n${steps.join('')}` +
    `${assign(
      path!.steps.map(({ key }) => JSON.stringify(key)),
      rank,
      choice.direct,
    )}break store;\n}\n${takeSlowly(i)}}\n`
  );
}

/** `rank`: what else is to be done for a field of several places. A `direct` one takes no second value. */
function assign(keys: readonly string[], rank: string, direct: boolean): string {
  let body = 'const o0 = frame.target ?? frame.ensure();\n';
  keys.slice(0, -1).forEach((key, depth) => {
    body += `let o${depth + 1} = o${depth}[${key}]; if (o${depth + 1} === undefined) o${depth}[${key}] = o${depth + 1} = {};\n`;
  });
  const field = `o${keys.length - 1}[${keys.at(-1)!}]`;
  const otherwise = direct ? '' : ' else break plain;';
  return `${body}if (${field} === undefined) { ${field} = value; ${rank}used = 1; stored++; }${otherwise}\n`;
}

/** Looks over the pairs of the segment once: `a1` is where the value of choice 1 stands, `r1` how much its code is preferred. */
function scanPairs(choices: readonly Choice[]): string {
  const byCode = new Map<number, string>();
  let variables = '';
  choices.forEach((choice, i) => {
    if (!isPlainPair(choice)) return;
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

function takePair(choice: Choice, i: number): string {
  const component = choice.place.layout!.composite?.value ?? 1;
  return `if (a${i} !== 0) { const raw = cursor.text(a${i}, ${component});\n${storeText(choice, i)}}\n`;
}

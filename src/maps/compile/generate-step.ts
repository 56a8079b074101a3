import { makeFunction, mayGenerate } from '../../common/generated-function.ts';
import type { Condition } from '../address.ts';
import { startList } from '../document-path.ts';
import { Frame } from '../read/frame.ts';
import type { Binding, SlotPlan, Step } from './binding.ts';
import { PlaceNames } from './generate-places.ts';
import { BYTES, WORTH_COMPILING, constantsOf, filledText, takeAll } from './generate-take.ts';
import type { Scope, SegmentPlace } from './model.ts';
import type { SegmentPlan } from './segment-plan.ts';

/** All that happens at a segment of a slot; undefined while it is not worth compiling. */
export function stepOf(slot: SlotPlan, plan: SegmentPlan): Step | undefined {
  if (slot.step === undefined && mayGenerate && ++slot.uses === WORTH_COMPILING && slot.trees.length === 0)
    slot.step = new StepGenerator(slot, plan).generate();
  return slot.step;
}

/** Writes the rules of all bindings of a slot: what they look at is found and looked up once. */
class StepGenerator {
  readonly #slot: SlotPlan;
  readonly #plan: SegmentPlan;
  readonly #places = new PlaceNames();
  /** Of the slot, then of the scopes over this one segment. */
  readonly #bindings: Binding[];

  constructor(slot: SlotPlan, plan: SegmentPlan) {
    this.#slot = slot;
    this.#plan = plan;
    this.#bindings = [...slot.bindings];
  }

  generate(): Step {
    const { closes, opens, bindings } = this.#slot;
    const closed = closes.map((scope) => `frames[${scope}] = undefined;\n`).join('');
    const opened = opens.map((scope, i) => this.#open(scope, i)).join('');
    const taken = bindings.map(({ scope, conditions }, b) => {
      const holds = ['frame !== undefined', ...this.#conditions(conditions, `bindings[${b}].conditions`)];
      return `{ const frame = frames[${scope.id}];\nif (${holds.join(' && ')}) {\n${this.#takeAll(b)}} }\n`;
    });
    const constants = this.#bindings.map(({ choices }, b) => constantsOf(choices, b)).join('');
    const body =
      `${constants}return (cursor, frames, state) => {\n${BYTES}let used = 0, stored = 0;\n` +
      `${closed}${this.#places.declare()}${opened}${taken.join('')}return stored * 2 + used;\n};`;
    return makeFunction(
      ['bindings', 'opens', 'Frame', 'startList'],
      body,
    )(...([this.#bindings, opens, Frame, startList] as never[])) as Step;
  }

  #takeAll(b: number): string {
    return takeAll(this.#bindings[b]!.choices, b, this.#places);
  }

  #conditions(conditions: readonly Condition[], general: string): string[] {
    return conditions.map((condition, c) => conditionText(condition, `${general}[${c}]`, this.#places));
  }

  /** An instance of a scope, made here where nothing but the segment decides about it. */
  #open(scope: Scope<SegmentPlace>, i: number): string {
    if (!scope.reads) return '';
    const holds = [
      'parent !== undefined',
      ...this.#conditions(scope.place!.conditions, `opens[${i}].place.conditions`),
    ];
    const when = this.#isPlain(scope) ? whenText(scope, this.#places) : undefined;
    const open =
      when === undefined
        ? `if (state.open(opens[${i}])) used = 1;\n`
        : `${[...when, ...onceIn(scope)].map((test) => `if (${test}) `).join('')}{\n${this.#enter(scope, i)}used = 1;\n}\n`;
    return `{ const parent = frames[${scope.parent!.id}];\nif (${holds.join(' && ')}) {\n${open}} }\n`;
  }

  /** Its object or list is in the frame's own object, and nothing is taken from elsewhere. */
  #isPlain({
    id,
    path,
    steps,
    list,
    place,
    tree,
    shares,
    entry,
    single,
    children,
    divides,
  }: Scope<SegmentPlace>): boolean {
    const { outer, entries } = this.#plan;
    const isOwn = path === undefined || (!path.absolute && path.up === 0);
    const isOneStep = !list || (steps.length === 1 && steps[0]!.select === undefined);
    const isAlone = outer[id]!.length === 0 && entries[id]!.length === 0 && !(single && children.length > 0);
    return (
      isOwn && isOneStep && isAlone && place!.pair === undefined && !tree && !shares && !entry && !divides
    );
  }

  #enter(scope: Scope<SegmentPlace>, i: number): string {
    const { id, list, single, steps } = scope;
    const ranks = this.#plan.ranked[id]!.map((slot) => `state.ranks[${slot}] = 0;\n`).join('');
    const unfinished = this.#plan.unfinished[id] ? 'state.unfinished.push(frame);\n' : '';
    const once = onceIn(scope).length > 0 ? `state.openedIn[${id}] = parent;\n` : '';
    const made = list
      ? appendEntry(JSON.stringify(steps[0]!.key), i)
      : `const frame = new Frame(opens[${i}], parent, cursor.segment);\n`;
    const known = `${once}${made}${ranks}${unfinished}`;
    // What is one segment takes all that it wants at once, and is over.
    return single
      ? `${known}${this.#plan.single[id]!.map((one) => this.#takeSingle(one)).join('')}`
      : `${known}frames[${id}] = frame;\n`;
  }

  #takeSingle(binding: Binding): string {
    const b = this.#bindings.push(binding) - 1;
    const holds = this.#conditions(binding.conditions, `bindings[${b}].conditions`);
    return `${holds.map((test) => `if (${test}) `).join('')}{\n${this.#takeAll(b)}}\n`;
  }
}

/** A single object opens once in each of the objects around it. */
function onceIn({ id, path, list }: Scope<SegmentPlace>): string[] {
  return path !== undefined && !list ? [`state.openedIn[${id}] !== parent`] : [];
}

function appendEntry(key: string, i: number): string {
  return (
    `const holder = parent.target ?? parent.ensure(), target = {};\nlet list = holder[${key}];\n` +
    `if (list === undefined) holder[${key}] = list = startList(target); else list.push(target);\n` +
    `const frame = new Frame(opens[${i}], parent, cursor.segment, target);\nframe.ordinal = list.length;\n`
  );
}

/** Tests of `when:` that look at the scope's own segment; undefined where one looks further. */
function whenText(
  { when, place, single, loopSlot }: Scope<SegmentPlace>,
  places: PlaceNames,
): string[] | undefined {
  const tests: string[] = [];
  for (const { place: at, test } of when?.places ?? []) {
    const isHere = at.slot === place!.slot && (single || at.slot === loopSlot) && at.up === 0;
    const isOne = at.element > 0 && at.element === at.lastElement && at.component === at.lastComponent;
    const isPlace = isOne && at.repetition === 1 && at.pair === undefined && at.pairMember === 0;
    const isPresence = test.kind === 'present' || test.kind === 'absent';
    if (!isHere || !isPlace || !isPresence || at.conditions.length > 0) return undefined;
    const isFilled = filledText(places.nameOf(at.element, at.component));
    tests.push(test.kind === 'present' ? isFilled : `!${isFilled}`);
  }
  return tests;
}

/** A condition on a short code compares integers; whatever else is left to the cursor. */
function conditionText(condition: Condition, general: string, places: PlaceNames): string {
  const { element, component, packed, negated } = condition;
  if (packed === undefined || packed.length === 0) return `cursor.has(${general})`;
  const code = places.codeOf(element, component);
  const equal = packed.map((value) => `${code} === ${value}`).join(' || ');
  return `(${code} === -1 ? cursor.has(${general}) : ${negated ? `!(${equal})` : equal})`;
}

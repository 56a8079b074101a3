import type { MessageGrammar } from '../../edi/model.ts';
import { packSegmentId } from '../../edi/token-table.ts';
import { packCodes } from '../address.ts';
import { needsFinish } from '../read/instance.ts';
import type { Binding, Choice, SlotPlan } from './binding.ts';
import { loopOf } from './scope-tree.ts';
import type { Field, Scope, SegmentPlace, Tree } from './model.ts';
import { isInside } from './segment-places.ts';

export interface SegmentPlan {
  /** By slot. */
  slots: readonly (SlotPlan | undefined)[];
  /** By scope: choices of the segment that the scope is (scopes over single segments). */
  single: readonly Binding[][];
  /** By scope: values that stand in an enclosing loop (`../LIN02`), taken when the scope opens. */
  outer: readonly Choice[][];
  /** By loop slot: 1 for the slots inside that loop. */
  inside: ReadonlyMap<number, Uint8Array>;
  /** By scope: entries that live as long as it. */
  entries: readonly Scope<SegmentPlace>[][];
  /** By scope: something is left to do when all is read. */
  unfinished: readonly boolean[];
  /** By scope: rank slots of the fields whose value may be replaced by one of a better place. */
  ranked: readonly number[][];
}

/** Segments that every message has and no rule maps. */
export const SERVICE_SEGMENTS: ReadonlySet<string> = new Set(['ST', 'SE', 'UNH', 'UNT', 'UNS', 'LS', 'LE']);

/** The same as integers (see packSegmentId). */
export const SERVICE_IDS: ReadonlySet<number> = new Set([...SERVICE_SEGMENTS].map(packSegmentId));

/** Arranges the rules by slot, so that one pass over the segments does all the work. */
export function planSegments(
  grammar: MessageGrammar,
  scopes: readonly Scope<SegmentPlace>[],
  trees: readonly Tree<SegmentPlace>[],
  ignored: readonly SegmentPlace[],
): SegmentPlan {
  const slots: (SlotPlan | undefined)[] = grammar.slots.map(() => undefined);
  const planAt = (slot: number): SlotPlan =>
    (slots[slot] ??= {
      closes: [],
      trees: [],
      opens: [],
      bindings: [],
      ignored: [],
      uses: 0,
      step: undefined,
    });
  const single: Binding[][] = scopes.map(() => []);
  const outer: Choice[][] = scopes.map(() => []);
  const inside = new Map<number, Uint8Array>();

  for (const scope of scopes) {
    const { place, parent } = scope;
    if (!inside.has(scope.loopSlot)) inside.set(scope.loopSlot, slotsInside(grammar, scope.loopSlot));
    if (place && !scope.entry && scope.tree?.slot !== place.slot) planAt(place.slot).opens.push(scope);
    if (parent && !scope.single)
      for (const slot of grammar.slots)
        if (
          slot.trigger &&
          scope.loopSlot !== -1 &&
          isInside(grammar.slots, grammar.slots[scope.loopSlot]!, slot.index)
        )
          planAt(slot.index).closes.push(scope.id);
    const owner = loopOf(scope) ?? scope;
    for (const field of scope.fields)
      for (const choice of choicesOf(field)) {
        if (choice.place.up > 0) outer[scope.id]!.push(choice);
        else addChoice(scope.single ? single[owner.id]! : planAt(choice.place.slot).bindings, scope, choice);
      }
  }
  for (const tree of trees) planAt(tree.slot).trees.push(tree);
  for (const place of ignored) planAt(place.slot).ignored.push(place);
  const ranked = scopes.map((scope) => rankFields(scope));
  for (const binding of [...slots.flatMap((plan) => plan?.bindings ?? []), ...single.flat()])
    for (const choice of binding.choices) {
      choice.ranked = ranked[choice.field.scope.id]!.includes(choice.field.rankSlot);
      choice.direct = isDirect(choice);
    }
  return {
    slots,
    single,
    outer,
    inside,
    ranked,
    entries: scopes.map((scope) => scope.children.filter((child) => child.entry && child.reads)),
    unfinished: scopes.map(needsFinish),
  };
}

/**
 * Numbers the choices for each field of the document, over all rules of the scope that read it: the first rule that has a
 * value wins, wherever its segment stands.
 */
function rankFields(scope: Scope<SegmentPlace>): number[] {
  const byPath = new Map<string, Field<SegmentPlace>[]>();
  for (const field of scope.fields) {
    if (!field.path || field.list || field.selectStep >= 0 || field.places.length === 0) continue;
    byPath.set(field.path.text, [...(byPath.get(field.path.text) ?? []), field]);
  }
  const ranked: number[] = [];
  for (const fields of byPath.values()) {
    const [first] = fields;
    let offset = 0;
    for (const field of fields) {
      field.rankSlot = first!.index;
      field.rankOffset = offset;
      offset += choicesOf(field).length;
    }
    if (offset > 1 || fields.some((field) => field.join !== undefined)) ranked.push(first!.index);
  }
  return ranked;
}

function slotsInside(grammar: MessageGrammar, loopSlot: number): Uint8Array {
  return Uint8Array.from(grammar.slots, (slot) =>
    loopSlot === -1 || isInside(grammar.slots, slot, loopSlot) ? 1 : 0,
  );
}

/** Alternatives of `at: [A, B]`, and of `[002|010]`, each with its rank. */
function choicesOf(field: Field<SegmentPlace>): Choice[] {
  const choices: Choice[] = [];
  for (const place of field.places) {
    const preferred = place.conditions.findIndex(
      (condition) => !condition.negated && condition.values.length > 1,
    );
    const condition = place.conditions[preferred];
    const alternatives =
      condition === undefined || field.list || field.selectStep >= 0
        ? [place]
        : condition.values.map((value) => ({
            ...place,
            conditions: place.conditions.map((other) =>
              other === condition ? { ...other, values: [value], packed: packCodes([value]) } : other,
            ),
          }));
    for (const alternative of alternatives)
      choices.push({
        field,
        place: alternative,
        rank: choices.length,
        simple: isSimple(alternative, field),
        pairs: typeof alternative.pair === 'object' ? alternative.pair : undefined,
        direct: false,
        ranked: false,
      });
  }
  return choices;
}

function isDirect({ field, place, simple, pairs, ranked }: Choice): boolean {
  const { path } = field;
  return (
    (simple || pairs !== undefined) &&
    place.up === 0 &&
    field.reads &&
    path !== undefined &&
    !path.absolute &&
    path.up === 0 &&
    !field.list &&
    field.selectStep === -1 &&
    !field.when &&
    !field.time &&
    !field.until &&
    !field.factor &&
    field.join === undefined &&
    !field.conversion.readEnd &&
    !ranked
  );
}

function isSimple(place: SegmentPlace, field: Field<SegmentPlace>): boolean {
  return (
    place.element > 0 &&
    place.lastElement === place.element &&
    place.lastComponent === place.component &&
    place.repetition === 1 &&
    place.pair === undefined &&
    place.pairMember === 0 &&
    !field.list &&
    field.join === undefined
  );
}

function addChoice(bindings: Binding[], scope: Scope<SegmentPlace>, choice: Choice): void {
  const key = JSON.stringify(choice.place.conditions);
  const known = bindings.find(
    (binding) => binding.scope === scope && JSON.stringify(binding.conditions) === key,
  );
  if (known) known.choices.push(choice);
  else
    bindings.push({
      scope,
      conditions: choice.place.conditions,
      choices: [choice],
      uses: 0,
      take: undefined,
    });
}

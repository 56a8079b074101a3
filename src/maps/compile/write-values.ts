import type { DocumentPath, PathStep } from '../document-path.ts';
import {
  ALWAYS,
  compileSpread,
  slotBit,
  type SpreadFields,
  type TargetValues,
  type ValueNode,
} from './field-access.ts';
import type { Field, Scope, SegmentPlace } from './model.ts';
import { ownCondition } from './own-condition.ts';
import { planRow } from './segment-row.ts';
import type { FixedCell, LoopNode, SegmentGroup, ValueCell, WritePlan } from './write-model.ts';

/** Which scopes share a target, and which of its fields they write. */
export interface ValuePlan {
  /** By scope: the id of the scope whose target it writes; its own, or that of a scope around it. */
  owners: readonly number[];
  /** By scope; of owners only. */
  targets: readonly (TargetValues | undefined)[];
  spreads: readonly (SpreadFields | undefined)[];
  /** Most places that a segment's row has. */
  places: number;
}

/**
 * Most objects have few of the fields that a map knows. So that the writer walks what an object has, not what it could
 * have, each field gets a slot; the plan's nodes learn by which slots they can be left out.
 */
export function planValues(scopes: readonly Scope<SegmentPlace>[], plan: WritePlan): ValuePlan {
  return new ValuePlanner(scopes, plan).run();
}

class ValuePlanner {
  readonly #scopes: readonly Scope<SegmentPlace>[];
  readonly #plan: WritePlan;
  readonly #owners: readonly number[];
  readonly #targets: (TargetValues | undefined)[];
  /** Scopes whose being entered matters to a constant outside. */
  readonly #watched: ReadonlySet<Scope<SegmentPlace>>;

  constructor(scopes: readonly Scope<SegmentPlace>[], plan: WritePlan) {
    this.#scopes = scopes;
    this.#plan = plan;
    this.#owners = scopes.map((scope) => ownerOf(scope).id);
    this.#targets = scopes.map((scope, id) =>
      this.#owners[id] === scope.id ? { fields: new Map<string, ValueNode>(), slots: 0 } : undefined,
    );
    this.#watched = new Set(
      plan.flatMap((nodes, id) =>
        nodes.flatMap((node) =>
          node.kind === 'segment' ? node.constants.flatMap((cell) => scopeOutside(cell, id)) : [],
        ),
      ),
    );
  }

  run(): ValuePlan {
    // Inner scopes have larger ids: what is inside a node is known when the node is.
    for (const scope of this.#scopes.toReversed())
      for (const node of this.#plan[scope.id]!) {
        if (node.kind === 'segment') this.#planGroup(node, scope);
        else if (node.kind === 'loop') this.#planLoop(node);
      }
    return {
      owners: this.#owners,
      targets: this.#targets,
      spreads: this.#targets.map((target) => target && compileSpread(target)),
      places: Math.max(0, ...this.#plan.flat().map((node) => placesOf(node))),
    };
  }

  #planGroup(group: SegmentGroup, scope: Scope<SegmentPlace>): void {
    for (const cell of group.values) {
      const own = cell.scope === scope && !cell.inner;
      cell.slot = own && cell.field.path ? this.#slotOf(cell.field.path, scope) : -1;
    }
    for (const cell of group.values) {
      cell.quiet = isQuiet(cell);
      // A cell without a slot is looked up, with its condition.
      if (cell.field.when && cell.slot !== -1) cell.condition = ownCondition(cell.field.when);
      if (isSought(cell)) cell.form = 'sought';
      else cell.form = cell.field.when && !cell.condition ? 'other' : formOf(cell.field);
    }
    const cells = group.values.map((cell) => (cell.quiet ? cell.slot : -1));
    const pairs = group.pairs.map((pair) => this.#slotOfList(pair));
    const slots = [...cells, ...pairs];
    group.slots = slots.includes(-1) ? undefined : slots;
    group.needs = group.trigger || slots.length === 0 ? ALWAYS : bitsOf(group.slots);
    if (isDirect(group)) group.row = planRow(group, scope);
    else if (isWide(group)) group.wideRow = planRow(group, scope);
  }

  #planLoop(node: LoopNode): void {
    const { scope } = node;
    node.slots = this.#slotsOfLoop(scope);
    node.needs = bitsOf(node.slots);
    const alone =
      scope.path && scope.steps.length === 1 && !isSelected(scope.steps[0]!) && !this.#isContended(scope);
    node.condition = scope.when && ownCondition(scope.when);
    const decided = !scope.when || node.condition !== undefined;
    if (alone && node.slots && decided && scope.limit === undefined) node.plainSlot = node.slots[0]!;
  }

  /** True when another loop, entry or rule may write an entry of the same list: then each is to be written once. */
  #isContended(scope: Scope<SegmentPlace>): boolean {
    const key = scope.steps.at(-1)?.key;
    const owner = (one: Scope<SegmentPlace>): number => this.#owners[one.parent?.id ?? 0]!;
    return (
      reachesOut(scope) ||
      this.#scopes.some(
        (other) =>
          other !== scope &&
          other.steps.at(-1)?.key === key &&
          (isElsewhere(other.path) || isElsewhere(scope.path) || owner(other) === owner(scope)),
      )
    );
  }

  /** The slots that are all empty when the loop writes nothing; undefined: it has to be tried. */
  #slotsOfLoop(scope: Scope<SegmentPlace>): number[] | undefined {
    if (this.#watched.has(scope)) return undefined;
    if (scope.path) {
      const slot = this.#slotOfList(scope);
      return slot === -1 ? undefined : [slot];
    }
    // A loop without a target writes nothing when nothing inside it has a value.
    const slots: number[] = [];
    for (const node of this.#plan[scope.id]!) {
      if (node.kind === 'tree' || node.slots === undefined) return undefined;
      slots.push(...node.slots);
    }
    return slots;
  }

  #slotOfList({ path, parent, requiredWrite }: Scope<SegmentPlace>): number {
    return path && parent && !requiredWrite ? this.#slotOf(path, parent) : -1;
  }

  /** Slot of the path's value, or of the first list on its way; -1 where the path leaves the target. */
  #slotOf(path: DocumentPath, scope: Scope<SegmentPlace>): number {
    const owner = this.#owners[scope.id]!;
    const target = this.#targets[owner];
    const elsewhere = path.up > 0 || (path.absolute && this.#scopes[owner]!.parent !== undefined);
    if (!target || elsewhere) return -1;
    let { fields } = target;
    for (const [position, step] of path.steps.entries()) {
      const node: ValueNode = fields.get(step.key) ?? { slot: -1, inside: undefined };
      fields.set(step.key, node);
      if (isList(step) || position === path.steps.length - 1) {
        if (node.slot === -1) node.slot = target.slots++;
        return node.slot;
      }
      fields = node.inside ??= new Map<string, ValueNode>();
    }
    return -1;
  }
}

/** A scope without a path writes the target of the scope around it; a node of a tree has its own. */
function ownerOf(scope: Scope<SegmentPlace>): Scope<SegmentPlace> {
  let owner = scope;
  while (!owner.path && !owner.tree && !owner.entry && owner.parent) owner = owner.parent;
  return owner;
}

function isList({ list, select, index }: PathStep): boolean {
  return list || select !== undefined || index !== undefined;
}

/** The scope that a constant asks about, where it is not the one that writes it. */
function scopeOutside({ condition }: FixedCell, id: number): Scope<SegmentPlace>[] {
  return condition && condition.scope.id !== id ? [condition.scope] : [];
}

function placesOf(node: WritePlan[number][number]): number {
  return node.kind === 'segment' ? (node.row?.elements.length ?? 0) : 0;
}

/** A rule inside writes into the segments of a loop further out. */
function reachesOut(scope: Scope<SegmentPlace>): boolean {
  return scope.fields.some((field) => (field.places[0]?.up ?? 0) > 0) || scope.children.some(reachesOut);
}

function isElsewhere(path: DocumentPath | undefined): boolean {
  return path !== undefined && (path.absolute || path.up > 0);
}

function isSelected({ select, index }: PathStep): boolean {
  return select !== undefined || index !== undefined;
}

function bitsOf(slots: readonly number[] | undefined): number {
  return slots ? slots.reduce((bits, slot) => bits | slotBit(slot), 0) : ALWAYS;
}

/** What is known of the texts of a field before there is a value. */
function formOf({
  conversion,
  codes,
  sign,
  factor,
  prefix,
  suffix,
  pad,
  until,
  target,
}: Field<SegmentPlace>): ValueCell['form'] {
  if (sign || factor || prefix + suffix !== '' || pad > 0 || until) return 'other';
  const isText = conversion.name === 'text' || conversion.name === 'gtin';
  if (isText) return codes ? 'coded' : 'text';
  if (codes) return 'other';
  if (target === 'decimal') return conversion.name === 'decimal' ? 'decimal' : 'other';
  return conversion.places === undefined ? 'converted' : 'other';
}

/** Without a value in the document the cell writes and reports nothing. */
function isQuiet({ slot, field }: ValueCell): boolean {
  return (
    slot !== -1 &&
    field.defaultWrite === undefined &&
    !field.requiredWrite &&
    !field.derive &&
    !field.count &&
    !field.sum &&
    field.context === undefined
  );
}

/** One segment, each cell one text at most. */
function isDirect(group: SegmentGroup): boolean {
  return group.fixed !== undefined && hasPlaces(group) && group.values.every(isField);
}

/**
 * The same, but for constants with a condition, short lists that have a place for each text, formats of dates behind the
 * date, and values that are looked up, one in most documents.
 */
function isWide(group: SegmentGroup): boolean {
  return (
    hasPlaces(group) &&
    group.values.every(
      (cell) => isField(cell) || isShortList(cell) || isDated(cell) || cell.form === 'sought',
    )
  );
}

/** A field of the object itself, one text at most. */
function isField({ slot, field }: ValueCell): boolean {
  return slot !== -1 && isOneText(field);
}

function hasPlaces({ qualifiers, constants, pairs, limit, values }: SegmentGroup): boolean {
  const fixed = [...qualifiers, ...constants];
  return (
    pairs.length === 0 &&
    limit === undefined &&
    values.every(({ place }) => {
      const free = place.pair !== undefined || !fixed.some((cell) => stands(cell, place));
      return place.pairMember === 0 && place.pair !== 'each' && free;
    })
  );
}

/** A total, an entry that is selected, a value of an inner loop: whatever is found for a place of its own. */
function isSought(cell: ValueCell): boolean {
  const { field, place } = cell;
  const alone = field.join === undefined && !field.time && !field.conversion.readEnd;
  return alone && place.pair === undefined && !isField(cell) && !isShortList(cell);
}

/** Texts that are written as they are, a place for each. */
function isShortList({ field, place, slot, quiet }: ValueCell): boolean {
  const { path, list, join, limit, conversion } = field;
  const [last, ...before] = path?.steps.toReversed() ?? [];
  const own = last?.list === true && !before.some(isList);
  const plain =
    quiet &&
    slot !== -1 &&
    !field.when &&
    formOf(field) === 'text' &&
    join === undefined &&
    limit === undefined;
  return list && own && plain && place.pair === undefined && !conversion.readEnd;
}

/** A date with its format in the next component. */
function isDated({ field, place, quiet }: ValueCell): boolean {
  const { conversion, until, width } = field;
  const dated = conversion.readEnd !== undefined && !until && width === undefined;
  return dated && quiet && place.pair === undefined && isOneValue(field);
}

function stands(cell: { element: number; component: number }, place: SegmentPlace): boolean {
  return cell.element === place.element && cell.component === place.component;
}

function isOneText(field: Field<SegmentPlace>): boolean {
  return isOneValue(field) && !field.until && !field.conversion.readEnd;
}

function isOneValue(field: Field<SegmentPlace>): boolean {
  const { conversion, path, join } = field;
  return (
    path?.steps.every((step) => !isList(step)) === true &&
    !field.derive &&
    !field.inherit &&
    !field.sum &&
    !field.count &&
    field.context === undefined &&
    field.defaultWrite !== '' &&
    !field.time &&
    // A joined text that is not changed can be measured before it is written.
    (join === undefined ||
      (conversion.name === 'text' && !field.codes && field.prefix + field.suffix === '' && field.pad === 0))
  );
}

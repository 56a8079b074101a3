import type { MessageGrammar } from '../../edi/model.ts';
import type { Condition } from '../address.ts';
import { ALWAYS } from './field-access.ts';
import type { Field, Scope, SegmentPlace } from './model.ts';
import { loopOf } from './scope-tree.ts';
import {
  type FixedCell,
  type SegmentGroup,
  type ValueCell,
  type WriteNode,
  type WritePlan,
} from './write-model.ts';

/** Arranges the rules of each scope in the order in which their segments stand in the message. */
export function planWriting(grammar: MessageGrammar, scopes: readonly Scope<SegmentPlace>[]): WritePlan {
  const plan = scopes.map((scope) =>
    scope.entry || scope.place?.pair === 'each' ? [] : planScope(grammar, scope),
  );
  const counted = new Set(
    scopes.flatMap(({ fields }) => fields.flatMap(({ count }) => countedId(count) ?? [])),
  );
  for (const node of plan.flat()) if (node.kind === 'segment') node.counted = counted.has(node.segmentId);
  return plan;
}

function countedId(count: Field<SegmentPlace>['count']): string | undefined {
  return count && 'segmentId' in count ? count.segmentId : undefined;
}

function planScope(grammar: MessageGrammar, scope: Scope<SegmentPlace>): WriteNode[] {
  const groups = collectGroups(scope);
  const nodes: WriteNode[] = [];
  for (const slot of new Set(groups.map((group) => group.slot)))
    nodes.push(...joinGroups(groups.filter((group) => group.slot === slot)));
  addTrigger(nodes, scope);
  for (const child of scope.children) {
    if (!child.writes || child.entry || !child.place) continue;
    if (child.place.pair === 'each') addPairs(nodes, child, scope);
    else
      nodes.push({
        kind: 'loop',
        slot: child.place.slot,
        scope: child,
        slots: undefined,
        needs: ALWAYS,
        plainSlot: -1,
        condition: undefined,
      });
  }
  for (const tree of scope.trees) nodes.push({ kind: 'tree', slot: tree.slot, tree });
  for (const node of nodes) if (node.kind === 'segment') complete(node);
  return orderNodes(nodes, grammar);
}

/** What can be known of a group before there is a document. */
function complete(group: SegmentGroup): void {
  const fixed = [...group.qualifiers, ...group.constants];
  group.fixed = fixed.some((cell) => cell.condition) ? undefined : fixed;
  group.many = group.values.some(isMany);
  group.limit = group.values.find(({ field }) => field.limit !== undefined)?.field.limit;
}

/** Several values, each perhaps in a segment of its own. */
export function isMany({ field }: ValueCell): boolean {
  const index = field.path?.steps.at(-1)?.index;
  return index === undefined && (field.list || field.selectStep >= 0 || field.join !== undefined);
}

/** The scope's own fields, those of its entries, and those of inner loops that stand here. */
function collectGroups(scope: Scope<SegmentPlace>): SegmentGroup[] {
  const groups: SegmentGroup[] = [];
  for (const { field, from, inner } of fieldsHere(scope, scope, 0)) {
    const [place] = field.places;
    if (!field.writes || !place || (place.element === 0 && !place.pair)) continue;
    const group = findGroup(groups, place, scope);
    const { element, component } = place;
    if (field.constant === undefined)
      group.values.push({
        field,
        place,
        scope: from,
        inner,
        slot: -1,
        quiet: false,
        form: 'other',
        condition: undefined,
      });
    else {
      const condition = field.when || from.entry || inner ? { field, scope: from } : undefined;
      group.constants.push({ element, component, text: field.constant, condition });
    }
  }
  return groups;
}

interface FieldHere {
  field: Field<SegmentPlace>;
  from: Scope<SegmentPlace>;
  inner: boolean;
}

function fieldsHere(owner: Scope<SegmentPlace>, scope: Scope<SegmentPlace>, depth: number): FieldHere[] {
  const own = scope.fields
    .filter((field) => (field.places[0]?.up ?? 0) === depth)
    .map((field) => ({ field, from: scope, inner: depth > 0 }));
  const below = scope.children.flatMap((child) =>
    child.place?.pair === 'each' ? [] : fieldsHere(owner, child, child.entry ? depth : depth + 1),
  );
  // A rule of an inner loop is a spare: the scope's own rules come first.
  return [...own, ...below];
}

function findGroup(groups: SegmentGroup[], place: SegmentPlace, scope: Scope<SegmentPlace>): SegmentGroup {
  const qualifiers = place.conditions.flatMap(fixedOf);
  const key = JSON.stringify(qualifiers);
  const known = groups.find((group) => group.slot === place.slot && JSON.stringify(group.qualifiers) === key);
  if (known) return known;
  const made = newGroup(place, loopOf(scope)?.place?.slot === place.slot, qualifiers);
  groups.push(made);
  return made;
}

function newGroup(place: SegmentPlace, trigger: boolean, qualifiers: FixedCell[]): SegmentGroup {
  const { slot, segmentId } = place;
  return {
    kind: 'segment',
    slot,
    segmentId,
    trigger,
    qualifiers,
    constants: [],
    values: [],
    pairs: [],
    fixed: undefined,
    many: false,
    limit: undefined,
    slots: undefined,
    needs: ALWAYS,
    counted: false,
    row: undefined,
    wideRow: undefined,
  };
}

/** What a condition puts into the segment: its first value. A negated one puts nothing. */
function fixedOf({ element, component, values, negated }: Condition): FixedCell[] {
  const [text] = values;
  return negated || text === undefined ? [] : [{ element, component, text, condition: undefined }];
}

/** Constants without a condition belong to every segment of the slot, if there are others. */
function joinGroups(groups: SegmentGroup[]): SegmentGroup[] {
  const trigger = groups.find((group) => group.trigger);
  if (trigger) {
    // The loop has one such segment: whatever condition its rules name, they mean that one.
    for (const group of groups)
      if (group !== trigger) {
        trigger.qualifiers.push(...group.qualifiers);
        trigger.constants.push(...group.constants);
        trigger.values.push(...group.values);
      }
    return [trigger];
  }
  const constants = groups.find((group) => group.values.length === 0 && group.qualifiers.length === 0);
  const others = groups.filter((group) => group !== constants);
  if (!constants || others.length === 0) return groups;
  for (const group of others) group.constants.push(...constants.constants);
  return others;
}

/** A loop begins with its first segment even when no rule fills it; its condition says the qualifier. */
function addTrigger(nodes: WriteNode[], scope: Scope<SegmentPlace>): void {
  const { place } = scope;
  if (!place) return;
  const qualifiers = place.conditions.flatMap(fixedOf);
  const known = nodes.find((node) => node.kind === 'segment' && node.trigger);
  if (known?.kind === 'segment') known.qualifiers.push(...qualifiers);
  else nodes.push(newGroup(place, true, qualifiers));
}

/** A loop over pairs fills segments of its own, or (`PO1{*}` in the loop PO1) the pairs of a segment that is there. */
function addPairs(nodes: WriteNode[], child: Scope<SegmentPlace>, parent: Scope<SegmentPlace>): void {
  const place = child.place!;
  const known = nodes.find((node) => node.kind === 'segment' && node.slot === place.slot && node.trigger);
  const group =
    known?.kind === 'segment'
      ? known
      : newGroup(place, parent.place?.slot === place.slot, place.conditions.flatMap(fixedOf));
  if (group !== known) nodes.push(group);
  group.pairs.push(child);
}

/**
 * By slot; where a slot serves several loops or conditions, in the order of the rules. What stands inside a loop without
 * rules of its own comes where its slot is.
 */
function orderNodes(nodes: WriteNode[], grammar: MessageGrammar): WriteNode[] {
  const position = new Map(grammar.slots.map((slot, index) => [slot.index, index]));
  return nodes
    .map((node, order) => ({ node, order }))
    .sort(
      (a, b) =>
        (position.get(a.node.slot) ?? 0) - (position.get(b.node.slot) ?? 0) ||
        Number(isTrigger(b.node)) - Number(isTrigger(a.node)) ||
        a.order - b.order,
    )
    .map(({ node }) => node);
}

function isTrigger(node: WriteNode): boolean {
  return node.kind === 'segment' && node.trigger;
}

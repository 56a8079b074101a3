import type { Slot } from '../model.ts';
import type { ElementUse, SegmentDefinition, SlotRule } from './definition.ts';
import type { Layer, Restriction } from './restriction.ts';

/** Slots and rules of a message under its layers. */
export interface LayeredSlots {
  slots: Slot[];
  rules: Map<number, SlotRule>;
  /** Restrictions on elements by slot. */
  elements: Map<number, ElementRestriction[]>;
  /** Restrictions that name no place of this message. */
  misplaced: Restriction[];
}

interface ElementRestriction {
  element: number;
  /** Undefined: the whole element. */
  component: number | undefined;
  restriction: Restriction;
}

/** Narrows the slots of one message by one layer after the other. */
export function applyLayers(
  slots: readonly Slot[],
  type: string,
  layers: readonly { layer: Layer; severity: SlotRule['severity'] }[],
): LayeredSlots {
  const result: LayeredSlots = { slots: [...slots], rules: new Map(), elements: new Map(), misplaced: [] };
  for (const { layer, severity } of layers) {
    for (const restriction of layer.restrictions) {
      if (restriction.message !== type) continue;
      if (!applyRestriction(result, restriction, { layer: layer.name, forbidden: true, severity })) {
        result.misplaced.push(restriction);
      }
    }
  }
  return result;
}

const ELEMENT_PATH = /^(.*?)(\d\d)(?:[.-](\d+))?$/;

function applyRestriction(result: LayeredSlots, restriction: Restriction, rule: SlotRule): boolean {
  const places = findPlaces(result.slots, restriction.at);
  for (const place of places) restrictSlot(result, place, restriction, rule);
  if (places.length > 0) return true;
  const [, path = '', element = '', component] = ELEMENT_PATH.exec(restriction.at) ?? [];
  const slots = findPlaces(result.slots, path).filter(({ as }) => as !== 'part');
  for (const { slot } of slots) {
    const restrictions = result.elements.get(slot.index) ?? [];
    restrictions.push({
      element: Number(element),
      component: component === undefined ? undefined : Number(component),
      restriction,
    });
    result.elements.set(slot.index, restrictions);
  }
  return slots.length > 0;
}

interface PlaceInMessage {
  slot: Slot;
  /** `part`: inside a loop that the path names as a whole; `trigger`: the first segment of it. */
  as: 'segment' | 'part' | 'trigger';
}

function findPlaces(slots: readonly Slot[], path: string): PlaceInMessage[] {
  const parts = path.split('/');
  const group = parts.findLastIndex((part) => /^SG\d+$/.test(part));
  // Group numbers are unique in a message: `SG28/DTM` is the same as `SG25/SG28/DTM`.
  const inGroup = group >= 0;
  const loop = inGroup ? parts[group]! : parts.slice(0, -1).join('/');
  const segmentId = inGroup ? parts[group + 1] : parts.at(-1);
  const found: PlaceInMessage[] = [];
  for (const slot of slots) {
    const own = inGroup ? (slot.loopPath.at(-1) ?? '') : slot.loopPath.join('/');
    if (slot.segmentId === segmentId && (loop === '*' || own === loop)) found.push({ slot, as: 'segment' });
    else if (
      inGroup ? segmentId === undefined && slot.loopPath.includes(loop) : `${own}/`.startsWith(`${path}/`)
    ) {
      found.push({ slot, as: slot.trigger && own === (inGroup ? loop : path) ? 'trigger' : 'part' });
    }
  }
  return found;
}

function restrictSlot(
  result: LayeredSlots,
  place: PlaceInMessage,
  restriction: Restriction,
  rule: SlotRule,
): void {
  const slot = result.slots[place.slot.index] ?? place.slot;
  if (restriction.rule === 'forbidden') result.rules.set(slot.index, rule);
  if (place.as === 'part') return;
  const loop = place.as === 'trigger';
  if (restriction.rule === 'required') {
    result.slots[slot.index] = loop ? { ...slot, loopMandatory: true } : { ...slot, mandatory: true };
  }
  if (restriction.rule === 'maxUse') {
    const { count } = restriction;
    result.slots[slot.index] = loop ? { ...slot, loopMaxRepeat: count } : { ...slot, maxUse: count };
  }
}

/** The segment's definition under the restrictions on its elements. */
export function narrowSegment(
  segment: SegmentDefinition,
  restrictions: readonly ElementRestriction[],
): SegmentDefinition {
  let elements = [...segment.elements];
  for (const { element, component, restriction } of restrictions) {
    elements = elements.map((use, i) =>
      i + 1 === element ? narrowElement(use, component, restriction) : use,
    );
  }
  return { ...segment, elements };
}

function narrowElement(use: ElementUse, component: number | undefined, restriction: Restriction): ElementUse {
  if (restriction.rule === 'required' && component === undefined) {
    return { ...use, mandatory: true, components: requireFirst(use) };
  }
  if (restriction.rule === 'forbidden' && component === undefined) return { ...use, forbidden: true };
  const components = use.components.map((part, c) => {
    if (c + 1 !== (component ?? 1)) return part;
    if (restriction.rule === 'required') return { ...part, mandatory: true };
    if (restriction.rule === 'forbidden') return { ...part, forbidden: true };
    const { element } = part;
    if (restriction.rule === 'codes')
      return { ...part, element: { ...element, codes: new Set(restriction.codes) } };
    if (restriction.rule === 'maxLength')
      return { ...part, element: { ...element, maxLength: restriction.length } };
    return part;
  });
  return { ...use, components };
}

function requireFirst(use: ElementUse): ElementUse['components'] {
  return use.composite ? use.components : use.components.map((part) => ({ ...part, mandatory: true }));
}

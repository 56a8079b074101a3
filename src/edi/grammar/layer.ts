import { z } from 'zod';
import type { Slot } from '../model.ts';
import type { ElementUse, SegmentDefinition, SlotRule } from './definition.ts';

const elementRule = z.strictObject({
  required: z.boolean().optional(),
  forbidden: z.boolean().optional(),
  /** The only codes accepted, also where the standard's list is open. */
  codes: z.array(z.string()).nonempty().optional(),
  minLength: z.int().min(1).optional(),
  maxLength: z.int().min(1).optional(),
});

const messageRules = z.strictObject({
  /** `SG3` or `N9` a whole loop, `SG2/FII` or `N1/PER` one segment in it, `CUR` a segment outside loops. */
  forbidden: z.array(z.string()).default([]),
  required: z.array(z.string()).default([]),
  /** Lower maximum use of a segment or repeat of a loop: `{ "N9/MSG": 5 }`. */
  maxUse: z.record(z.string(), z.int().min(1)).default({}),
  /** `BEG02`, `N1/N104`, `SG2/NAD02.1`; a leading `*` `/` means in any loop. */
  elements: z.record(z.string(), elementRule).default({}),
});

/** What a guideline or a partner narrows in a release's messages; it can take away or demand, never add. */
export const layerSchema = z.strictObject({
  name: z.string(),
  messages: z.record(z.string(), messageRules),
});

export type LayerInput = z.input<typeof layerSchema>;
export type Layer = z.output<typeof layerSchema>;
type ElementRule = z.output<typeof elementRule>;
type MessageRules = z.output<typeof messageRules>;

/** Slots and rules of a message under its layers. */
export interface LayeredSlots {
  slots: Slot[];
  rules: Map<number, SlotRule>;
  /** Element rules by slot: position key `2` or `2.1` → rule. */
  elements: Map<number, Map<string, ElementRule>>;
  /** Paths of the layers that name no place of this message. */
  unknownPaths: string[];
}

/** Narrows the slots of one message by one layer after the other. */
export function applyLayers(
  slots: readonly Slot[],
  type: string,
  layers: readonly { layer: Layer; severity: SlotRule['severity'] }[],
): LayeredSlots {
  const result: LayeredSlots = { slots: [...slots], rules: new Map(), elements: new Map(), unknownPaths: [] };
  for (const { layer, severity } of layers) {
    const rules = layer.messages[type];
    if (rules) applyRules(result, rules, layer.name, severity);
  }
  return result;
}

function applyRules(
  result: LayeredSlots,
  rules: MessageRules,
  layer: string,
  severity: SlotRule['severity'],
): void {
  const at = (path: string, act: (slot: Slot, wholeLoop: boolean) => void): void => {
    const found = findPlaces(result.slots, path);
    if (found.length === 0) result.unknownPaths.push(path);
    for (const place of found) act(place.slot, place.wholeLoop);
  };
  for (const path of rules.forbidden)
    at(path, (slot) => result.rules.set(slot.index, { layer, forbidden: true, severity }));
  for (const path of rules.required) {
    at(path, (slot, wholeLoop) => {
      if (!wholeLoop) replaceSlot(result, { ...slot, mandatory: true });
      else if (slot.trigger) replaceSlot(result, { ...slot, loopMandatory: true });
    });
  }
  for (const [path, count] of Object.entries(rules.maxUse)) {
    at(path, (slot, wholeLoop) => {
      if (!wholeLoop) replaceSlot(result, { ...slot, maxUse: count });
      else if (slot.trigger) replaceSlot(result, { ...slot, loopMaxRepeat: count });
    });
  }
  for (const [path, rule] of Object.entries(rules.elements)) applyElementRule(result, path, rule);
}

function replaceSlot(result: LayeredSlots, slot: Slot): void {
  result.slots[slot.index] = slot;
}

/** A path names a whole loop (every slot in it) or one segment; `*` `/` in front: the segment in any loop. */
function findPlaces(slots: readonly Slot[], path: string): { slot: Slot; wholeLoop: boolean }[] {
  if (path.startsWith('*/')) {
    return slots
      .filter((slot) => slot.segmentId === path.slice(2))
      .map((slot) => ({ slot, wholeLoop: false }));
  }
  const found: { slot: Slot; wholeLoop: boolean }[] = [];
  for (const slot of slots) {
    const loop = slot.loopPath.join('/');
    if (loop === path || loop.startsWith(`${path}/`)) found.push({ slot, wholeLoop: true });
    else if ((loop === '' ? '' : `${loop}/`) + slot.segmentId === path)
      found.push({ slot, wholeLoop: false });
  }
  return found;
}

const ELEMENT_PATH = /^(.*?)(\d\d)(?:[.-](\d+))?$/;

function applyElementRule(result: LayeredSlots, path: string, rule: ElementRule): void {
  const [, segmentPath = '', element = '', component] = ELEMENT_PATH.exec(path) ?? [];
  const key = String(Number(element)) + (component === undefined ? '' : `.${component}`);
  const places = findPlaces(result.slots, segmentPath).filter((place) => !place.wholeLoop);
  if (segmentPath === '' || places.length === 0) result.unknownPaths.push(path);
  for (const { slot } of places) {
    const rules = result.elements.get(slot.index) ?? new Map<string, ElementRule>();
    rules.set(key, rule);
    result.elements.set(slot.index, rules);
  }
}

/** The segment's definition under the element rules of its slot. */
export function narrowSegment(
  segment: SegmentDefinition,
  rules: ReadonlyMap<string, ElementRule>,
): SegmentDefinition {
  const elements = segment.elements.map((use, i) => {
    let narrowed = narrowElement(use, rules.get(String(i + 1)), 0);
    if (use.composite) {
      for (let c = 0; c < use.components.length; c++)
        narrowed = narrowElement(narrowed, rules.get(`${i + 1}.${c + 1}`), c);
    }
    return narrowed;
  });
  return { ...segment, elements };
}

function narrowElement(use: ElementUse, rule: ElementRule | undefined, component: number): ElementUse {
  if (!rule) return use;
  const whole = !use.composite;
  const components = use.components.map((part, c) => {
    if (c !== component) return part;
    const { element } = part;
    return {
      mandatory: rule.required ?? part.mandatory,
      element: {
        ...element,
        minLength: rule.minLength ?? element.minLength,
        maxLength: rule.forbidden === true ? 0 : (rule.maxLength ?? element.maxLength),
        codes: rule.codes ? new Set(rule.codes) : element.codes,
      },
    };
  });
  return { ...use, components, mandatory: whole ? (rule.required ?? use.mandatory) : use.mandatory };
}

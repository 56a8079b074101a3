import type { MessageGrammar, Slot } from '../../edi/model.ts';
import { findPairLayout, looksLikeAddress, parseAddress, type Address } from '../address.ts';
import type { EffectiveMap, TreeRule } from '../load-map.ts';
import type { PlaceCompiler } from './compile-scope.ts';
import type { Scope, SegmentPlace } from './model.ts';

type Seen = Pick<Scope<SegmentPlace>, 'loopSlot' | 'single' | 'place'>;

/** Resolves addresses against a grammar: which slot a rule means. */
export class SegmentPlaces implements PlaceCompiler<SegmentPlace> {
  readonly ignored: SegmentPlace[] = [];
  readonly #grammar: MessageGrammar;
  readonly #map: EffectiveMap;
  readonly #standard: 'x12' | 'edifact';

  constructor(map: EffectiveMap, grammar: MessageGrammar) {
    this.#map = map;
    this.#grammar = grammar;
    this.#standard = grammar.standard;
  }

  value(text: string, scope: Seen, composite: boolean): SegmentPlace | string {
    const address = parseAddress(text);
    if (typeof address === 'string') return address;
    if (address.pairMember > 0) return this.#member(address, scope);
    if (address.element === 0 && address.pair === undefined) return this.#place(address, scope, false);
    return this.#place(address, scope, composite);
  }

  loop(text: string, parent: Seen): { place: SegmentPlace; loopSlot: number; single: boolean } | string {
    const address = parseAddress(text);
    if (typeof address === 'string') return address;
    if (address.element > 0)
      return `loop: "${text}" names an element; a loop names a segment, such as PO1 or N1[ST]`;
    const place = this.#place(address, parent, false);
    if (typeof place === 'string') return place;
    const slot = this.#grammar.slots[place.slot]!;
    const single = !slot.trigger || parent.single || address.pair !== undefined;
    return { place, loopSlot: single ? parent.loopSlot : slot.index, single };
  }

  tree(rule: TreeRule, parent: Seen): { segmentId: string; slot: number } | string {
    const { tree } = rule.options;
    if (tree !== 'HL' && tree !== 'CPS') return `tree: "${tree}" is not a tree; HL and CPS are`;
    const place = this.loop(tree, parent);
    return typeof place === 'string' ? place : { segmentId: tree, slot: place.place.slot };
  }

  isPlace(key: string): boolean {
    return looksLikeAddress(key);
  }

  ignore(addresses: readonly string[], scope: Seen): string | undefined {
    for (const text of addresses) {
      const address = parseAddress(text);
      if (typeof address === 'string') return address;
      // What is not wanted is not wanted anywhere beneath this loop, unless a place is given.
      const slots = this.#within(scope.loopSlot).filter(
        (slot) =>
          slot.segmentId === address.segmentId && (address.place === '' || this.#isIn(slot, address.place)),
      );
      if (slots.length === 0) return `ignore: ${this.#absent(address, scope)}`;
      for (const slot of slots) this.ignored.push(this.#resolve(address, slot, false));
    }
    return undefined;
  }

  #member(address: Address, scope: Seen): SegmentPlace | string {
    const { place } = scope;
    if (!place?.layout || place.pair !== 'each')
      return `"${address.text}" stands only inside a loop over pairs, such as "SDQ{*}"`;
    return { ...place, text: address.text, pair: undefined, pairMember: address.pairMember };
  }

  #place(address: Address, scope: Seen, composite: boolean): SegmentPlace | string {
    if (address.pair !== undefined && !this.#layout(address.segmentId))
      return `"${address.text}": the positions of the pairs of ${address.segmentId} are not known; say them under pairs:`;
    if (scope.single && scope.place) {
      if (address.segmentId !== scope.place.segmentId)
        return `"${address.text}": the loop is the segment ${scope.place.segmentId} alone; ${address.segmentId} is not in it`;
      return this.#resolve(address, this.#grammar.slots[scope.place.slot]!, composite);
    }
    const slot = this.#findSlot(address, scope);
    return typeof slot === 'string' ? slot : this.#resolve(address, slot, composite);
  }

  #resolve(address: Address, slot: Slot, composite: boolean): SegmentPlace {
    const valueComponent = composite && !address.componentGiven ? 2 : address.component;
    return {
      text: address.text,
      slot: slot.index,
      segmentId: slot.segmentId,
      conditions: address.conditions,
      element: address.element,
      lastElement: Math.max(address.element, address.lastElement),
      component: valueComponent,
      lastComponent: Math.max(valueComponent, address.lastComponent),
      repetition: address.repetition,
      pair: address.pair,
      layout: address.pair === undefined ? undefined : this.#layout(address.segmentId),
      pairMember: 0,
      up: 0,
    };
  }

  #layout(segmentId: string): ReturnType<typeof findPairLayout> {
    return findPairLayout(this.#standard, segmentId, this.#map.pairs);
  }

  /** Own segments of the loop first, then the triggers of the loops directly inside. */
  #findSlot(address: Address, scope: Seen): Slot | string {
    const all = this.#within(scope.loopSlot).filter((slot) => slot.segmentId === address.segmentId);
    const placed = address.place === '' ? all : all.filter((slot) => this.#isIn(slot, address.place));
    const own = placed.filter((slot) => slot.loopSlot === scope.loopSlot);
    const inner = placed.filter((slot) => slot.trigger && slot.parentLoopSlot === scope.loopSlot);
    const deeper = address.place === '' ? [] : placed;
    const candidates = [own, inner, deeper].find((slots) => slots.length > 0) ?? [];
    const [first] = candidates;
    if (!first) return this.#absent(address, scope, all);
    if (candidates.length === 1) return first;
    const named = [...new Set(candidates.map((slot) => `${nameOf(slot)}/${address.segmentId}`))].join(', ');
    return `"${address.text}": ${address.segmentId} stands in several places here; say which: ${named}`;
  }

  #isIn(slot: Slot, place: string): boolean {
    if (!place.includes('/')) return slot.area === place || slot.loopPath.at(-1) === place;
    // By the segments that begin its loops: groups have other numbers in other directories.
    const { slots } = this.#grammar;
    const triggers: string[] = [];
    let loop = slots[slot.trigger ? slot.parentLoopSlot : slot.loopSlot];
    for (; loop !== undefined; loop = slots[loop.parentLoopSlot]) triggers.unshift(loop.segmentId);
    return `/${triggers.join('/')}`.endsWith(`/${place}`);
  }

  #absent(address: Address, scope: Seen, elsewhere: readonly Slot[] = []): string {
    const loop = this.#grammar.slots[scope.loopSlot];
    const where = loop ? `loop ${loop.loopPath.at(-1) ?? loop.segmentId}` : 'the message outside its loops';
    const hint = [...new Set(elsewhere.map((slot) => slot.loopPath.join(' / ')))].filter(
      (path) => path !== '',
    );
    const more =
      hint.length === 0
        ? ''
        : `; it is in ${hint.slice(0, 4).join(', ')}: use a loop: or the loop's name in front`;
    return `"${address.text}": ${this.#grammar.type} ${this.#grammar.release} has no ${address.segmentId} in ${where}${more}`;
  }

  /** Slots of a loop and of all loops inside it. */
  #within(loopSlot: number): Slot[] {
    const { slots } = this.#grammar;
    return loopSlot === -1 ? [...slots] : slots.filter((slot) => isInside(slots, slot, loopSlot));
  }
}

/** True when the slot belongs to the loop of that trigger, directly or deeper. */
export function isInside(slots: readonly Slot[], slot: Slot, loopSlot: number): boolean {
  if (slot.loopSlot === loopSlot) return true;
  let loop = slot.trigger ? slot.parentLoopSlot : (slots[slot.loopSlot]?.parentLoopSlot ?? -1);
  if (!slot.trigger && slot.loopSlot === -1) return false;
  while (loop !== -1) {
    if (loop === loopSlot) return true;
    loop = slots[loop]?.parentLoopSlot ?? -1;
  }
  return false;
}

function nameOf(slot: Slot): string {
  return slot.loopPath.at(-1) ?? slot.area;
}

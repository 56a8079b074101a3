import type { Slot, Standard } from '../model.ts';
import type { Grammar, ReleaseMatch, SegmentDefinition } from './definition.ts';
import { EANCOM_1997, EANCOM_2002 } from './dictionaries/eancom.ts';
import { loadDictionary, type Dictionary } from './dictionary.ts';
import { applyLayers, narrowSegment } from './layer.ts';
import { readParagraphs, readSlots } from './notation.ts';
import type { Layer, Restriction } from './restriction.ts';
import { resolveRelease, type UserDictionary } from './release.ts';

/** What a partner or an installation adds to the dictionaries; keep one object per partner, grammars are cached by it. */
export interface GrammarExtensions {
  layers?: readonly Layer[];
  dictionaries?: readonly UserDictionary[];
}

export interface GrammarOptions {
  /** UNH 0057, `EAN008`: EANCOM's layer; the places that it leaves out become warnings. */
  implementation?: string;
  /** Syntax version of the interchange, UNB 0002: the service segments follow it. Default 3. */
  syntaxVersion?: '3' | '4';
  /** `exact`: no grammar rather than that of the nearest release. */
  match?: ReleaseMatch;
  extensions?: GrammarExtensions;
}

const NO_EXTENSIONS: GrammarExtensions = {};
const cache = new WeakMap<GrammarExtensions, Map<string, Grammar | undefined>>();

/**
 * The grammar of a transaction set or message; undefined when the type is in no dictionary (AK502 1, UCM 0085 15).
 * `release` is as the sender stated it: GS08 `004010VICS`, UNH `D.96A`; a partner override is simply passed instead.
 */
export function findGrammar(
  standard: Standard,
  type: string,
  release: string,
  options: GrammarOptions = {},
): Grammar | undefined {
  if (release.length > LONGEST_NAME)
    return findGrammar(standard, type, release.slice(0, LONGEST_NAME), options);
  if (type.length > LONGEST_NAME) return undefined;
  const extensions = options.extensions ?? NO_EXTENSIONS;
  const key = [
    standard,
    type,
    release,
    options.implementation?.slice(0, LONGEST_NAME),
    options.syntaxVersion,
    options.match,
  ].join('\n');
  const grammars = cache.get(extensions) ?? new Map<string, Grammar | undefined>();
  cache.set(extensions, grammars);
  if (grammars.has(key)) return grammars.get(key);
  const grammar = buildGrammar(standard, type, release, options, extensions);
  if (grammars.size >= CACHE_LIMIT) grammars.clear();
  grammars.set(key, grammar);
  return grammar;
}

/** Releases and association codes come from senders, so the cache is bounded. */
const CACHE_LIMIT = 256;
/** Types and releases of the standards have at most twelve characters; a longer text is no name to remember. */
const LONGEST_NAME = 24;

/** Message types of a release, `850`, `ORDERS`. */
export function listMessageTypes(
  standard: Standard,
  release: string,
  extensions: GrammarExtensions = NO_EXTENSIONS,
): string[] {
  return resolveRelease(standard, release, extensions.dictionaries).dictionary.messageTypes();
}

function buildGrammar(
  standard: Standard,
  type: string,
  stated: string,
  options: GrammarOptions,
  extensions: GrammarExtensions,
): Grammar | undefined {
  const service =
    standard === 'edifact'
      ? serviceDictionary(type, stated, options.syntaxVersion)
      : loadDictionary('envelope');
  const resolved = resolveRelease(standard, stated, extensions.dictionaries);
  const isService = service.message(type) !== undefined;
  const match = isService ? 'exact' : resolved.match;
  const notation = service.message(type) ?? resolved.dictionary.message(type);
  if (notation === undefined || (options.match === 'exact' && match !== 'exact')) return undefined;
  const layers = [
    ...eancomLayers(resolved.base, options.implementation).map((layer) => ({
      layer,
      severity: 'warning' as const,
    })),
    ...[...(resolved.layer === undefined ? [] : [resolved.layer]), ...(extensions.layers ?? [])].map(
      (layer) => ({
        layer,
        severity: 'error' as const,
      }),
    ),
  ];
  const layered = applyLayers(readSlots(notation, standard), type, layers);
  const find = segmentFinder(resolved.dictionary, service);
  return {
    standard,
    type,
    release: isService ? stated : resolved.release,
    match,
    layers: layers.map(({ layer }) => layer.name),
    slots: layered.slots,
    rules: layered.rules,
    misplaced: [...layered.misplaced, ...beyondSegments(layered, find)],
    segment: find,
    segmentAt: slotSegments(layered.slots, layered.elements, find),
  };
}

/** Service segments belong to the syntax version; so does CONTRL, whose UNH states it (`D.3`, `4.1`). */
function serviceDictionary(type: string, stated: string, syntax: '3' | '4' | undefined): Dictionary {
  const version = syntax ?? (type === 'CONTRL' && stated.startsWith('4') ? '4' : '3');
  return loadDictionary(`syntax ${version}`);
}

function segmentFinder(
  dictionary: Dictionary,
  service: Dictionary,
): (id: string) => SegmentDefinition | undefined {
  return (id) => service.segment(id) ?? dictionary.segment(id);
}

/** Restrictions on elements or components that their segment does not have in this release. */
function beyondSegments(
  { slots, elements }: ReturnType<typeof applyLayers>,
  find: (id: string) => SegmentDefinition | undefined,
): Restriction[] {
  const beyond = [...elements].flatMap(([index, restrictions]) => {
    const segment = find(slots[index]?.segmentId ?? '');
    return restrictions
      .filter(
        ({ element, component = 1 }) =>
          segment?.elements[element - 1]?.components[component - 1] === undefined,
      )
      .map(({ restriction }) => restriction);
  });
  return [...new Set(beyond)];
}

function slotSegments(
  slots: readonly Slot[],
  rules: ReturnType<typeof applyLayers>['elements'],
  find: (id: string) => SegmentDefinition | undefined,
): (slot: number) => SegmentDefinition | undefined {
  const narrowed = new Map<number, SegmentDefinition>();
  return (index) => {
    const slot = slots[index];
    if (!slot) return undefined;
    const segment = find(slot.segmentId);
    const elementRules = rules.get(index);
    if (!segment || !elementRules) return segment;
    const known = narrowed.get(index) ?? narrowSegment(segment, elementRules);
    narrowed.set(index, known);
    return known;
  };
}

const eancom = new Map<string, Layer>();

function eancomLayers(base: string, implementation = ''): Layer[] {
  if (!implementation.startsWith('EAN')) return [];
  if (base === 'D.96A') return [loadEancom('EANCOM 1997', EANCOM_1997)];
  return base === 'D.01B' ? [loadEancom('EANCOM 2002', EANCOM_2002)] : [];
}

function loadEancom(name: string, text: string): Layer {
  const known = eancom.get(name);
  if (known) return known;
  const restrictions = [...readParagraphs(text)].flatMap(([message, paths]) =>
    paths
      .split(' ')
      .filter(Boolean)
      .map((at) => ({ message, at, rule: 'forbidden' as const })),
  );
  const layer = { name, restrictions };
  eancom.set(name, layer);
  return layer;
}

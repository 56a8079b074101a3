import type { Standard } from '../model.ts';
import { loadCodeLists } from './code-list.ts';
import type { ElementDefinition, ElementUse, SegmentDefinition } from './definition.ts';
import { EDIFACT_D01B_ELEMENTS } from './dictionaries/edifact-d01b-elements.ts';
import { EDIFACT_D01B_MESSAGES } from './dictionaries/edifact-d01b-messages.ts';
import { EDIFACT_D01B_SEGMENTS } from './dictionaries/edifact-d01b-segments.ts';
import { EDIFACT_D96A_ELEMENTS } from './dictionaries/edifact-d96a-elements.ts';
import { EDIFACT_D96A_MESSAGES } from './dictionaries/edifact-d96a-messages.ts';
import { EDIFACT_D96A_SEGMENTS } from './dictionaries/edifact-d96a-segments.ts';
import {
  SERVICE_MESSAGES,
  SYNTAX_3_ELEMENTS,
  SYNTAX_3_SEGMENTS,
  SYNTAX_4_ELEMENTS,
  SYNTAX_4_SEGMENTS,
} from './dictionaries/edifact-service.ts';
import { X12_004010_ELEMENTS } from './dictionaries/x12-004010-elements.ts';
import { X12_004010_SEGMENTS } from './dictionaries/x12-004010-segments.ts';
import { X12_004010_SETS } from './dictionaries/x12-004010-sets.ts';
import { X12_005010_ELEMENTS } from './dictionaries/x12-005010-elements.ts';
import { X12_005010_SEGMENTS } from './dictionaries/x12-005010-segments.ts';
import { X12_005010_SETS } from './dictionaries/x12-005010-sets.ts';
import { X12_ENVELOPE_ELEMENTS, X12_ENVELOPE_SEGMENTS } from './dictionaries/x12-envelope.ts';
import { readElements, readParagraphs, readSegment } from './notation.ts';

/** Text of one release in the notation of notation.ts; a user's own release or set has the same shape. */
export interface DictionarySource {
  standard: Standard;
  elements: string;
  segments: string;
  messages: string;
}

const BUILT_IN = {
  '004010': {
    standard: 'x12',
    elements: X12_004010_ELEMENTS,
    segments: X12_004010_SEGMENTS,
    messages: X12_004010_SETS,
  },
  '005010': {
    standard: 'x12',
    elements: X12_005010_ELEMENTS,
    segments: X12_005010_SEGMENTS,
    messages: X12_005010_SETS,
  },
  'D.96A': {
    standard: 'edifact',
    elements: EDIFACT_D96A_ELEMENTS,
    segments: EDIFACT_D96A_SEGMENTS,
    messages: EDIFACT_D96A_MESSAGES,
  },
  'D.01B': {
    standard: 'edifact',
    elements: EDIFACT_D01B_ELEMENTS,
    segments: EDIFACT_D01B_SEGMENTS,
    messages: EDIFACT_D01B_MESSAGES,
  },
  envelope: {
    standard: 'x12',
    elements: X12_ENVELOPE_ELEMENTS,
    segments: X12_ENVELOPE_SEGMENTS,
    messages: '',
  },
  'syntax 3': {
    standard: 'edifact',
    elements: SYNTAX_3_ELEMENTS,
    segments: SYNTAX_3_SEGMENTS,
    messages: SERVICE_MESSAGES,
  },
  'syntax 4': {
    standard: 'edifact',
    elements: SYNTAX_4_ELEMENTS,
    segments: SYNTAX_4_SEGMENTS,
    messages: SERVICE_MESSAGES,
  },
} as const satisfies Record<string, DictionarySource>;

export type BuiltInRelease = keyof typeof BUILT_IN;

/** One release's segments and messages; a segment is read from its text when first asked for. */
export class Dictionary {
  readonly standard: Standard;
  readonly #elements: Map<string, ElementDefinition>;
  readonly #lines: Map<string, string>;
  readonly #messages: Map<string, string>;
  readonly #segments = new Map<string, SegmentDefinition>();
  readonly #fallback: Dictionary | undefined;

  /** What `source` does not define is looked up in `fallback`. */
  constructor(source: DictionarySource, fallback?: Dictionary) {
    this.standard = source.standard;
    this.#elements = readElements(source.elements, source.standard, loadCodeLists(source.standard));
    this.#lines = readParagraphs(source.segments);
    this.#messages = readParagraphs(source.messages);
    this.#fallback = fallback;
  }

  /** The message's notation, `heading: ST! ...`. */
  message(type: string): string | undefined {
    return this.#messages.get(type) ?? this.#fallback?.message(type);
  }

  messageTypes(): string[] {
    return [...new Set([...this.#messages.keys(), ...(this.#fallback?.messageTypes() ?? [])])].sort();
  }

  element(id: string): ElementDefinition | undefined {
    return this.#elements.get(id) ?? this.#fallback?.element(id);
  }

  segment(id: string): SegmentDefinition | undefined {
    const known = this.#segments.get(id);
    if (known) return known;
    const line = this.#lines.get(id);
    if (line === undefined || isComposite(id)) return this.#fallback?.segment(id);
    const { positions, notes } = readSegment(line);
    const segment = { id, notes, elements: positions.map((position) => this.#use(position)) };
    this.#segments.set(id, segment);
    return segment;
  }

  #use(position: { id: string; mandatory: boolean; maxRepeat: number }): ElementUse {
    if (!isComposite(position.id)) {
      const element = this.element(position.id) ?? undefinedElement(position.id);
      return {
        ...position,
        composite: false,
        components: [{ element, mandatory: position.mandatory }],
        notes: [],
      };
    }
    const { positions, notes } = readSegment(this.compositeLine(position.id) ?? '');
    const components = positions.map((part) => ({
      element: this.element(part.id) ?? undefinedElement(part.id),
      mandatory: part.mandatory,
    }));
    return { ...position, composite: true, components, notes };
  }

  /** The line of a composite in the notation. */
  compositeLine(id: string): string | undefined {
    return this.#lines.get(id) ?? this.#fallback?.compositeLine(id);
  }
}

/** Composites are C001 or, in the service segments, S009; `CTB` and `SAC` are segments. */
function isComposite(id: string): boolean {
  return /^[CSE]\d{3}$/.test(id);
}

/** An element that a user's dictionary uses without defining it takes anything. */
function undefinedElement(id: string): ElementDefinition {
  return { id, type: 'AN', decimals: 0, minLength: 1, maxLength: Infinity, codes: undefined };
}

const loaded = new Map<BuiltInRelease, Dictionary>();

/** A dictionary that ships with the product, read once. */
export function loadDictionary(release: BuiltInRelease): Dictionary {
  const known = loaded.get(release);
  if (known) return known;
  const dictionary = new Dictionary(BUILT_IN[release]);
  loaded.set(release, dictionary);
  return dictionary;
}

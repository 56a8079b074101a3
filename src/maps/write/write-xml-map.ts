import type { Finding } from '../../common/finding.ts';
import type { Document } from '../../documents/document.ts';
import { writeXml, type XmlToWrite } from '../../edi/xml/index.ts';
import type { XmlMap } from '../compile/compiled-map.ts';
import type { Field, Scope, XmlPlace, XmlStep } from '../compile/model.ts';
import type { Fields } from '../document-path.ts';
import { DocumentCursor } from './document-cursor.ts';
import type { WriteOptions } from './sink.ts';

/** Writes a document as XML. Never throws on any document of the map's type. */
export function writeXmlText(
  map: XmlMap,
  document: Document,
  options: WriteOptions = {},
): { text: string; findings: Finding[] } {
  const writer = new XmlMapWriter(map, document, options);
  const root = writer.run();
  return { text: writeXml(root, map.map.message.doctype), findings: writer.findings };
}

/** Elements of a place are kept in the order in which the rules first name them. */
interface Built extends XmlToWrite {
  children: Built[];
  rank: number;
}

class XmlMapWriter {
  readonly #map: XmlMap;
  readonly #cursor: DocumentCursor<XmlPlace>;
  /** By scope: position of the first rule that names a path. */
  readonly #ranks = new Map<Scope<XmlPlace>, Map<string, number>>();
  /** Constant attributes: set where their element is there in the end. */
  readonly #attributes: { element: Built; field: Field<XmlPlace> }[] = [];
  /** How many values have been written: an element around nothing is taken away again. */
  #values = 0;

  constructor(map: XmlMap, document: Document, options: WriteOptions) {
    this.#map = map;
    this.#cursor = new DocumentCursor(map.scopes).start(document, options);
  }

  get findings(): Finding[] {
    return this.#cursor.findings;
  }

  run(): Built {
    const root = build(this.#map.rootElement.qualified, 0);
    for (const [prefix, uri] of Object.entries(this.#map.map.message.namespaces ?? {}))
      root.attributes.set(prefix === '' ? 'xmlns' : `xmlns:${prefix}`, uri);
    this.#write(this.#map.root, root, this.#cursor.document, 1);
    for (const { element, field } of this.#attributes) {
      const [place] = field.places;
      const target = place && findPath(element, place.steps);
      if (target && !target.attributes.has(place.attribute))
        target.attributes.set(place.attribute, field.constant ?? '');
    }
    return root;
  }

  #write(scope: Scope<XmlPlace>, element: Built, target: Fields, ordinal: number): void {
    this.#cursor.enter(scope, target, ordinal);
    for (const { field, from, child, inner } of rulesOf(scope)) {
      if (field) this.#writeField(field, from, element, scope, inner);
      else if (child) this.#writeLoop(child, element, scope);
    }
  }

  #writeField(
    field: Field<XmlPlace>,
    from: Scope<XmlPlace>,
    element: Built,
    owner: Scope<XmlPlace>,
    inner: boolean,
  ): void {
    const [place] = field.places;
    if (!place || !field.writes) return;
    if (field.constant !== undefined) {
      if (inner || (from.entry && !this.#cursor.targetOf(from)) || !this.#cursor.holds(field.when, from))
        return;
      if (place.attribute === '') this.#put(element, place, field.constant, owner, false);
      else this.#attributes.push({ element, field });
      return;
    }
    const { texts } = this.#cursor.textsOf(field, from, inner);
    const text = field.join === undefined ? undefined : texts.join(field.join);
    const all = text === undefined || texts.length === 0 ? texts : [text];
    const several = field.list && text === undefined && field.path?.steps.at(-1)?.index === undefined;
    for (const one of several || field.selectStep >= 0 ? all.slice(0, field.limit) : all.slice(0, 1)) {
      this.#put(element, place, one, owner, several || field.selectStep >= 0);
      this.#values++;
    }
  }

  #put(element: Built, place: XmlPlace, text: string, owner: Scope<XmlPlace>, another: boolean): void {
    const { steps, attribute } = place;
    const ranks = this.#ranksOf(owner);
    let at = element;
    let path = '';
    for (const [index, step] of steps.entries()) {
      path += `/${step.qualified}`;
      const last = index === steps.length - 1;
      const same = at.children.findLast((child) => isSame(child, step));
      const taken = attribute === '' || same?.attributes.has(attribute) === true;
      const known = last && another && taken ? undefined : same;
      at = known ?? append(at, step, ranks.get(path) ?? Number.MAX_SAFE_INTEGER);
    }
    if (attribute !== '') {
      if (!at.attributes.has(attribute)) at.attributes.set(attribute, text);
    } else if (at.text === '' || another) at.text = text;
  }

  #writeLoop(child: Scope<XmlPlace>, element: Built, owner: Scope<XmlPlace>): void {
    if (!child.path) {
      const parent = this.#cursor.targetOf(owner);
      if (!parent || !this.#cursor.accepts(child, parent)) return;
      const before = this.#values;
      const { top, inner, isNew } = this.#instance(child, element, owner);
      this.#write(child, inner, parent, 1);
      if (this.#values === before && isNew) element.children.splice(element.children.indexOf(top), 1);
      return;
    }
    this.#cursor.forEach(child, (target, ordinal) => {
      this.#values++;
      this.#write(child, this.#instance(child, element, owner).inner, target, ordinal);
    });
  }

  /** The elements of one instance of a loop: those before the repeating step are shared. */
  #instance(
    child: Scope<XmlPlace>,
    element: Built,
    owner: Scope<XmlPlace>,
  ): { top: Built; inner: Built; isNew: boolean } {
    const { steps } = child.place!;
    const marked = steps.findIndex((step) => step.repeats);
    const repeating = child.list || !child.path ? Math.max(marked, 0) : steps.length - 1;
    const ranks = this.#ranksOf(owner);
    let at = element;
    let path = '';
    let top: Built | undefined;
    let isNew = false;
    for (const [index, step] of steps.entries()) {
      path += `/${step.qualified}`;
      const known = index < repeating ? at.children.findLast((one) => isSame(one, step)) : undefined;
      const made = known ?? append(at, step, ranks.get(path) ?? Number.MAX_SAFE_INTEGER);
      if (!top) {
        top = made;
        isNew = known === undefined;
      }
      at = made;
    }
    return { top: top ?? element, inner: at, isNew };
  }

  #ranksOf(scope: Scope<XmlPlace>): Map<string, number> {
    const known = this.#ranks.get(scope);
    if (known) return known;
    const ranks = new Map<string, number>();
    for (const { position, place } of rulesOf(scope)) {
      let path = '';
      for (const step of place?.steps ?? []) {
        path += `/${step.qualified}`;
        ranks.set(path, Math.min(ranks.get(path) ?? position, position));
      }
    }
    this.#ranks.set(scope, ranks);
    return ranks;
  }
}

interface RuleHere {
  position: number;
  place: XmlPlace | undefined;
  field: Field<XmlPlace> | undefined;
  from: Scope<XmlPlace>;
  child: Scope<XmlPlace> | undefined;
  inner: boolean;
}

const rulesByScope = new WeakMap<Scope<XmlPlace>, readonly RuleHere[]>();

/** What a scope writes into its element, in the order of the rules: own fields, those of entries, `../` of inner loops, loops. */
function rulesOf(scope: Scope<XmlPlace>): readonly RuleHere[] {
  const known = rulesByScope.get(scope);
  if (known) return known;
  const rules = [...fieldsHere(scope, 0), ...loopsHere(scope)].sort((a, b) => a.position - b.position);
  rulesByScope.set(scope, rules);
  return rules;
}

function fieldsHere(scope: Scope<XmlPlace>, depth: number): RuleHere[] {
  const own = scope.fields
    .filter((field) => (field.places[0]?.up ?? 0) === depth)
    .map((field): RuleHere => ({
      // A place further out is filled before the loop that it belongs to takes its entries.
      position: depth > 0 ? scope.position - 0.5 : field.position,
      place: field.places[0],
      field,
      from: scope,
      child: undefined,
      inner: depth > 0,
    }));
  return [...own, ...scope.children.flatMap((child) => fieldsHere(child, child.entry ? depth : depth + 1))];
}

function loopsHere(scope: Scope<XmlPlace>): RuleHere[] {
  return scope.children.flatMap((child): RuleHere[] => {
    if (child.entry) return loopsHere(child);
    if (!child.writes) return [];
    return [
      { position: child.position, place: child.place, field: undefined, from: scope, child, inner: false },
    ];
  });
}

function build(name: string, rank: number): Built {
  return { name, rank, attributes: new Map(), children: [], text: '' };
}

/** Adds an element behind those that the rules name earlier. */
function append(parent: Built, step: XmlStep, rank: number): Built {
  const made = build(step.qualified, rank);
  const { condition } = step;
  if (condition && condition.attribute !== '') made.attributes.set(condition.attribute, condition.value);
  else if (condition) made.children.push({ ...build(condition.child, -1), text: condition.value });
  const after = parent.children.findLastIndex((child) => child.rank <= rank);
  parent.children.splice(after + 1, 0, made);
  return made;
}

function isSame(element: Built, { qualified, condition }: XmlStep): boolean {
  if (element.name !== qualified) return false;
  if (!condition) return true;
  if (condition.attribute !== '') return element.attributes.get(condition.attribute) === condition.value;
  return element.children.some((child) => child.name === condition.child && child.text === condition.value);
}

function findPath(element: Built, steps: readonly XmlStep[]): Built | undefined {
  let at: Built | undefined = element;
  for (const step of steps) at = at?.children.find((child) => isSame(child, step));
  return at;
}

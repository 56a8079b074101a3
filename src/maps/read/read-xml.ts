import type { Finding } from '../../common/finding.ts';
import { parseXml, type XmlElement, type XmlLimits } from '../../edi/xml/index.ts';
import type { XmlMap } from '../compile/compiled-map.ts';
import type { Scope, XmlPlace, XmlStep } from '../compile/model.ts';
import type { Fields } from '../document-path.ts';
import { Frame } from './frame.ts';
import { FieldReader, type FoundText, type MessageSource } from './read-fields.ts';
import { completeReading, startDraft, type Reading, type Unconsumed } from './read.ts';
import type { TraceEntry } from './trace.ts';
import type { Report } from './understand.ts';

/** Reads the bytes of an XML document. Never throws; what is wrong with the bytes is in the findings. */
export function readXml(
  map: XmlMap,
  bytes: Uint8Array,
  options: { trace?: boolean; limits?: XmlLimits } = {},
): Reading {
  const { root, findings } = parseXml(bytes, options.limits);
  if (!root) return { document: undefined, draft: {}, findings, trace: [], unconsumed: [] };
  return readXmlElement(map, root, options);
}

/** Reads a parsed XML document. */
export function readXmlElement(map: XmlMap, root: XmlElement, options: { trace?: boolean } = {}): Reading {
  if (!isNamed(root, map.rootElement)) {
    const expected = map.rootElement.qualified;
    const finding: Finding = {
      code: 'MAP_WRONG_MESSAGE',
      severity: 'error',
      message: `The document is a <${root.qualifiedName}>, the map ${map.map.name} reads <${expected}> of "${map.rootElement.namespace}".`,
      place: { line: root.line, column: root.column, range: root.range },
      actual: `${root.namespace} ${root.name}`,
      expected: `${map.rootElement.namespace} ${map.rootElement.name}`,
    };
    return { document: undefined, draft: {}, findings: [finding], trace: [], unconsumed: [] };
  }
  const source = new XmlSource(map);
  const reader = new FieldReader<XmlPlace, XmlElement, XmlElement>(source, options.trace === true);
  const frame = new Frame<XmlPlace>(map.root, undefined, 0, startDraft(map.document));
  reader.read(frame, root);
  const unconsumed: Unconsumed[] = [];
  listUnused(root, source.used, unconsumed);
  const fields = frame.ensure();
  fillItems(fields['lines']);
  mergePackages(fields);
  return completeReading(map.document, fields, source.findings, reader.trace ?? [], unconsumed);
}

/** A line that names the line of the order needs no item of its own (cXML confirmations have none): it is that line's. */
function fillItems(lines: unknown): void {
  for (const line of Array.isArray(lines) ? (lines as Fields[]) : [])
    if (line['orderLineId'] !== undefined) line['item'] ??= {};
}

/** A package that is named at the shipment and at each line in it is one package. */
function mergePackages(fields: Fields): void {
  const packages = fields['packages'];
  if (!Array.isArray(packages)) return;
  const known = new Map<unknown, Fields>();
  for (const each of packages as Fields[]) {
    const id = each['id'] ?? each;
    known.set(id, { ...each, ...known.get(id) });
  }
  if (known.size < packages.length) fields['packages'] = [...known.values()];
}

/** True when the map reads documents with this root element, and its own condition holds. */
export function xmlMapApplies(map: XmlMap, root: XmlElement): boolean {
  if (!isNamed(root, map.rootElement)) return false;
  if (!map.when) return true;
  const reader = new FieldReader<XmlPlace, XmlElement, XmlElement>(new XmlSource(map), false);
  const frame = new Frame<XmlPlace>(map.root, undefined, 0, {});
  return reader.holdsAt(map.when, frame, root);
}

class XmlSource implements MessageSource<XmlPlace, XmlElement, XmlElement> {
  readonly findings: Finding[] = [];
  readonly used = new Set<XmlElement>();
  readonly #map: XmlMap;

  constructor(map: XmlMap) {
    this.#map = map;
  }

  texts(place: XmlPlace, node: XmlElement): FoundText<XmlElement>[] {
    return find(node, place.steps).flatMap((element) => {
      this.used.add(element);
      if (place.attribute === '') return [{ text: element.text, where: element }];
      const attribute = attributeOf(element, place.attribute);
      return attribute === undefined ? [] : [{ text: attribute, where: element }];
    });
  }

  nodes(scope: Scope<XmlPlace>, node: XmlElement): XmlElement[] {
    return find(node, scope.place!.steps);
  }

  whereOf(node: XmlElement): XmlElement {
    return node;
  }

  report(where: XmlElement): Report {
    return (code, severity, message, actual, expected) => {
      const { line, column, range, qualifiedName } = where;
      this.findings.push({
        code,
        severity,
        message: `<${qualifiedName}> (line ${line}): ${message}`,
        place: { line, column, range, path: qualifiedName },
        ...(actual === '' ? {} : { actual }),
        ...(expected === undefined ? {} : { expected }),
      });
    };
  }

  trace({ line, column, range }: XmlElement): Partial<TraceEntry> {
    return { line, column, range };
  }

  ignore(scope: Scope<XmlPlace>, node: XmlElement): void {
    for (const place of this.#map.ignored.get(scope.id) ?? [])
      for (const element of find(node, place.steps)) markAll(element, this.used);
  }
}

function markAll(element: XmlElement, used: Set<XmlElement>): void {
  used.add(element);
  for (const child of element.children) markAll(child, used);
}

function listUnused(element: XmlElement, used: ReadonlySet<XmlElement>, unused: Unconsumed[]): void {
  const { text, line, qualifiedName, range } = element;
  if (text !== '' && !used.has(element)) unused.push({ position: line, name: qualifiedName, text, range });
  for (const child of element.children) listUnused(child, used, unused);
}

function isNamed(element: XmlElement, step: Pick<XmlStep, 'namespace' | 'name'>): boolean {
  return element.name === step.name && element.namespace === step.namespace;
}

/** Elements at the end of the steps, in document order. */
function find(node: XmlElement, steps: readonly XmlStep[]): XmlElement[] {
  let found: readonly XmlElement[] = [node];
  for (const step of steps)
    found = found.flatMap((element) =>
      element.children.filter((child) => isNamed(child, step) && fulfils(child, step)),
    );
  return [...found];
}

function fulfils(element: XmlElement, { condition }: XmlStep): boolean {
  if (!condition) return true;
  if (condition.attribute !== '') return attributeOf(element, condition.attribute) === condition.value;
  const name = condition.child.slice(condition.child.indexOf(':') + 1);
  return element.children.some((child) => child.name === name && child.text === condition.value);
}

function attributeOf(element: XmlElement, name: string): string | undefined {
  const local = name.slice(name.indexOf(':') + 1);
  return element.attributes.find((attribute) => attribute.name === local)?.value;
}

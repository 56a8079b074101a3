import type { SegmentTable } from '../../edi/model.ts';
import type { XmlElement } from '../../edi/xml/index.ts';
import type { XmlMap } from '../compile/compiled-map.ts';
import type { SegmentPlace } from '../compile/model.ts';
import type { ElementText } from '../write/sink.ts';

/** A segment for comparison: its id and its elements' components, empty ones at the end left out. */
export interface PlainSegment {
  id: string;
  elements: readonly (readonly string[])[];
}

export function fromTable(table: SegmentTable, s: number): PlainSegment {
  const elements: string[][] = [];
  for (let e = 1; e <= table.elementCount(s); e++) {
    const parts: string[] = [];
    for (let c = 1; c <= table.componentCount(s, e); c++) parts.push(table.value(s, e, c));
    elements.push(parts);
  }
  return { id: table.id(s), elements };
}

export function fromElements(id: string, elements: readonly ElementText[]): PlainSegment {
  return { id, elements: elements.map((element) => (typeof element === 'string' ? [element] : element)) };
}

/** `NAD*BY*4000001:::9`, with the elements in `without` (`NAD02`, `NAD02.3`) left empty. */
export function textOf({ id, elements }: PlainSegment, without: readonly string[]): string {
  const texts = elements.map((parts, index) => {
    const name = `${id}${String(index + 1).padStart(2, '0')}`;
    if (without.includes(name)) return '';
    const kept = parts.map((part, c) => (without.includes(`${name}.${c + 1}`) ? '' : part.trim()));
    return kept.join(':').replace(/:+$/, '');
  });
  return [id, ...texts].join('*').replace(/\*+$/, '');
}

export function isIgnored(segment: PlainSegment, ignored: readonly SegmentPlace[]): boolean {
  return ignored.some(
    (place) =>
      place.segmentId === segment.id &&
      place.conditions.every(({ element, component, values, negated }) => {
        const value = segment.elements[element - 1]?.[component - 1] ?? '';
        return (values.length === 0 ? value === '' : values.includes(value)) !== negated;
      }),
  );
}

/** Every text and attribute of an XML document as `/Order/cbc:ID=7`, in document order, prefixes as the map has them. */
export function xmlLines(map: XmlMap, element: XmlElement, path = ''): string[] {
  const prefix =
    Object.entries(map.map.message.namespaces ?? {}).find(([, uri]) => uri === element.namespace)?.[0] ?? '';
  const here = `${path}/${prefix === '' ? '' : `${prefix}:`}${element.name}`;
  return [
    ...element.attributes.map(({ name, value }) => `${here}@${name}=${value}`).sort(),
    ...(element.text === '' ? [] : [`${here}=${element.text}`]),
    ...element.children.flatMap((child) => xmlLines(map, child, here)),
  ];
}

/** The lines of two lists that the other lacks, as many times as it lacks them; and whether only the order differs. */
export function compareLines(
  expected: readonly string[],
  actual: readonly string[],
): { missing: string[]; extra: string[]; reordered: boolean } {
  const missing = without(expected, actual);
  const extra = without(actual, expected);
  const reordered =
    missing.length === 0 && extra.length === 0 && expected.some((line, index) => line !== actual[index]);
  return { missing, extra, reordered };
}

function without(lines: readonly string[], others: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = counts.get(line) ?? 0;
    counts.set(line, count - 1);
    return count <= 0;
  });
}

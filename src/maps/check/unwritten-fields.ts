import { dec } from '../../common/decimal.ts';
import type { Finding } from '../../common/finding.ts';
import type { Document } from '../../documents/document.ts';
import type { CompiledMap, CompiledMapOf } from '../compile/compiled-map.ts';
import type { Place, Scope } from '../compile/model.ts';
import { isFields, type DocumentPath, type PathStep } from '../document-path.ts';

/** Fields of documents that rules write: a place in a document, and what is written inside of it. */
interface WrittenField {
  /** The value itself is written: a text, or all texts of a list. */
  whole: boolean;
  /** `address.street[0]`: these entries of a list of texts. */
  entries: Set<number>;
  inside: Map<string, WrittenField>;
  /** `references[type=contract]`: written of entries with this value only. */
  selected: { key: string; value: string; fields: WrittenField }[];
}

/** The kind of message says it, the date does, or it follows from other values. */
const SAID_OTHERWISE = ['documentType', 'issuedAt', 'lines[].lineAmount', 'changeNumber', 'changeDate'];

/**
 * What a document says and no rule of the map writes (MAP_NOT_WRITTEN): one finding with all that the partner does not get to know, and an
 * error for each value without which another price or another place is ordered. Whether a rule's own condition held is not looked
 * at. Maps with trees, which arrange what they write, are not judged.
 */
export function findUnwritten(map: CompiledMap, document: Document): Finding[] {
  const fields = writtenFieldsOf(map);
  if (fields === undefined) return [];
  const paths = new Set<string>();
  collectUnwritten([fields], document, '', paths);
  for (const path of SAID_OTHERWISE) paths.delete(path);
  // The first message about an order is its first version.
  if (document.documentType === 'order') paths.delete('version');
  if (paths.size === 0) return [];
  const names = [...paths].join(', ');
  return [
    ...findChangedMeaning(paths, document),
    {
      code: 'MAP_NOT_WRITTEN',
      severity: 'info',
      message: `the map has no place for ${names}: the partner does not get to know it`,
      place: {},
      actual: names,
    },
  ];
}

/** Values without which the partner reads another price, or delivers to another place. */
function findChangedMeaning(paths: ReadonlySet<string>, document: Document): Finding[] {
  if (document.documentType !== 'order' && document.documentType !== 'orderChange') return [];
  return document.lines.flatMap(({ quantity, price, allocations = [] }, index) => {
    const found: [field: string, actual: string, meaning: string][] = [];
    const { unit, baseQuantity } = price ?? {};
    if (unit !== undefined && unit !== quantity.unit && paths.has('lines[].price.unit'))
      found.push(['price.unit', unit, `the price would be one for ${quantity.unit ?? 'the ordered unit'}`]);
    if (baseQuantity !== undefined && !dec(baseQuantity).eq(1) && paths.has('lines[].price.baseQuantity'))
      found.push(['price.baseQuantity', baseQuantity, 'the price would be that of a single unit']);
    if (allocations.length > 0 && paths.has('lines[].allocations'))
      found.push(['allocations', `${allocations.length} places`, 'everything would go to one place']);
    return found.map(([field, actual, meaning]): Finding => ({
      code: 'MAP_NOT_WRITTEN',
      severity: 'error',
      message: `lines[${index}].${field}: the map has no place for ${actual}, and without it ${meaning}`,
      place: { path: `lines[${index}].${field}` },
      actual,
    }));
  });
}

const known = new WeakMap<CompiledMap, WrittenField>();

function writtenFieldsOf(map: CompiledMap): WrittenField | undefined {
  if (map.trees.length > 0) return undefined;
  let root = known.get(map);
  if (root === undefined) {
    root = noFields();
    for (const { path, scope, writes } of (map as CompiledMapOf<Place>).fields)
      if (path && writes && isWritten(scope)) mark(root, stepsTo(path, scope));
    known.set(map, root);
  }
  return root;
}

function noFields(): WrittenField {
  return { whole: false, entries: new Set(), inside: new Map(), selected: [] };
}

function isWritten(scope: Scope<Place>): boolean {
  return scope.parent === undefined || (scope.writes && isWritten(scope.parent));
}

/** From the root of the document to a field. */
function stepsTo(path: DocumentPath, scope: Scope<Place> | undefined): PathStep[] {
  if (path.absolute) return [...path.steps];
  let from = scope;
  for (let up = path.up; up > 0 && from; up--) {
    while (from && !from.path) from = from.parent;
    from = from?.parent;
  }
  return [...targetSteps(from), ...path.steps];
}

/** From the root of the document to what a scope writes. */
function targetSteps(scope: Scope<Place> | undefined): PathStep[] {
  if (!scope) return [];
  return scope.path ? stepsTo(scope.path, scope.parent) : targetSteps(scope.parent);
}

function mark(root: WrittenField, steps: readonly PathStep[]): void {
  let at = root;
  for (const { key, select, index } of steps) {
    const inside = at.inside.get(key) ?? noFields();
    at.inside.set(key, inside);
    at = inside;
    if (index !== undefined) {
      at.entries.add(index);
      return;
    }
    if (select === undefined) continue;
    const fields = noFields();
    // The place says the value.
    fields.inside.set(select.key, { ...noFields(), whole: true });
    at.selected.push({ ...select, fields });
    at = fields;
  }
  at.whole = true;
}

function collectUnwritten(
  written: readonly WrittenField[],
  value: unknown,
  path: string,
  paths: Set<string>,
): void {
  if (Array.isArray(value)) {
    value.forEach((entry: unknown, index) => {
      if (!isFields(entry)) {
        if (written.some(({ whole, entries }) => whole || entries.has(index))) return;
        paths.add(written.some(({ entries }) => entries.size > 0) ? `${path}[${index}]` : path);
        return;
      }
      const chosen = written.flatMap(({ selected }) =>
        selected.flatMap(({ key, value: wanted, fields }) => (entry[key] === wanted ? fields : [])),
      );
      collectUnwritten([...written, ...chosen], entry, `${path}[]`, paths);
    });
    return;
  }
  if (!isFields(value)) {
    if (!written.some(({ whole }) => whole)) paths.add(path);
    return;
  }
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const inside = written.flatMap((fields) => fields.inside.get(key) ?? []);
    const name = path === '' ? key : `${path}.${key}`;
    if (inside.length === 0) paths.add(name);
    else collectUnwritten(inside, member, name, paths);
  }
}

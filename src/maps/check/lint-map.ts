import type { Finding } from '../../common/finding.ts';
import type { MessageGrammar, Slot } from '../../edi/model.ts';
import { mapFinding } from '../compile/map-finding.ts';
import { compileMap } from '../compile/compile.ts';
import type { CompiledMap, CompiledMapOf, SegmentMap } from '../compile/compiled-map.ts';
import type { Field, Place, Scope } from '../compile/model.ts';
import { SERVICE_SEGMENTS } from '../compile/segment-plan.ts';
import { documentShape, type Shape } from '../document-shape.ts';
import type { EffectiveMap } from '../load-map.ts';
import type { Origin } from '../map-file.ts';

/**
 * Everything that looks wrong or unfinished in a map: what keeps it from compiling (errors: unknown segments, fields, code
 * tables), mandatory segments and elements that no rule writes, required fields that no rule reads, rules that can never do
 * anything, and rules that work one way only (info).
 */
export function lintMap(map: EffectiveMap, grammar?: MessageGrammar): Finding[] {
  const { map: compiled, findings } = compileMap(map, grammar);
  if (!compiled) return findings;
  return [
    ...findings,
    ...lintRules(compiled),
    ...lintTarget(compiled),
    ...(compiled.standard === 'xml' || compiled.standard === 'csv' ? [] : lintGrammar(compiled)),
  ];
}

/** A scope without regard to how its places are written. */
type AnyScope = Scope<Place>;

function scopesOf(map: CompiledMap): readonly AnyScope[] {
  return (map as CompiledMapOf<Place>).scopes;
}

function headOf(map: CompiledMap): Origin {
  return { map: map.map.name, line: 1, column: 1 };
}

function lintRules(map: CompiledMap): Finding[] {
  return scopesOf(map).flatMap((scope) => [
    ...scope.fields.flatMap((field, index) => lintField(field, scope.fields.slice(0, index))),
    ...lintOneWayLoop(scope),
  ]);
}

function lintField(field: Field<Place>, earlier: readonly Field<Place>[]): Finding[] {
  const { options, origin } = field.rule;
  const findings: Finding[] = [];
  const places = field.places.map((place) => place.text).join(', ');
  const same = earlier.find(
    (other) =>
      !other.when &&
      other.path?.text === field.path?.text &&
      other.reads === field.reads &&
      other.writes === field.writes &&
      other.places.map((place) => place.text).join(', ') === places,
  );
  if (same && places !== '' && field.path)
    findings.push(
      mapFinding(
        origin,
        `the rule ${places} ↔ ${field.path.text} stands at line ${same.rule.origin.line} already`,
        'warning',
      ),
    );
  if (options.only !== undefined) findings.push(oneWay(origin, places, options.only));
  return findings;
}

function lintOneWayLoop(scope: AnyScope): Finding[] {
  const { rule } = scope;
  if (!rule || !('kind' in rule) || rule.options.only === undefined) return [];
  return [oneWay(rule.origin, 'the loop', rule.options.only)];
}

/** No mistake: what is only read does not come back, and what is only written is read from nowhere. */
function oneWay(origin: Origin, what: string, direction: 'read' | 'write'): Finding {
  const message = `${what} works one way: only ${direction}`;
  return { ...mapFinding(origin, message, 'info'), code: 'MAP_ONE_WAY' };
}

// ── the document ────────────────────────────────────────────────────────────────────────────────

/** Required fields of the objects that the map reads, which no rule fills. */
function lintTarget(map: CompiledMap): Finding[] {
  const byPath = new Map<string, Set<string>>();
  const origins = new Map<string, Origin>();
  for (const scope of scopesOf(map)) {
    if (!scope.reads) continue;
    const base = fullPath(scope);
    if (!origins.has(base)) origins.set(base, scope.rule?.origin ?? headOf(map));
    if (!scope.shares) note(byPath, base, treeFields(scope));
    const select = scope.steps.at(-1)?.select;
    if (select) note(byPath, base, [select.key]);
    for (const field of scope.fields) {
      if (!field.path || (!field.reads && field.constant === undefined)) continue;
      const keys = field.path.steps.map((step) => step.key);
      noteNested(byPath, field.path.absolute ? '' : base, keys);
    }
    if (scope.path && scope.parent)
      noteNested(
        byPath,
        fullPath(scope.parent),
        scope.steps.map((step) => step.key),
      );
  }
  note(byPath, '', ['documentType']);
  return [...byPath].flatMap(([path, filled]) => {
    const shape = shapeOf(documentShape(map.document), path);
    return requiredKeys(shape)
      .filter((key) => !filled.has(key))
      .map((key) =>
        mapFinding(
          nearestOrigin(origins, path) ?? headOf(map),
          `no rule reads ${path === '' ? key : `${path}.${key}`}, which every ${map.document} must have`,
          'warning',
        ),
      );
  });
}

/** The rule of the loop around a path. */
function nearestOrigin(origins: ReadonlyMap<string, Origin>, path: string): Origin | undefined {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const origin = origins.get(at);
    if (origin) return origin;
  }
  return origins.get('');
}

function note(byPath: Map<string, Set<string>>, path: string, keys: readonly string[]): void {
  const known = byPath.get(path) ?? new Set<string>();
  for (const key of keys) known.add(key);
  byPath.set(path, known);
}

function noteNested(byPath: Map<string, Set<string>>, base: string, keys: readonly string[]): void {
  let path = base;
  for (const key of keys) {
    note(byPath, path, [key]);
    path = path === '' ? key : `${path}.${key}`;
  }
}

/** Fields that a tree fills by itself. */
function treeFields(scope: AnyScope): string[] {
  return scope.tree ? ['id', 'parentId', 'packageId'] : [];
}

function fullPath(scope: AnyScope): string {
  if (!scope.parent) return '';
  const outside = scope.path?.absolute === true ? '' : fullPath(scope.parent);
  return [outside, ...scope.steps.map((step) => step.key)].filter((part) => part !== '').join('.');
}

function shapeOf(root: Shape, path: string): Shape | undefined {
  let shape: Shape | undefined = root;
  for (const key of path === '' ? [] : path.split('.')) {
    if (shape?.kind === 'list') shape = shape.entry;
    shape = shape?.kind === 'object' ? shape.fields.get(key)?.shape : undefined;
  }
  return shape?.kind === 'list' ? shape.entry : shape;
}

function requiredKeys(shape: Shape | undefined): string[] {
  if (shape?.kind !== 'object') return [];
  return [...shape.fields].filter(([, field]) => !field.optional).map(([key]) => key);
}

// ── the message ─────────────────────────────────────────────────────────────────────────────────

/** What the grammar asks for and no rule writes. */
function lintGrammar(map: SegmentMap): Finding[] {
  const written = new Set<number>();
  for (const [id, nodes] of map.writePlan.entries())
    for (const node of nodes) if (isWritten(map, id) && node.kind === 'segment') written.add(node.slot);
  for (const tree of map.trees) written.add(tree.slot);
  const { slots } = map.grammar;
  const findings: Finding[] = [];
  for (const slot of slots) {
    if (written.has(slot.index) || SERVICE_SEGMENTS.has(slot.segmentId)) continue;
    const needed = slot.trigger
      ? slot.loopMandatory && isPresent(slots, slot.parentLoopSlot, written)
      : slot.mandatory && isPresent(slots, slot.loopSlot, written);
    if (needed)
      findings.push(
        mapFinding(headOf(map), `no rule writes ${describe(slot)}, which is mandatory`, 'warning'),
      );
  }
  for (const slot of written) {
    const trigger = slots[slots[slot]?.loopSlot ?? -1];
    if (trigger && !written.has(trigger.index))
      findings.push(
        mapFinding(
          headOf(map),
          `${describe(slots[slot]!)} is written without ${trigger.segmentId}, which begins its loop: give the loop its own loop:`,
          'warning',
        ),
      );
  }
  return [...findings, ...lintElements(map)];
}

/** False for a loop that is only read, and for all in it. */
function isWritten(map: SegmentMap, scopeId: number): boolean {
  return map.scopes[scopeId]?.writes ?? true;
}

function isPresent(slots: readonly Slot[], loopSlot: number, written: ReadonlySet<number>): boolean {
  return loopSlot === -1 || (slots[loopSlot] !== undefined && written.has(loopSlot));
}

function describe(slot: Slot): string {
  return slot.loopPath.length === 0 ? slot.segmentId : `${slot.loopPath.join('/')}/${slot.segmentId}`;
}

/** What lint needs of the dictionary's segment definitions. */
interface WithDefinitions {
  segmentAt(slot: number): { elements: readonly { id: string; mandatory: boolean }[] } | undefined;
}

/** Mandatory elements of written segments that no rule fills. */
function lintElements(map: SegmentMap): Finding[] {
  const { grammar } = map;
  if (!('segmentAt' in grammar)) return [];
  const definitions = grammar as unknown as WithDefinitions;
  const findings: Finding[] = [];
  for (const [id, nodes] of map.writePlan.entries())
    for (const node of nodes) {
      if (node.kind !== 'segment' || !isWritten(map, id)) continue;
      const elements = definitions.segmentAt(node.slot)?.elements ?? [];
      const filled = new Set([...node.qualifiers, ...node.constants].map((cell) => cell.element));
      const inTree = map.scopes[id]?.tree?.slot === node.slot;
      for (const { place, field } of node.values) {
        if (field.time) filled.add(field.time.element);
        for (let e = place.element; e <= place.lastElement; e++) filled.add(e);
        for (let i = 0; place.layout && i < place.layout.count * place.layout.step; i++)
          filled.add(place.layout.from + i);
      }
      const open = node.pairs.length > 0 || inTree;
      for (const [index, element] of elements.entries())
        if (element.mandatory && !filled.has(index + 1) && !open)
          findings.push(
            mapFinding(
              map.scopes[id]?.rule?.origin ?? headOf(map),
              `no rule writes ${node.segmentId}${String(index + 1).padStart(2, '0')} (${element.id}), which is mandatory`,
              'warning',
            ),
          );
    }
  return findings;
}

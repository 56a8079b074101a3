import type { Finding } from '../../common/finding.ts';
import { compileCodeTable, type CodeTable } from '../code-table.ts';
import { zoneMinutesOf } from '../conversion/dates.ts';
import { decimalMarkOf } from '../conversion/decimals.ts';
import { findConversion } from '../conversion/find-conversion.ts';
import { text as textConversion } from '../conversion/conversion.ts';
import type { DocumentPath } from '../document-path.ts';
import { fieldNames, shapeAt, type ScalarType, type Shape } from '../document-shape.ts';
import type {
  EffectiveMap,
  EffectiveRule,
  EntryRule,
  FieldRule,
  LoopRule,
  TreeLevel,
  TreeRule,
} from '../load-map.ts';
import type { Origin } from '../map-file.ts';
import type { WhenClause } from '../map-schema.ts';
import { DocumentPaths } from './document-paths.ts';
import { setterOf } from './field-access.ts';
import { constantFaults, enumFaults } from './given-values.ts';
import { mapFinding } from './map-finding.ts';
import { isPlain, loopOf } from './scope-tree.ts';
import { compileTest } from './when-test.ts';
import { noteSelected, noteWritten, type WrittenShapes } from './written-shape.ts';
import type { Derivation, Field, Place, Scope, Test, Tree, When } from './model.ts';

/** What differs between segments, XML and CSV: how a place is written down. A text answer says what is wrong. */
export interface PlaceCompiler<P extends Place> {
  /** A value's place as the rules of `scope` see it; `composite`: the whole composite is meant (`as: dtm`). */
  value(text: string, scope: Scope<P>, composite: boolean): P | string;
  /** A loop's place as the rules of `parent` see it, and what its own rules will see. */
  loop(text: string, parent: Scope<P>): { place: P; loopSlot: number; single: boolean } | string;
  /** Trees exist in segments only. */
  tree(rule: TreeRule, parent: Scope<P>): { segmentId: string; slot: number } | string;
  /** True for a `when:` key that is a place. */
  isPlace(key: string, scope: Scope<P>): boolean;
  ignore(addresses: readonly string[], scope: Scope<P>): string | undefined;
}

/** Turns effective rules into scopes and fields, collecting what is wrong with each rule. */
export class ScopeCompiler<P extends Place> {
  readonly scopes: Scope<P>[] = [];
  readonly fields: Field<P>[] = [];
  readonly trees: Tree<P>[] = [];
  readonly findings: Finding[] = [];
  readonly written: WrittenShapes = new Map();
  readonly #map: EffectiveMap;
  readonly #places: PlaceCompiler<P>;
  readonly #tables = new Map<string, CodeTable>();
  readonly #document: Shape;
  readonly #paths: DocumentPaths<P>;
  #position = 0;

  constructor(map: EffectiveMap, document: Shape, places: PlaceCompiler<P>) {
    this.#map = map;
    this.#places = places;
    this.#document = document;
    this.#paths = new DocumentPaths(map.document, document, (origin, message) =>
      this.#report(origin, message),
    );
    for (const [name, entries] of map.codes) this.#tables.set(name, compileCodeTable(name, entries));
  }

  compileRoot(): Scope<P> {
    const root = this.#scope(undefined, undefined, { loopSlot: -1, single: false, place: undefined });
    this.#addRules(root, this.#map.rules);
    return root;
  }

  /** `message.when`, seen from the root. */
  compileWhen(clause: WhenClause | undefined, scope: Scope<P>, origin: Origin): When<P> | undefined {
    if (clause === undefined) return undefined;
    const places: { place: P; test: Test }[] = [];
    const paths: { path: DocumentPath; test: Test; size: boolean }[] = [];
    for (const [key, wanted] of Object.entries(clause)) {
      const test = compileTest(wanted);
      if (this.#places.isPlace(key.replace(/^(\.\.\/)+/, ''), scope)) {
        const place = this.#value(key, scope, false);
        if (typeof place === 'string') this.#report(origin, `when: ${place}`);
        else places.push({ place, test });
      } else {
        const size = key.endsWith('#');
        const path = this.#paths.resolve(size ? key.slice(0, -1) : key, scope, origin, 'when');
        if (path) paths.push({ path, test, size });
      }
    }
    return { places, paths };
  }

  #scope(
    rule: LoopRule | EntryRule | TreeLevel | undefined,
    parent: Scope<P> | undefined,
    where: { loopSlot: number; single: boolean; place: P | undefined },
  ): Scope<P> {
    const options = rule?.options;
    const entry = rule && 'kind' in rule && rule.kind === 'entry' ? rule.options.entry : undefined;
    const { required, limit, divides } =
      rule && 'kind' in rule && rule.kind === 'loop'
        ? rule.options
        : { required: undefined, limit: undefined, divides: undefined };
    const only = rule && 'kind' in rule ? rule.options.only : undefined;
    const to = entry ?? (options && 'to' in options ? options.to : undefined);
    const origin = rule?.origin ?? { map: this.#map.name, line: 1, column: 1 };
    const path = parent && to !== undefined ? this.#paths.resolve(to, parent, origin, 'to', true) : undefined;
    const base = path && parent ? this.#paths.baseOf(path, parent) : this.#document;
    const scope: Scope<P> = {
      id: this.scopes.length,
      position: this.#position++,
      rule,
      parent,
      ...where,
      entry: entry !== undefined,
      path,
      list: path?.steps.at(-1)?.list === true || path?.steps.at(-1)?.select !== undefined,
      steps: path?.steps ?? [],
      shape: path ? (shapeAt(base, path.steps) ?? base) : (parent?.shape ?? this.#document),
      when: undefined,
      requiredRead: required === 'true' || required === 'read',
      requiredWrite: required === 'true' || required === 'write',
      limit,
      reads: only !== 'write' && (parent?.reads ?? true),
      writes: only !== 'read' && (parent?.writes ?? true),
      fields: [],
      children: [],
      trees: [],
      tree: undefined,
      shares: false,
      divides: divides === true,
      origin: `${origin.map}:${origin.line}`,
    };
    this.scopes.push(scope);
    if (scope.divides && !(scope.list && scope.shape.kind === 'object' && scope.shape.fields.has('quantity')))
      this.#report(origin, 'divides: the loop needs a list whose entries have a quantity (to: schedules[])');
    if (path) noteSelected(this.written, path, base);
    if (path && scope.shape.kind === 'scalar')
      this.#report(origin, `to: ${path.text} is a single value; a loop needs an object or a list`);
    return scope;
  }

  #addRules(scope: Scope<P>, rules: readonly EffectiveRule[]): void {
    for (const rule of rules) {
      if (rule.kind === 'field') this.#addField(scope, rule);
      else if (rule.kind === 'loop') this.#addLoop(scope, rule);
      else if (rule.kind === 'entry') this.#addEntry(scope, rule);
      else if (rule.kind === 'tree') this.#addTree(scope, rule);
      else {
        const problem = this.#places.ignore(rule.addresses, scope);
        if (problem !== undefined) this.#report(rule.origin, problem);
      }
    }
  }

  #addLoop(parent: Scope<P>, rule: LoopRule): void {
    const where = this.#places.loop(rule.options.loop, parent);
    if (typeof where === 'string') {
      this.#report(rule.origin, where);
      return;
    }
    const scope = this.#scope(rule, parent, where);
    scope.when = this.compileWhen(rule.options.when, scope, rule.origin);
    parent.children.push(scope);
    this.#addRules(scope, rule.rules);
  }

  #addEntry(parent: Scope<P>, rule: EntryRule): void {
    const { loopSlot, single, place } = parent;
    const scope = this.#scope(rule, parent, { loopSlot, single, place });
    scope.when = this.compileWhen(rule.options.when, scope, rule.origin);
    parent.children.push(scope);
    this.#addRules(scope, rule.rules);
  }

  #addTree(parent: Scope<P>, rule: TreeRule): void {
    const where = this.#places.tree(rule, parent);
    if (typeof where === 'string') {
      this.#report(rule.origin, where);
      return;
    }
    const tree: Tree<P> = { rule, ...where, parent, levels: [], order: [] };
    for (const level of rule.levels) this.#addLevel(tree, level);
    const names = rule.options.order ?? rule.levels.map((level) => level.name);
    for (const name of names) {
      const level = tree.levels.find((known) => (known.rule as TreeLevel).name === name);
      if (level) tree.order.push(level);
      else this.#report(rule.origin, `order: there is no level "${name}"`);
    }
    parent.trees.push(tree);
    this.trees.push(tree);
  }

  #addLevel(tree: Tree<P>, level: TreeLevel): void {
    const address = level.options.at ?? tree.segmentId;
    const inTree = address.startsWith(tree.segmentId);
    // A level with another segment (LIN in CPS) is a loop inside the tree's nodes.
    const seenFrom = inTree ? tree.parent : { ...tree.parent, loopSlot: tree.slot };
    const where = this.#places.loop(address, seenFrom);
    if (typeof where === 'string') {
      this.#report(level.origin, where);
      return;
    }
    const scope = this.#scope(level, tree.parent, where);
    if (level.options.shares !== undefined) {
      const path = this.#paths.resolve(level.options.shares, tree.parent, level.origin, 'shares', true);
      const shape = path && shapeAt(tree.parent.shape, path.steps);
      if (path && shape) {
        scope.path = path;
        scope.steps = path.steps;
        scope.shape = shape;
        scope.shares = true;
      }
    }
    scope.tree = tree;
    scope.when = this.compileWhen(level.options.when, scope, level.origin);
    tree.levels.push(scope);
    this.#addRules(scope, level.rules);
  }

  #addField(scope: Scope<P>, rule: FieldRule): void {
    const { options, origin } = rule;
    const path = options.to === undefined ? undefined : this.#paths.resolve(options.to, scope, origin, 'to');
    if (options.to !== undefined && !path) return;
    const shape = path && shapeAt(this.#paths.baseOf(path, scope), path.steps);
    const wholeObject = shape !== undefined && shape.kind !== 'scalar';
    if (wholeObject && options.copyOf === undefined) {
      const fields = fieldNames(shape);
      this.#report(
        origin,
        `to: ${options.to ?? ''} is not a single value; its fields are ${fields.join(', ')}`,
      );
      return;
    }
    const target: ScalarType =
      shape?.kind === 'scalar' ? shape.type : options.sum === undefined ? 'text' : 'decimal';
    const conversion = findConversion(options.as ?? (wholeObject ? 'text' : undefined), {
      target,
      zoneMinutes: zoneMinutesOf(options.zone ?? '+00:00'),
      hasTime: options.time !== undefined,
      decimalMark: decimalMarkOf(this.#map.message),
      thousands: this.#map.message.thousands,
    });
    // A constant needs no understanding of its text.
    const known = typeof conversion === 'string' && options.const !== undefined ? textConversion : conversion;
    if (typeof known === 'string') {
      this.#report(origin, known);
      return;
    }
    const codes = this.#codes(rule);
    if (codes && shape?.kind === 'scalar' && shape.type === 'enum')
      for (const fault of enumFaults(rule, codes, shape.options)) this.#report(rule.origin, fault);
    const places = this.#fieldPlaces(rule, scope, known.name.startsWith('dtm'));
    // The message of this release has no such place: another rule has the one that it has instead.
    if (options.optional === true && places.length === 0) return;
    const last = path?.steps.at(-1);
    const field: Field<P> = {
      index: this.fields.length,
      position: this.#position++,
      rule,
      origin: `${origin.map}:${origin.line}`,
      scope,
      places,
      path,
      key: path && isOwnKey(path) ? path.steps[0]!.key : '',
      set: path && setterOf(path),
      list: last?.list === true || last?.index !== undefined,
      selectStep: path?.steps.findIndex((step) => step.select !== undefined) ?? -1,
      target,
      conversion: known,
      codes,
      rankSlot: this.fields.length,
      rankOffset: 0,
      plain: false,
      reads: options.only !== 'write' && scope.reads,
      writes: options.only !== 'read' && scope.writes,
      constant: options.const,
      defaultRead: typeof options.default === 'string' ? options.default : options.default?.read,
      defaultWrite: typeof options.default === 'string' ? undefined : options.default?.write,
      requiredRead: options.required === 'true' || options.required === 'read',
      requiredWrite: options.required === 'true' || options.required === 'write',
      when: this.compileWhen(options.when, scope, origin),
      inherit: this.#paths.resolveRoot(options.inherit, origin),
      copyOf: this.#paths.resolveRoot(options.copyOf, origin),
      count: this.#count(rule, scope),
      sum: options.sum === undefined ? undefined : this.#paths.resolve(options.sum, scope, origin, 'sum'),
      sign: options.sign,
      factor: this.#factor(rule, scope),
      prefix: options.prefix ?? '',
      suffix: options.suffix ?? '',
      pad: options.pad ?? 0,
      width: options.width,
      join: options.join,
      limit: options.limit,
      time: this.#companion(options.time, scope, origin),
      until:
        options.until === undefined ? undefined : this.#paths.resolve(options.until, scope, origin, 'until'),
      derive: this.#derive(rule, scope),
      context: options.context,
    };
    field.plain = isPlain(field);
    for (const fault of constantFaults(field, shape)) this.#report(rule.origin, fault);
    if (path) {
      const { until } = field;
      const end = until && shapeAt(this.#paths.baseOf(until, scope), until.steps);
      noteWritten(this.written, field, this.#paths.baseOf(path, scope), end);
    }
    scope.fields.push(field);
    this.fields.push(field);
  }

  #fieldPlaces(rule: FieldRule, scope: Scope<P>, composite: boolean): P[] {
    return (rule.options.at ?? []).flatMap((at) => {
      const place = this.#value(at, scope, composite);
      if (typeof place !== 'string') return [place];
      if (rule.options.optional !== true) this.#report(rule.origin, place);
      return [];
    });
  }

  /** A place, also one of an enclosing loop: `../LIN02`. */
  #value(at: string, scope: Scope<P>, composite: boolean): P | string {
    const prefix = /^(?:\.\.\/)+/.exec(at)?.[0] ?? '';
    const up = prefix.length / 3;
    let outer: Scope<P> | undefined = scope;
    for (let i = 0; i < up; i++) outer = loopOf(outer)?.parent;
    outer = outer && loopOf(outer);
    if (!outer) return `"${at}": there are not so many loops around this rule`;
    const place = this.#places.value(at.slice(prefix.length), up === 0 ? scope : outer, composite);
    return typeof place === 'string' ? place : { ...place, up };
  }

  #companion(at: string | undefined, scope: Scope<P>, origin: Origin): P | undefined {
    if (at === undefined) return undefined;
    const place = this.#value(at, scope, false);
    if (typeof place !== 'string') return place;
    this.#report(origin, place);
    return undefined;
  }

  #codes(rule: FieldRule): CodeTable | undefined {
    const { codes } = rule.options;
    if (codes === undefined) return undefined;
    if (typeof codes !== 'string') return compileCodeTable('the rule', codes);
    const table = this.#tables.get(codes);
    if (!table)
      this.#report(rule.origin, `codes: there is no table "${codes}" (no file codes/${codes}.yaml)`);
    return table;
  }

  #factor(rule: FieldRule, scope: Scope<P>): Field<P>['factor'] {
    const operation = rule.options.times ? 'times' : 'over';
    const factor = rule.options[operation];
    if (!factor) return undefined;
    const place = this.#companion(factor.at, scope, rule.origin);
    const path = this.#paths.resolve(factor.to, scope, rule.origin, operation);
    return place && path ? { place, path, operation } : undefined;
  }

  #count(rule: FieldRule, scope: Scope<P>): Field<P>['count'] {
    const { count } = rule.options;
    if (count === undefined) return undefined;
    if (/^[A-Z][A-Z0-9]{1,2}$/.test(count)) return { segmentId: count };
    const path = this.#paths.resolve(count.replace(/\[\]$/, ''), scope, rule.origin, 'count');
    return path && { path };
  }

  #derive(rule: FieldRule, scope: Scope<P>): Derivation[] | undefined {
    return rule.options.derive?.map(({ all, any, is, then }) => {
      const text = all ?? any;
      return {
        quantifier: all !== undefined ? 'all' : any !== undefined ? 'any' : 'always',
        path: text === undefined ? undefined : this.#paths.resolve(text, scope, rule.origin, 'derive'),
        values: new Set(is ?? []),
        value: then,
      };
    });
  }

  #report(origin: Origin, message: string): void {
    this.findings.push(mapFinding(origin, message));
  }
}

/** A single step from the scope's own target. */
function isOwnKey(path: DocumentPath): boolean {
  const [step, second] = path.steps;
  if (!step || second || path.absolute || path.up > 0) return false;
  return !step.list && step.select === undefined && step.index === undefined;
}

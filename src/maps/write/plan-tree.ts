import type { Scope, SegmentPlace, Tree } from '../compile/model.ts';
import { collectAt, getAt, isFields, type Fields } from '../document-path.ts';

/** A node of an HL or CPS tree to be written. */
export interface PlannedNode {
  scope: Scope<SegmentPlace>;
  target: Fields;
  /** Position of the target in its list, from 1. */
  ordinal: number;
  number: number;
  parentNumber: number | undefined;
  children: PlannedNode[];
  /** Lines that are loops inside the node. */
  lines: { scope: Scope<SegmentPlace>; target: Fields; ordinal: number }[];
}

/** Number, parent's number and child code of a tree's node; undefined leaves the place as it is. */
export function nodeTexts({ number, parentNumber, scope, children }: PlannedNode): (string | undefined)[] {
  const { tree } = scope;
  const hasChildCode = tree?.segmentId === 'HL' && tree.rule.options.childFlag !== false;
  return [
    String(number),
    parentNumber === undefined ? undefined : String(parentNumber),
    hasChildCode ? (children.length > 0 ? '1' : '0') : undefined,
  ];
}

interface Draft extends PlannedNode {
  key: unknown;
}

type Holds = (scope: Scope<SegmentPlace>, target: Fields) => boolean;

/**
 * Nests the lines and packages of a document in the tree's order: each line stands under one node per level, and lines
 * that agree on a level share its node.
 */
export function planTree(
  tree: Tree<SegmentPlace>,
  document: Fields,
  holds: Holds,
): { nodes: PlannedNode[]; problems: string[] } {
  const planner = new TreePlanner(tree, document, holds);
  return { nodes: planner.plan(), problems: planner.problems };
}

class TreePlanner {
  readonly problems: string[] = [];
  readonly #tree: Tree<SegmentPlace>;
  readonly #document: Fields;
  readonly #holds: Holds;
  readonly #all: readonly Fields[];
  readonly #byId: ReadonlyMap<unknown, Fields>;
  readonly #placed = new Map<Fields, Draft>();
  readonly #roots: Draft[] = [];
  #count = 0;

  constructor(tree: Tree<SegmentPlace>, document: Fields, holds: Holds) {
    this.#tree = tree;
    this.#document = document;
    this.#holds = holds;
    this.#all = listAt(document, 'packages');
    this.#byId = new Map(this.#all.map((one) => [one['id'], one]));
  }

  plan(): PlannedNode[] {
    const level = this.#tree.order.find(isLineLevel);
    const lines = level ? collectAt(this.#document, level.steps).filter(isFields) : [];
    for (const [index, line] of lines.entries()) this.#placeLine(line, index + 1);
    for (const one of this.#all) if (!this.#placed.has(one)) this.#placePackage(one);
    if (this.#roots.length === 0) this.#descend(undefined, this.#documentLevels());
    for (const root of this.#roots) this.#number(root, undefined);
    return this.#roots;
  }

  #documentLevels(): { scope: Scope<SegmentPlace>; key: unknown; target: Fields; ordinal: number }[] {
    return this.#tree.order
      .filter((scope) => !scope.path)
      .map((scope) => ({ scope, key: scope, target: this.#document, ordinal: 1 }));
  }

  #placeLine(line: Fields, ordinal: number): void {
    const { order, slot } = this.#tree;
    const { packageId, packageIds } = line;
    const ids: readonly unknown[] = Array.isArray(packageIds) ? packageIds : [packageId];
    let at: Draft | undefined;
    for (const [index, scope] of order.entries()) {
      if (!scope.path) at = this.#child(at, scope, scope, this.#document, 1);
      else if (scope.shares) {
        const key = sharedKey(scope, line);
        if (key !== '' && this.#holds(scope, line)) at = this.#child(at, scope, key, line, ordinal);
      } else if (isLineLevel(scope)) {
        if (!this.#holds(scope, line)) return;
        if (scope.place?.slot !== slot) at?.lines.push({ scope, target: line, ordinal });
        else this.#placeBeneath(this.#child(at, scope, line, line, ordinal), order.slice(index + 1), ids);
        return;
      } else {
        if (ids.length > 1)
          this.problems.push(
            `a line fills ${ids.length} packages; it is written under the first, ${String(ids[0])}`,
          );
        at = this.#packages(at, [scope], ids[0]);
      }
    }
  }

  /** The packages of a line that the order nests below it: any number. */
  #placeBeneath(line: Draft, levels: readonly Scope<SegmentPlace>[], ids: readonly unknown[]): void {
    for (const id of ids) this.#packages(line, levels.filter(isPackageLevel), id);
  }

  /** A package and those around it, outermost first, as far as the levels take them. */
  #packages(from: Draft | undefined, levels: readonly Scope<SegmentPlace>[], id: unknown): Draft | undefined {
    let at = from;
    for (const scope of levels)
      for (const one of this.#around(this.#byId.get(id))) at = this.#package(at, scope, one);
    return at;
  }

  #around(one: Fields | undefined): Fields[] {
    const chain: Fields[] = [];
    for (let at = one; at && !chain.includes(at); at = this.#byId.get(at['parentId'])) chain.unshift(at);
    return chain;
  }

  #package(at: Draft | undefined, scope: Scope<SegmentPlace>, one: Fields): Draft | undefined {
    if (!this.#accepts(scope, one)) return at;
    const before = this.#placed.get(one);
    const node = this.#child(at, scope, one, one, this.#all.indexOf(one) + 1);
    if (before && before !== node)
      this.problems.push(
        `package ${String(one['id'])} stands in more than one branch and is written more than once`,
      );
    this.#placed.set(one, node);
    return node;
  }

  #accepts(scope: Scope<SegmentPlace>, one: Fields): boolean {
    const select = scope.steps.at(-1)?.select;
    return (!select || one[select.key] === select.value) && this.#holds(scope, one);
  }

  /** A package that no line is in. */
  #placePackage(one: Fields): void {
    let at = this.#descend(undefined, this.#documentLevels());
    for (const member of this.#around(one))
      for (const scope of this.#tree.order)
        if (isPackageLevel(scope) && !scope.shares) at = this.#package(at, scope, member);
    if (!this.#placed.has(one))
      this.problems.push(`package ${String(one['id'])} fits no level of the tree and is not written`);
  }

  #descend(
    from: Draft | undefined,
    levels: readonly { scope: Scope<SegmentPlace>; key: unknown; target: Fields; ordinal: number }[],
  ): Draft | undefined {
    let at = from;
    for (const { scope, key, target, ordinal } of levels) at = this.#child(at, scope, key, target, ordinal);
    return at;
  }

  #child(
    at: Draft | undefined,
    scope: Scope<SegmentPlace>,
    key: unknown,
    target: Fields,
    ordinal: number,
  ): Draft {
    const siblings = (at?.children ?? this.#roots) as Draft[];
    const known = siblings.findLast((sibling) => sibling.scope === scope && sibling.key === key);
    if (known) return known;
    const made: Draft = {
      scope,
      key,
      target,
      ordinal,
      number: 0,
      parentNumber: undefined,
      children: [],
      lines: [],
    };
    siblings.push(made);
    return made;
  }

  #number(node: PlannedNode, parent: number | undefined): void {
    node.number = ++this.#count;
    node.parentNumber = parent;
    for (const child of node.children) this.#number(child, node.number);
  }
}

function listAt(document: Fields, key: string): Fields[] {
  const list = document[key];
  return Array.isArray(list) ? list.filter(isFields) : [];
}

function isPackageLevel(scope: Scope<SegmentPlace>): boolean {
  return scope.steps.at(-1)?.key === 'packages';
}

function isLineLevel(scope: Scope<SegmentPlace>): boolean {
  return scope.path !== undefined && !scope.shares && !isPackageLevel(scope);
}

/** What lines must agree on to stand beneath one node; '' when the line has none of it. */
function sharedKey(scope: Scope<SegmentPlace>, line: Fields): string {
  const values = scope.fields.map((field) =>
    field.path && field.writes ? (getAt(line, field.path.steps) ?? null) : null,
  );
  return values.every((value) => value === null) ? '' : JSON.stringify(values);
}

import type { Finding, Place as FindingPlace } from '../../common/finding.ts';
import type { Place, Scope, Tree } from '../compile/model.ts';
import type { Fields } from '../document-path.ts';
import { structuredCopy } from './instance.ts';

/** One HL or CPS as read. */
export interface TreeNode<P extends Place> {
  number: string;
  parentNumber: string;
  scope: Scope<P> | undefined;
  /** What its level fills: a package, a line, or what it shares with the lines beneath. */
  target: Fields | undefined;
  /** Lines that are loops inside the node (LIN in CPS). */
  lines: Fields[];
  /** Packages that the node names beside its own: several numbers in one HL or CPS. */
  others: Fields[];
  place: FindingPlace;
}

type Kind = 'line' | 'package' | 'shared' | 'document';

/** What the tree says beyond its nodes: ids and parents of packages, package and shared fields of lines. */
export function resolveTree<P extends Place>(
  tree: Tree<P>,
  nodes: readonly TreeNode<P>[],
  document: Fields,
  findings: Finding[],
): void {
  const byNumber = new Map<string, TreeNode<P>>();
  for (const node of nodes) {
    if (byNumber.has(node.number))
      findings.push(trouble(tree, node, `number ${node.number} is used twice`, node.number));
    else byNumber.set(node.number, node);
  }
  const seen = new Set<TreeNode<P>>();
  const parents = new Map<TreeNode<P>, TreeNode<P>>();
  for (const node of nodes) {
    seen.add(node);
    const parent = node.parentNumber === '' ? undefined : byNumber.get(node.parentNumber);
    // A parent stands before its children; anything else could make a ring.
    if (parent && seen.has(parent) && parent !== node) parents.set(node, parent);
    else if (node.parentNumber !== '')
      findings.push(
        trouble(tree, node, `its parent ${node.parentNumber} does not stand before it`, node.parentNumber),
      );
  }
  namePackages(nodes, parents);
  mergePackages(document);
  for (const node of nodes) {
    const above = chain(node, parents);
    for (const line of node.lines) linkLine(line, [node, ...above], []);
    const [only] = node.lines;
    if (only && node.lines.length === 1 && kindOf(node) === 'package') notePacks(only, idsOf(node));
    if (kindOf(node) === 'line' && node.target) {
      const below = nodes.filter(
        (other) => kindOf(other) === 'package' && chain(other, parents).includes(node),
      );
      // The innermost ones hold the line.
      const beneath = below.filter((one) => !below.some((other) => parents.get(other) === one));
      linkLine(node.target, above, beneath);
    }
  }
}

function trouble<P extends Place>(
  tree: Tree<P>,
  node: TreeNode<P>,
  message: string,
  actual: string,
): Finding {
  return {
    code: 'MAP_TREE',
    severity: 'error',
    message: `${tree.segmentId} ${node.number} (segment ${node.place.segment ?? 0}): ${message}`,
    place: node.place,
    actual,
  };
}

function kindOf<P extends Place>(node: TreeNode<P>): Kind {
  const { scope } = node;
  if (!scope?.path) return 'document';
  if (scope.shares) return 'shared';
  return scope.steps.at(-1)?.key === 'packages' ? 'package' : 'line';
}

function namePackages<P extends Place>(
  nodes: readonly TreeNode<P>[],
  parents: ReadonlyMap<TreeNode<P>, TreeNode<P>>,
): void {
  for (const node of nodes) {
    if (kindOf(node) !== 'package' || !node.target) continue;
    node.target['id'] ??= node.target['sscc'] ?? node.number;
    const parent = chain(node, parents).find((other) => kindOf(other) === 'package');
    if (parent?.target) node.target['parentId'] ??= parent.target['id'];
    nameOthers(node, node.target);
  }
}

/** The node's own package is among those that it names; the others are what it is, where it is. */
function nameOthers<P extends Place>(node: TreeNode<P>, own: Fields): void {
  const { parentId, kind } = own;
  node.others = node.others.filter((other) => {
    other['id'] ??= other['sscc'];
    if (other['id'] === own['id']) return false;
    if (parentId !== undefined) other['parentId'] ??= parentId;
    if (kind !== undefined) other['kind'] ??= kind;
    return true;
  });
}

/** Ids of the node's own package and of those beside it. */
function idsOf<P extends Place>({ target, others }: TreeNode<P>): unknown[] {
  return [target?.['id'], ...others.map(({ id }) => id)];
}

/** A package that is named again by the same SSCC, beneath another line or order, is the same package. */
function mergePackages(document: Fields): void {
  const { packages } = document;
  if (!Array.isArray(packages)) return;
  const seen = new Set<unknown>();
  document['packages'] = packages.filter((one: Fields) => {
    const again = one['sscc'] !== undefined && seen.has(one['id']);
    seen.add(one['id']);
    return !again;
  });
}

function chain<P extends Place>(
  node: TreeNode<P>,
  parents: ReadonlyMap<TreeNode<P>, TreeNode<P>>,
): TreeNode<P>[] {
  const above: TreeNode<P>[] = [];
  for (let parent = parents.get(node); parent; parent = parents.get(parent)) above.push(parent);
  return above;
}

/** Packages that hold nothing but the line are its packs, where it says how much is in one. */
function notePacks(line: Fields, ids: readonly unknown[]): void {
  if (ids.length > 0 && line['unitsPerPack'] !== undefined) line['packs'] ??= String(ids.length);
}

function linkLine<P extends Place>(
  line: Fields,
  above: readonly TreeNode<P>[],
  beneath: readonly TreeNode<P>[],
): void {
  const holder = above.find((node) => kindOf(node) === 'package');
  const ids = holder?.target ? idsOf(holder) : beneath.flatMap(idsOf);
  if (ids.length === 1) line['packageId'] ??= ids[0];
  else if (ids.length > 1) line['packageIds'] ??= ids;
  if (!holder) notePacks(line, ids);
  for (const node of above)
    if (kindOf(node) === 'shared' && node.target)
      for (const [key, value] of Object.entries(node.target)) line[key] ??= structuredCopy(value);
}

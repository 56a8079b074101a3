import type { Finding, Place as FindingPlace } from '../../common/finding.ts';
import type { SegmentPlace, Tree } from '../compile/model.ts';
import type { Fields } from '../document-path.ts';
import type { Frame } from './frame.ts';
import { resolveTree, type TreeNode } from './resolve-tree.ts';
import type { SegmentCursor } from './segment-cursor.ts';

/** The nodes of the trees (HL, CPS) of a message, in their order, until all are there and can be put together. */
export class TreeNodes {
  readonly #nodes = new Map<Tree<SegmentPlace>, TreeNode<SegmentPlace>[]>();

  /** The node that begins where the cursor stands; its level is found by the caller. */
  add(tree: Tree<SegmentPlace>, cursor: SegmentCursor, place: FindingPlace): TreeNode<SegmentPlace> {
    const nodes = this.#nodes.get(tree) ?? [];
    this.#nodes.set(tree, nodes);
    const node: TreeNode<SegmentPlace> = {
      number: cursor.text(1, 1),
      parentNumber: cursor.text(2, 1),
      scope: undefined,
      target: undefined,
      lines: [],
      others: [],
      place: { ...place, segment: cursor.segment + 1, segmentId: tree.segmentId },
    };
    nodes.push(node);
    return node;
  }

  lastOf(tree: Tree<SegmentPlace>): TreeNode<SegmentPlace> | undefined {
    return this.#nodes.get(tree)?.at(-1);
  }

  /** A package that a loop inside the node names. */
  addPackage(target: Fields): void {
    [...this.#nodes.values()].at(-1)?.at(-1)?.others.push(target);
  }

  clear(): void {
    if (this.#nodes.size > 0) this.#nodes.clear();
  }

  resolve(root: Frame<SegmentPlace>, findings: Finding[]): void {
    for (const [tree, nodes] of this.#nodes) resolveTree(tree, nodes, root.ensure(), findings);
  }
}

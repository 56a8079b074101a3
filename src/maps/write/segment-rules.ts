import type { PairQualifier } from '../address.ts';
import type { Scope, SegmentPlace } from '../compile/model.ts';
import type { SegmentGroup } from '../compile/write-model.ts';
import type { DocumentCursor } from './document-cursor.ts';
import type { PlannedNode } from './plan-tree.ts';

/** The first segment of a loop without a target waits for something that matters inside the loop. */
export function matters(
  group: SegmentGroup,
  scope: Scope<SegmentPlace>,
  hasData: boolean,
  node: PlannedNode | undefined,
  waiting: number,
): boolean {
  const waits = group.trigger && scope.path === undefined && node === undefined;
  return hasData || (!waits && (group.trigger || waiting === 0));
}

/** The qualifier for a text: the first that takes its length. */
export function qualifierOf(qualifiers: readonly PairQualifier[], text: string): PairQualifier {
  return qualifiers.find(({ length }) => length === undefined || length === text.length) ?? qualifiers[0]!;
}

export function reportNoRoom(
  cursor: DocumentCursor<SegmentPlace>,
  { code }: PairQualifier,
  text: string,
  { segmentId }: SegmentPlace,
): void {
  const message = `there is no room for ${code} ${text} in ${segmentId}`;
  cursor.report('MAP_CUT', 'warning', message, undefined);
}

import type { Finding, Place as FindingPlace } from '../../common/finding.ts';
import type { Slot, TokenTable } from '../../edi/model.ts';
import type { SegmentCursor } from './segment-cursor.ts';

/** A finding at the cursor's place; `element` 0 stands for the segment. */
export function segmentFinding(
  table: TokenTable,
  cursor: SegmentCursor,
  at: FindingPlace,
  slot: Slot | undefined,
  trouble: Pick<Finding, 'code' | 'severity' | 'message'> & { actual: string; expected: string | undefined },
): Finding {
  const { code, severity, message, actual, expected } = trouble;
  const { segment, element } = cursor;
  const segmentId = table.id(segment);
  const composite = element > 0 && table.componentCount(segment, element) > 1;
  const name = element > 0 ? `${segmentId}${String(element).padStart(2, '0')}` : segmentId;
  return {
    code,
    severity,
    message: `${name} (segment ${segment + 1}): ${message}`,
    place: {
      ...at,
      segment: segment + 1,
      segmentId,
      ...(slot && slot.loopPath.length > 0 ? { loop: slot.loopPath.join('/') } : {}),
      ...(element > 0 ? { element } : {}),
      ...(composite ? { component: cursor.component } : {}),
      range:
        element > 0
          ? table.range(segment, element, composite ? cursor.component : undefined)
          : table.range(segment),
    },
    ...(actual === '' ? {} : { actual }),
    ...(expected === undefined ? {} : { expected }),
  };
}

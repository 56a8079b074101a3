import type { TokenTable } from '../../edi/model.ts';
import type { Field, SegmentPlace } from '../compile/model.ts';
import type { Frame } from './frame.ts';
import { computeTotal } from './instance.ts';

/** A total that the message states, to be compared when all is read. */
export interface StatedTotal {
  field: Field<SegmentPlace>;
  stated: string;
  frame: Frame<SegmentPlace>;
  segment: number;
  element: number;
}

/** What the total should be; undefined for a rule without `count:` and `sum:`. */
export function computeStated(
  { count, sum }: Field<SegmentPlace>,
  frame: Frame<SegmentPlace>,
  table: TokenTable,
): string | undefined {
  if (sum) return computeTotal('sum', sum, frame.existingHolder(sum));
  if (!count) return undefined;
  if ('path' in count) return computeTotal('count', count.path, frame.existingHolder(count.path));
  let found = 0;
  for (let s = 0; s < table.length; s++) if (table.id(s) === count.segmentId) found++;
  return String(found);
}

import { nextControlNumber } from '../../edi/control-number.ts';
import type { Standard } from '../../edi/model.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/**
 * Takes the next number of a sequence in the caller's commit: together with the bytes that carry it, or not at all. A
 * commit that takes the same number at the same time is a CONFLICT, and is decided again with the next one.
 */
export async function takeNumber(
  unit: UnitOfWork,
  partner: Partner,
  standard: Standard | 'xml',
  scope: string,
): Promise<number> {
  const id = `control|${partner.partner}|${standard}|${scope}`;
  const counter = await unit.get('counters', id);
  if (counter === undefined) {
    const value = partner.controlNumbers.start;
    unit.insert('counters', { id, revision: 0, value });
    return value;
  }
  const value = nextControlNumber(counter.value, standard === 'xml' ? 'edifact' : standard);
  unit.update('counters', { ...counter, value });
  return value;
}

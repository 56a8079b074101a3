import { isRollover, nextControlNumber } from '../../edi/control-number.ts';
import type { Standard } from '../../edi/model.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import { recordAudit } from '../audit.ts';
import type { PipelineContext } from '../context.ts';
import type { Actor } from '../actor.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

const GATEWAY: Actor = { name: 'gateway', roles: [] };

/**
 * Takes the next number of a sequence in the caller's commit: together with the bytes that carry it, or not at all. A
 * commit that takes the same number at the same time is a CONFLICT, and is decided again with the next one. The largest number
 * is followed by 1, which the audit log tells.
 */
export async function takeNumber(
  unit: UnitOfWork,
  context: Pick<PipelineContext, 'clock'>,
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
  const limits = standard === 'xml' ? 'edifact' : standard;
  const value = nextControlNumber(counter.value, limits);
  if (isRollover(counter.value, limits))
    await recordAudit(unit, context, {
      actor: GATEWAY,
      action: 'CONTROL_ROLLOVER',
      subject: `partner/${partner.partner}`,
      details: { sequence: scope, last: counter.value, next: value },
    });
  unit.update('counters', { ...counter, value });
  return value;
}

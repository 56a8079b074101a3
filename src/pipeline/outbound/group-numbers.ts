import type { Partner } from '../../partners/partner-schema.ts';
import { takeNumber } from './control-numbers.ts';
import type { PipelineContext } from '../context.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** GS06: one sequence per partner, or one per functional id (5.12). */
export function groupScope(partner: Partner, functionalId: string, test: boolean): string {
  const usage = test ? 'T' : 'P';
  return partner.controlNumbers.group === 'perFunctionalId'
    ? `group|${usage}|${functionalId}`
    : `group|${usage}`;
}

/** ST02: from 0001 in each group, or one sequence; functional acknowledgments have their own. */
export async function transactionNumber(
  unit: UnitOfWork,
  context: Pick<PipelineContext, 'clock'>,
  partner: Partner,
  functionalId: string,
  test: boolean,
): Promise<string> {
  if (partner.controlNumbers.transaction === 'perGroup') return '0001';
  const number = await takeNumber(
    unit,
    context,
    partner,
    'x12',
    `transaction|${test ? 'T' : 'P'}|${functionalId === 'FA' ? 'FA' : ''}`,
  );
  return String(number).padStart(4, '0');
}

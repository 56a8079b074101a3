import { addHours } from '../../common/calendar.ts';
import { fingerprintOf } from '../../tracking/exceptions.ts';
import type { ExceptionInput } from '../../tracking/exceptions.ts';
import type { PipelineContext } from '../context.ts';
import { closeException, raiseException } from '../exceptions/exceptions.ts';
import type { InterchangeInProcess } from './interchange-in-process.ts';
import { interchangeKey } from './interchange-record.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** So many are told one by one; a greater jump is a new sequence, and not that many lost files. */
const MOST_MISSING = 50;

/** Numbers fall by more than this only when they begin anew at 1. */
const ROLLOVER = 100_000_000;

type Received = Pick<InterchangeInProcess, 'interchange' | 'partner' | 'file'>;

/**
 * Watches the control numbers that a partner sends (5.12), each once. `strict`: numbers that are left out become exceptions
 * after a time of grace, and what arrives after all closes its own. `monotonic`: a number that goes back is logged.
 */
export async function watchNumbers(
  unit: UnitOfWork,
  context: PipelineContext,
  received: Received,
): Promise<void> {
  const { interchange, partner } = received;
  const { gaps } = partner.controlNumbers;
  if (gaps === 'off' || !/^\d{1,9}$/.test(interchange.controlNumber)) return;
  const number = Number(interchange.controlNumber);
  const id = `received|${interchangeKey({ ...interchange, controlNumber: '' })}`;
  const counter = await unit.get('counters', id);
  const highest = counter?.value ?? number;
  if (number <= highest && highest - number < ROLLOVER) {
    if (counter !== undefined) await tellLate(unit, context, received);
    else unit.insert('counters', { id, revision: 0, value: number });
    return;
  }
  unit.update('counters', { id, revision: counter?.revision ?? 0, value: number });
  if (gaps === 'strict' && number > highest && number - highest - 1 <= MOST_MISSING) {
    for (let missing = highest + 1; missing < number; missing += 1)
      await tellMissing(unit, context, received, missing);
  }
}

async function tellMissing(
  unit: UnitOfWork,
  context: PipelineContext,
  received: Received,
  missing: number,
): Promise<void> {
  const { partner, interchange } = received;
  const { gapGraceHours } = partner.controlNumbers;
  const id = await raiseException(unit, context, {
    ...identityOf(received, missing),
    detail: `${partner.name} sent interchange ${interchange.controlNumber}; number ${missing} before it has not come within ${gapGraceHours} hours. Ask whether it was sent, and have it sent again.`,
  });
  // Nobody is asked before the time of grace is over.
  const record = await unit.get('exceptions', id);
  const snoozedUntil = addHours(context.clock.now(), gapGraceHours);
  unit.update('exceptions', { ...record!, status: 'snoozed', snoozedUntil });
}

async function tellLate(unit: UnitOfWork, context: PipelineContext, received: Received): Promise<void> {
  const { partner, interchange } = received;
  if (partner.controlNumbers.gaps === 'strict') {
    await closeException(unit, context, {
      fingerprint: fingerprintOf(identityOf(received, Number(interchange.controlNumber))),
      by: 'system',
      action: 'resolved',
      reason: 'It has arrived.',
    });
    return;
  }
  context.logger.warn(
    { partner: partner.partner, controlNumber: interchange.controlNumber },
    'A control number goes back',
  );
}

function identityOf(
  { partner, interchange }: Received,
  number: number,
): Pick<ExceptionInput, 'type' | 'subject' | 'discriminator'> {
  return {
    type: 'MISSING_INTERCHANGE',
    subject: { partnerId: partner.partner },
    discriminator: interchangeKey({ ...interchange, controlNumber: String(number) }),
  };
}

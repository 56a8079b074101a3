import { addHours } from '../../common/calendar.ts';
import { fingerprintOf } from '../../tracking/exceptions.ts';
import type { ExceptionInput } from '../../tracking/exceptions.ts';
import type { PipelineContext } from '../context.ts';
import { closeException, raiseException } from '../exceptions/exceptions.ts';
import type { InterchangeInProcess } from './interchange-in-process.ts';
import { claimOf, interchangeKey } from './interchange-record.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** So many are told one by one; a greater jump, in either direction, is a new sequence, and not that many lost files. */
const MOST_MISSING = 50;

/** Numbers fall by more than this only when they begin anew at 1. */
const ROLLOVER = 100_000_000;

/** `isReused`: the number was used before, so long ago that it is a new one. */
type Received = Pick<InterchangeInProcess, 'interchange' | 'partner' | 'file'> & { isReused: boolean };

/**
 * Watches the control numbers that a partner sends (5.12), each once. `strict`: numbers that are left out become exceptions
 * after a time of grace, and what arrives after all closes its own. A number that goes back is logged.
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
  if (counter === undefined) {
    unit.insert('counters', { id, revision: 0, value: number });
    return;
  }
  const highest = counter.value;
  if (number <= highest) {
    if (await closeMissing(unit, context, received)) return;
    if (highest - number < ROLLOVER) tellBackwards(context, received);
    if (!received.isReused && highest - number <= MOST_MISSING) return;
  }
  unit.update('counters', { ...counter, value: number });
  if (gaps === 'strict' && number > highest && number - highest - 1 <= MOST_MISSING) {
    for (let missing = highest + 1; missing < number; missing += 1)
      if (!(await hasArrived(unit, context, received, missing)))
        await tellMissing(unit, context, received, missing);
  }
}

/** It came before those that were sent before it. */
async function hasArrived(
  unit: UnitOfWork,
  context: PipelineContext,
  { interchange, partner }: Received,
  number: number,
): Promise<boolean> {
  const key = interchangeKey({ ...interchange, controlNumber: String(number) });
  const claim = await unit.get('claims', claimOf(key));
  const since = addHours(context.clock.now(), -24 * partner.controlNumbers.duplicateDays);
  return claim !== undefined && claim.createdAt >= since;
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

/** Closes the exception over a number that comes after all; false where nobody misses it. */
async function closeMissing(
  unit: UnitOfWork,
  context: PipelineContext,
  received: Received,
): Promise<boolean> {
  if (received.partner.controlNumbers.gaps !== 'strict') return false;
  return closeException(unit, context, {
    fingerprint: fingerprintOf(identityOf(received, Number(received.interchange.controlNumber))),
    by: 'system',
    action: 'resolved',
    reason: 'It has arrived.',
  });
}

function tellBackwards({ logger }: PipelineContext, { partner, interchange }: Received): void {
  logger.warn(
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

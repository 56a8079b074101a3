import type { ExceptionType } from '../../tracking/exception-catalogue.ts';
import { GatewayError } from '../../common/errors.ts';
import type { PipelineContext } from '../context.ts';
import { closeDeadLetter, recordDeadWork } from '../work/dead-letters.ts';
import { recordDelivery } from './delivery.ts';
import type { WorkRecord } from '../records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { unblock } from '../work/work-order.ts';
import { dead, done, returned } from '../work/work-record.ts';

/**
 * The receipt of a file came after its sending had ended, and it is good: the file is delivered now. Also when it had been
 * given up. `key` is the idempotency key under which the file was sent; a key that no work item has changes nothing.
 */
export async function confirmDelivery(
  unit: UnitOfWork,
  context: PipelineContext,
  key: string,
  at: string,
): Promise<void> {
  const item = await findSending(unit, key);
  if (item === undefined) return;
  await recordDelivery(unit, context, String(item.payload['fileId']), at);
  await closeDeadLetter(unit, context, item);
  unit.afterCommit(context.wake);
  // Who sends it at this moment finds the receipt at its message.
  if (item.status === 'done' || item.status === 'leased') return;
  unit.update('work', done(item, context.clock.now(), 'done', 'The receipt came.'));
  unit.afterCommit(() => {
    unblock(context.store, item.orderingKey).then(context.wake, (error: unknown) => {
      context.logger.warn(
        { error, work: item.id },
        'What waits behind a delivery is looked for again at the next start',
      );
    });
  });
}

/** The receipt says that the partner could not use the file, or none came: a person has to decide, as for every dead letter. */
export async function failDelivery(
  unit: UnitOfWork,
  context: PipelineContext,
  key: string,
  trouble: { exceptionType: Extract<ExceptionType, 'MDN_NEGATIVE' | 'MDN_MISSING'>; reason: string },
): Promise<void> {
  const item = await findSending(unit, key);
  if (item === undefined || item.status === 'leased' || item.status === 'dead') return;
  const given = dead(item, context.clock.now(), trouble.reason);
  const { exceptionType } = trouble;
  const error = new GatewayError('TRANSPORT_REJECTED', trouble.reason, { details: { exceptionType } });
  unit.update('work', given);
  unit.add(await recordDeadWork(context, given, error));
}

/** No receipt came in time: the same bytes are sent once more. */
export async function repeatDelivery(
  unit: UnitOfWork,
  context: PipelineContext,
  key: string,
  reason: string,
): Promise<void> {
  const item = await findSending(unit, key);
  if (item?.status !== 'done') return;
  unit.update('work', returned(item, context.clock.now(), 'repeated', reason));
  unit.afterCommit(context.wake);
}

async function findSending(unit: UnitOfWork, key: string): Promise<WorkRecord | undefined> {
  const items = await unit.find('work', { where: { key } }, (item) => item.key === key);
  return items.find(({ kind }) => kind === 'sendFile');
}

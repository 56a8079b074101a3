import { failDelivery, repeatDelivery } from '../../pipeline/outbound/delivery-receipts.ts';
import type { As2MessageRecord } from '../../pipeline/channels/as2-message-record.ts';
import { retryOnConflict } from '../../pipeline/work/retry.ts';
import { UnitOfWork } from '../../pipeline/unit-of-work.ts';
import { findAgreement } from './station.ts';
import type { As2Station } from './station.ts';

/**
 * Looks for asynchronous receipts that are overdue: the same message is sent again a few times, then a person is told.
 * Called every minute; returns how many were found.
 */
export async function chaseReceipts(station: As2Station): Promise<number> {
  const { store, clock } = station.context;
  const { records } = await store.find('as2Messages', {
    where: { receiptDueAt: { gt: '', lte: clock.now() } },
    orderBy: 'receiptDueAt',
  });
  for (const { id } of records) await retryOnConflict(() => chase(station, id));
  return records.length;
}

async function chase(station: As2Station, id: string): Promise<void> {
  const { context } = station;
  const unit = new UnitOfWork(context.store);
  const message = await unit.get('as2Messages', id);
  const now = context.clock.now();
  if (message?.status !== 'awaitingReceipt' || message.receiptDueAt > now) return;
  const agreement = findAgreement(station, { ours: message.as2From, theirs: message.as2To });
  const repeats = agreement?.settings.receipt.repeats ?? 0;
  const text = `No receipt came for the AS2 message ${message.messageId} in time`;
  const again = message.attemptCount <= repeats;
  const next: As2MessageRecord = {
    ...message,
    status: again ? 'packed' : 'unanswered',
    receiptDueAt: '',
    notes: [...message.notes, { at: now, text: again ? `${text}; it is sent again.` : `${text}.` }].slice(
      -20,
    ),
    ...(!again && { trouble: text }),
  };
  unit.update('as2Messages', next);
  if (again) {
    await repeatDelivery(unit, context, message.key, `${text}; the same bytes are sent again.`);
  } else {
    const lastNote = message.notes.at(-1);
    const heard = lastNote === undefined ? '' : ` ${lastNote.text}`;
    await failDelivery(unit, context, message.key, {
      exceptionType: 'MDN_MISSING',
      reason: `${text} (sent ${message.attemptCount} times). Ask ${message.as2To} whether he has it.${heard}`,
    });
  }
  await unit.commit();
}

import type { As2MessageRecord } from '../../pipeline/channels/as2-message-record.ts';
import type { PipelineContext } from '../../pipeline/context.ts';
import type { UnitOfWork } from '../../pipeline/unit-of-work.ts';
import { enqueue } from '../../pipeline/work/work-queue.ts';

/** Puts the sending of the stored receipt of a message in the line. */
export function enqueueReceipt(unit: UnitOfWork, context: PipelineContext, record: As2MessageRecord): void {
  unit.add(
    enqueue(context, {
      kind: 'sendReceipt',
      key: receiptKey(record.id),
      orderingKey: '',
      partnerId: record.partnerId,
      payload: { messageId: record.id },
    }),
  );
  unit.afterCommit(context.wake);
}

/** Idempotency key of the sending of a message's receipt. */
export function receiptKey(recordId: string): string {
  return `receipt/${recordId}`;
}

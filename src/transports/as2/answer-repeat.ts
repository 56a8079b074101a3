import type { As2MessageRecord, HeaderLine } from '../../pipeline/channels/as2-message-record.ts';
import { readReceiptBody } from '../../pipeline/channels/receipt-body.ts';
import { retryOnConflict } from '../../pipeline/work/retry.ts';
import { UnitOfWork } from '../../pipeline/unit-of-work.ts';
import type { Agreement } from './agreement.ts';
import { PROCESSED } from './disposition.ts';
import { enqueueReceipt, receiptKey } from './enqueue-receipt.ts';
import { plainAnswer } from './http-exchange.ts';
import type { As2Answer } from './http-exchange.ts';
import { makeReceipt } from './make-receipt.ts';
import type { Digest, Mic } from './message-security.ts';
import type { ReceiptRequest } from './receipt-request.ts';
import { checkReceiptUrl } from './receipt-url.ts';
import type { As2Station } from './station.ts';

interface Repeat {
  station: As2Station;
  agreement: Agreement;
  headers: readonly HeaderLine[];
  receiptRequest: ReceiptRequest;
  record: As2MessageRecord;
}

/**
 * Answers a message that was taken before: nothing is delivered, and the receipt is the very one of the first time, over the
 * connection or to the address that this request names.
 */
export function answerRepeat(
  station: As2Station,
  agreement: Agreement,
  request: { id: string; headers: readonly HeaderLine[]; receiptRequest: ReceiptRequest },
): Promise<As2Answer> {
  const { id, headers, receiptRequest } = request;
  return retryOnConflict(async () => {
    const record = (await station.context.store.get('as2Messages', id))!;
    return answer({ station, agreement, headers, receiptRequest, record });
  });
}

async function answer(repeat: Repeat): Promise<As2Answer> {
  const { station, agreement, receiptRequest } = repeat;
  const { context } = station;
  const unit = new UnitOfWork(context.store);
  const { record, body } = await withReceipt(repeat);
  let next: As2MessageRecord = { ...record, repeats: record.repeats + 1 };
  const { deliverTo, wanted } = receiptRequest;
  if (wanted && deliverTo !== undefined) {
    const checked = checkReceiptUrl(deliverTo, agreement.settings);
    next = { ...next, receiptUrl: checked.ok ? checked.url : '' };
    if (checked.ok && !(await isUnderWay(unit, record.id))) enqueueReceipt(unit, context, next);
  }
  unit.update('as2Messages', next);
  await unit.commit();
  context.logger.info(
    { messageId: record.messageId, partner: agreement.partnerId, repeats: next.repeats },
    'An AS2 message came again; it was answered by the receipt of the first time',
  );
  if (!wanted || deliverTo !== undefined || body === undefined) return plainAnswer(200);
  if (agreement.settings.tolerances.duplicateWarning) return warnOfDuplicate(repeat);
  return { status: 200, headers: next.receipt!.headers, body };
}

/** The stored receipt and its bytes; one is made now where the first request asked for none. */
async function withReceipt(
  repeat: Repeat,
): Promise<{ record: As2MessageRecord; body: Uint8Array | undefined }> {
  const { station, record, receiptRequest } = repeat;
  if (record.receipt !== undefined) {
    return { record, body: await readReceiptBody(station.context.store, record.receipt) };
  }
  if (!receiptRequest.wanted) return { record, body: undefined };
  const made = await makeReceipt({
    ...repeat,
    disposition: PROCESSED,
    text: 'The message was received and stored. This does not say that its content was accepted.',
    ...micOf(record),
  });
  return { record: { ...record, receipt: made.receipt }, body: made.written.body };
}

/** For partners who want to be told. Others would take anything but the first receipt for a failure, and send again. */
async function warnOfDuplicate(repeat: Repeat): Promise<As2Answer> {
  const made = await makeReceipt({
    ...repeat,
    disposition: { type: 'processed', modifier: 'warning', explanation: 'duplicate-document' },
    text: 'The message was received before; it was not delivered again.',
    ...micOf(repeat.record),
  });
  return { status: 200, headers: made.written.headers, body: made.written.body };
}

function micOf({ mics }: As2MessageRecord): { mic?: Mic } {
  const [mic] = mics;
  return mic === undefined ? {} : { mic: { digest: mic.algorithm as Digest, value: mic.value } };
}

async function isUnderWay(unit: UnitOfWork, recordId: string): Promise<boolean> {
  const key = receiptKey(recordId);
  const items = await unit.find('work', { where: { key } }, (item) => item.key === key);
  return items.some(({ status }) => status !== 'done' && status !== 'dead');
}

import type { As2MessageRecord } from '../../pipeline/channels/as2-message-record.ts';
import { raiseException } from '../../pipeline/exceptions/exceptions.ts';
import { UnitOfWork } from '../../pipeline/unit-of-work.ts';
import type { Arrival } from './arrival.ts';
import { errorDisposition } from './disposition.ts';
import { plainAnswer } from './http-exchange.ts';
import type { As2Answer } from './http-exchange.ts';
import { makeReceipt } from './make-receipt.ts';
import { toReceiptContent } from './message-verdict.ts';
import type { MessageVerdict } from './message-verdict.ts';

/** A Message-ID that was used for something else: nothing of it is taken, and the first message and its receipt stay. */
export async function refuseReuse(
  arrival: Arrival,
  known: As2MessageRecord,
  verdict: MessageVerdict,
): Promise<As2Answer> {
  const { station, agreement, receiptRequest, messageId } = arrival;
  const { context } = station;
  const refusal: MessageVerdict = {
    ...verdict,
    ...(verdict.trouble === undefined && {
      disposition: errorDisposition('unexpected-processing-error'),
      text: 'A message with this Message-ID and other content was received before. Nothing was delivered.',
    }),
  };
  const detail =
    verdict.trouble ??
    `The Message-ID ${messageId} of ${known.createdAt} came again with other content; it was refused.`;
  const unit = new UnitOfWork(context.store);
  const notes = [...known.notes, { at: context.clock.now(), text: detail }].slice(-20);
  unit.update('as2Messages', { ...known, notes });
  await raiseException(unit, context, {
    type: 'MESSAGE_REFUSED',
    subject: { partnerId: agreement.partnerId, ...(known.fileId !== '' && { fileId: known.fileId }) },
    discriminator: 'as2-message-id',
    detail,
  });
  await unit.commit();
  if (!receiptRequest.wanted || receiptRequest.deliverTo !== undefined) {
    return plainAnswer(409, 'This Message-ID was used before for something else.');
  }
  const { written } = await makeReceipt(toReceiptContent(arrival, refusal));
  return { status: 200, headers: written.headers, body: written.body };
}

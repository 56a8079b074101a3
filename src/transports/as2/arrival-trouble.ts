import { sentence } from '../../common/sentence.ts';
import { raiseException } from '../../pipeline/exceptions/exceptions.ts';
import type { UnitOfWork } from '../../pipeline/unit-of-work.ts';
import type { Arrival } from './arrival.ts';
import { checkReceiptUrl } from './receipt-url.ts';

/** Tells our people of a message that was refused. */
export async function tellOfRefusal(unit: UnitOfWork, arrival: Arrival, trouble: string): Promise<void> {
  const { station, agreement, messageId } = arrival;
  await raiseException(unit, station.context, {
    type: 'MESSAGE_REFUSED',
    subject: { partnerId: agreement.partnerId },
    detail: `An AS2 message of ${agreement.theirs} was refused, and nothing of it was delivered: ${sentence(trouble)} The partner has been told if he asked for a receipt. Message-ID ${messageId}.`,
    evidence: [{ text: `${messageId}: ${trouble}` }],
  });
}

/** Where the asynchronous receipt goes; '' for none, and somebody is told where the address cannot be used. */
export async function receiptUrlOf(unit: UnitOfWork, arrival: Arrival): Promise<string> {
  const { station, agreement, receiptRequest, messageId } = arrival;
  if (!receiptRequest.wanted || receiptRequest.deliverTo === undefined) return '';
  const checked = checkReceiptUrl(receiptRequest.deliverTo, agreement.settings);
  if (checked.ok) return checked.url;
  await raiseException(unit, station.context, {
    type: 'TRANSPORT_FAILED',
    subject: { partnerId: agreement.partnerId },
    discriminator: 'as2-receipt-address',
    detail: `The message ${messageId} asks for its receipt at ${receiptRequest.deliverTo}: ${checked.reason} No receipt was sent.`,
  });
  return '';
}

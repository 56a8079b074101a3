import type { As2MessageRecord, As2Receipt, HeaderLine } from '../../pipeline/channels/as2-message-record.ts';
import { confirmDelivery, failDelivery } from '../../pipeline/outbound/delivery-receipts.ts';
import { raiseException } from '../../pipeline/exceptions/exceptions.ts';
import { retryOnConflict } from '../../pipeline/work/retry.ts';
import { sha256Of, UnitOfWork } from '../../pipeline/unit-of-work.ts';
import type { Agreement } from './agreement.ts';
import type { As2Answer } from './http-exchange.ts';
import { plainAnswer } from './http-exchange.ts';
import { judgeReceipt, wordsOf } from './judge-receipt.ts';
import type { Judgement } from './judge-receipt.ts';
import { readReceipt } from './read-receipt.ts';
import type { ReadReceipt } from './read-receipt.ts';
import { keepReceipt, receiptTerms } from './keep-receipt.ts';
import type { As2Station } from './station.ts';
import { verifiersOf } from './verifiers.ts';

/**
 * Takes a receipt that comes on a connection of its own. The answer is 200 whatever it says: the sender has done his part.
 * What it is worth is decided by its signature, the message that it names and the MIC; the first good one stays in force.
 */
export async function receiveReceipt(
  station: As2Station,
  agreement: Agreement | undefined,
  headers: readonly HeaderLine[],
  body: Uint8Array,
): Promise<As2Answer> {
  const { context } = station;
  const at = context.clock.now();
  const verifiers =
    agreement === undefined ? { verification: [] } : await verifiersOf(station, agreement, at);
  const read = readReceipt(headers, body, verifiers, at);
  if (read === undefined) return plainAnswer(400, 'This is no receipt that can be read.');
  if (agreement === undefined) {
    context.logger.warn(
      { originalMessageId: read.originalMessageId },
      'An AS2 receipt between parties without an agreement was ignored',
    );
    return plainAnswer(200);
  }
  await retryOnConflict(() => applyReceipt(station, agreement, read, body));
  return plainAnswer(200);
}

async function applyReceipt(
  station: As2Station,
  agreement: Agreement,
  read: ReadReceipt,
  body: Uint8Array,
): Promise<void> {
  const { context } = station;
  const message = await findMessage(station, agreement, read.originalMessageId);
  const fields = { partner: agreement.partnerId, originalMessageId: read.originalMessageId };
  if (message === undefined) {
    context.logger.warn(fields, 'An AS2 receipt for a message that we have not sent was ignored');
    return;
  }
  const judgement = judgeReceipt(read, message, receiptTerms(agreement, message));
  const unit = new UnitOfWork(context.store);
  if (judgement.verdict === 'untrusted') {
    context.logger.warn(
      { ...fields, reason: judgement.reason },
      'An AS2 receipt that cannot be trusted was ignored',
    );
    unit.update('as2Messages', withNote(message, read, `A receipt was ignored: ${judgement.reason}.`));
  } else if (message.receipt === undefined) {
    await settle(unit, station, { message, read, judgement, body });
  } else {
    await noteAnother(unit, station, { message, read, judgement, body });
  }
  await unit.commit();
}

/** A message of ours to this partner, whatever became of it; the newest where the id was used twice. */
async function findMessage(
  { context }: As2Station,
  agreement: Agreement,
  bareId: string,
): Promise<As2MessageRecord | undefined> {
  for (const messageId of [`<${bareId}>`, bareId]) {
    const { records } = await context.store.find('as2Messages', { where: { messageId } });
    const found = records.find(
      ({ direction, as2From, as2To }) =>
        direction === 'outbound' && as2From === agreement.ours && as2To === agreement.theirs,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Decided {
  message: As2MessageRecord;
  read: ReadReceipt;
  judgement: Exclude<Judgement, { verdict: 'untrusted' }>;
  body: Uint8Array;
}

/** The first receipt that counts: the message, its file and the orders learn what became of it. */
async function settle(
  unit: UnitOfWork,
  { context }: As2Station,
  { message, read, judgement, body }: Decided,
): Promise<void> {
  const late = message.status === 'unanswered' ? ['It came after it had been given up.'] : [];
  const next = keepReceipt(unit, message, { read, judgement, body, extraWarnings: late });
  unit.update('as2Messages', next);
  context.logger.info(
    { messageId: message.messageId, partner: message.partnerId, disposition: read.receipt.disposition },
    'An AS2 receipt came',
  );
  if (judgement.verdict === 'acknowledged') {
    await confirmDelivery(unit, context, message.key, read.receipt.at);
  } else {
    await failDelivery(unit, context, message.key, {
      exceptionType: 'MDN_NEGATIVE',
      reason: refusalText(message, judgement.reason),
    });
  }
}

export function refusalText({ as2To, messageId }: As2MessageRecord, reason: string): string {
  return `${as2To} refused the AS2 message ${messageId}: ${reason}`;
}

/** One more receipt for the same message. The first stays in force; where they contradict each other a person is told. */
async function noteAnother(
  unit: UnitOfWork,
  { context }: As2Station,
  { message, read, judgement, body }: Decided,
): Promise<void> {
  const known = message.receipt as As2Receipt;
  if (known.sha256 === sha256Of(body)) return;
  const agrees = (judgement.verdict === 'acknowledged') === (message.status === 'acknowledged');
  unit.update('as2Messages', withNote(message, read, `Another receipt says: ${wordsOf(read.receipt)}.`));
  // A duplicate that is refused as one only says that the first copy has arrived.
  if (agrees || /duplicate-document/.test(read.receipt.disposition)) return;
  await raiseException(unit, context, {
    type: 'MDN_NEGATIVE',
    subject: { partnerId: message.partnerId, ...(message.fileId !== '' && { fileId: message.fileId }) },
    discriminator: `contradiction/${message.id}`,
    detail:
      `${message.as2To} has sent two receipts for the AS2 message ${message.messageId} that contradict each other. ` +
      `First: ${wordsOf(known)}. Then: ${wordsOf(read.receipt)}. The first stays in force; ask the partner what he has.`,
  });
}

function withNote(message: As2MessageRecord, read: ReadReceipt, text: string): As2MessageRecord {
  return { ...message, notes: [...message.notes, { at: read.receipt.at, text }].slice(-20) };
}

import type { As2MessageRecord } from '../../pipeline/channels/as2-message-record.ts';
import type { UnitOfWork } from '../../pipeline/unit-of-work.ts';
import type { Agreement } from './agreement.ts';
import { headerOf } from './headers.ts';
import type { Judgement, ReceiptTerms } from './judge-receipt.ts';
import type { ReadReceipt } from './read-receipt.ts';

/** What a receipt for a message has to be like: what the message asked for, and what the agreement lets pass. */
export function receiptTerms({ settings }: Agreement, { request }: As2MessageRecord): ReceiptTerms {
  const { unsignedReceipt, receiptWithoutMic } = settings.tolerances;
  const signed = headerOf(request.headers, 'Disposition-Notification-Options') !== undefined;
  return { signed, unsignedReceipt, receiptWithoutMic };
}

/** The record of a message with the partner's receipt, whose bytes and signer go into the archive with it. */
export function keepReceipt(
  unit: UnitOfWork,
  message: As2MessageRecord,
  given: {
    read: ReadReceipt;
    judgement: Exclude<Judgement, { verdict: 'untrusted' }>;
    body: Uint8Array;
    extraWarnings?: readonly string[];
  },
): As2MessageRecord {
  const { read, judgement, body, extraWarnings = [] } = given;
  const { signature } = read;
  const accepted = judgement.verdict === 'acknowledged';
  const next: As2MessageRecord = {
    ...message,
    status: accepted ? 'acknowledged' : 'refused',
    receiptDueAt: '',
    receipt: {
      ...read.receipt,
      sha256: unit.archive(body),
      sizeBytes: body.length,
      positive: accepted,
      warnings: accepted ? [...judgement.warnings, ...extraWarnings] : [...extraWarnings],
    },
    ...(!accepted && { trouble: judgement.reason }),
    certificates:
      signature.state !== 'valid'
        ? message.certificates
        : [
            ...message.certificates,
            {
              use: 'receipt signed by the partner',
              fingerprint: signature.signer.fingerprint,
              sha256: unit.archive(Buffer.from(signature.signer.pem, 'latin1')),
            },
          ],
  };
  if (accepted) delete next.trouble;
  return next;
}

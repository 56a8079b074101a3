import type { As2MessageRecord, As2Receipt } from '../../pipeline/channels/as2-message-record.ts';
import { bareMessageId, readAs2Id } from './as2-id.ts';
import { headerOf } from './headers.ts';
import type { Digest, Mic } from './message-security.ts';
import { compareMic } from './mic.ts';
import type { ReadReceipt } from './read-receipt.ts';

/** What the agreement says of receipts. */
export interface ReceiptTerms {
  signed: boolean;
  unsignedReceipt: boolean;
  receiptWithoutMic: boolean;
}

/**
 * - `acknowledged`: the partner has taken the message over; what was unusual stands in `warnings`.
 * - `refused`: he says that he has not, or has something else than we sent.
 * - `untrusted`: nobody can say that it is his, or that it is about this message: it changes nothing.
 */
export type Judgement =
  { verdict: 'acknowledged'; warnings: string[] } | { verdict: 'refused' | 'untrusted'; reason: string };

/** Holds a receipt against the message that it is about (RFC 4130 section 7). */
export function judgeReceipt(
  read: ReadReceipt,
  message: Pick<As2MessageRecord, 'messageId' | 'as2From' | 'as2To' | 'mics' | 'attemptCount'>,
  terms: ReceiptTerms,
): Judgement {
  const { receipt, signature } = read;
  if (read.originalMessageId !== bareMessageId(message.messageId)) {
    return untrusted(
      `it is about the message ${read.originalMessageId || '(none)'}, not ${message.messageId}`,
    );
  }
  if (signature.state === 'invalid') return untrusted(`its signature does not hold: ${signature.reason}`);
  const unsigned = terms.signed && signature.state === 'unsigned';
  if (unsigned && !terms.unsignedReceipt) {
    return untrusted(
      `it is not signed, and a signed one was asked for${receipt.positive ? '' : `. It says: ${wordsOf(receipt)}`}`,
    );
  }
  // Refused as a duplicate after a retry: the attempt before, whose answer we never saw, has arrived.
  const arrivedBefore = message.attemptCount > 1 && receipt.disposition.includes('duplicate-document');
  if (!receipt.positive && !arrivedBefore) return { verdict: 'refused', reason: wordsOf(receipt) };
  const warnings = [...mirrorWarnings(receipt, message), ...(unsigned ? ['It is not signed.'] : [])];
  if (!receipt.positive)
    return { verdict: 'acknowledged', warnings: [...warnings, `It says ${receipt.disposition}.`] };
  if (receipt.disposition !== 'processed') warnings.push(`It says ${receipt.disposition}.`);
  const trouble = micTrouble(read, message, terms);
  if (trouble !== undefined) return { verdict: 'refused', reason: trouble };
  if (read.micField === '' && terms.signed) warnings.push('It has no MIC.');
  return { verdict: 'acknowledged', warnings };
}

/** The partner's own words: the disposition, and what he wrote for people. */
export function wordsOf({ disposition, text }: Pick<As2Receipt, 'disposition' | 'text'>): string {
  return text === '' ? disposition : `${disposition} (“${text}”)`;
}

function untrusted(reason: string): Judgement {
  return { verdict: 'untrusted', reason };
}

function mirrorWarnings(
  { headers }: Pick<As2Receipt, 'headers'>,
  { as2From, as2To }: Pick<As2MessageRecord, 'as2From' | 'as2To'>,
): string[] {
  return (
    [
      ['AS2-From', as2To],
      ['AS2-To', as2From],
    ] as const
  ).flatMap(([name, expected]) => {
    const value = headerOf(headers, name);
    if (value === undefined || readAs2Id(value) === expected) return [];
    return [`Its ${name} is ${readAs2Id(value)}, not ${expected}.`];
  });
}

function micTrouble(
  { micField }: ReadReceipt,
  { mics }: Pick<As2MessageRecord, 'mics'>,
  { signed, receiptWithoutMic }: ReceiptTerms,
): string | undefined {
  const sent = mics.map(({ algorithm, value }) => `${value}, ${algorithm}`).join('; ');
  if (micField === '') {
    if (!signed || receiptWithoutMic) return undefined;
    return 'it has no MIC, so that nobody can tell what the partner has received';
  }
  const accepted = mics.map(({ algorithm, value }): Mic => ({ digest: algorithm as Digest, value }));
  if (compareMic(micField, accepted) === 'equal') return undefined;
  return `its MIC is ${micField}, but what we sent has ${sent}: the partner has received something else`;
}

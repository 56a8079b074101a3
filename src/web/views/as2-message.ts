import type * as z from 'zod';
import type { As2MessageRecord } from '../../pipeline/channels/as2-message-record.ts';
import type { as2Message } from '../schemas/as2-message.ts';

/** Without headers and hashes: those are part of the evidence. */
export function toAs2Message(record: As2MessageRecord): z.input<typeof as2Message> {
  const { receipt, request, replaces, trouble } = record;
  return {
    id: record.id,
    direction: record.direction,
    partnerId: record.partnerId,
    channel: record.channel,
    messageId: record.messageId,
    as2From: record.as2From,
    as2To: record.as2To,
    createdAt: record.createdAt,
    status: record.status,
    layers: record.layers,
    mics: record.mics,
    sizeBytes: request.sizeBytes,
    receiptMode: record.receiptMode,
    ...(receipt !== undefined && {
      receipt: {
        at: receipt.at,
        messageId: receipt.messageId,
        disposition: receipt.disposition,
        positive: receipt.positive,
        signed: receipt.signed,
        text: receipt.text,
        warnings: receipt.warnings,
      },
    }),
    attempts: record.attempts,
    attemptCount: record.attemptCount,
    receiptDueAt: record.receiptDueAt,
    repeats: record.repeats,
    ...(replaces !== undefined && { replaces }),
    ...(trouble !== undefined && { trouble }),
    notes: record.notes,
  };
}

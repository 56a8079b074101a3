import * as z from 'zod';
import { date, extensions, party, text } from './primitives.ts';

/** Why a document is refused, in the words that X12 647 and EDIFACT 9321 have codes for. */
const ADVICE_REASONS = [
  'duplicate',
  'missingData',
  'invalidDate',
  'totalsDiffer',
  'priceDiffers',
  'quantityDiffers',
  'chargeNotAgreed',
  'taxDiffers',
  'unknownOrder',
  'unknownItem',
  'unknownUnit',
  'currencyDiffers',
  'termsDiffer',
  'payeeChanged',
  'other',
] as const;

/**
 * What our application says of a document that it has read: X12 824, EDIFACT APERAK, UBL ApplicationResponse. Beyond the
 * functional acknowledgment, which is about syntax only.
 */
export const applicationAdvice = z.strictObject({
  documentType: z.literal('applicationAdvice'),
  /** BGN02 / BGM 1004: our number of the advice. */
  id: text,
  issueDate: date,
  /** OTI01 / BGM 1225. */
  status: z.enum(['accepted', 'acceptedWithErrors', 'rejected']),
  /** The document that is answered. */
  regarding: z.strictObject({
    documentType: z.enum(['invoice', 'creditNote']),
    /** OTI03, RFF+IV: its number, as sent. */
    id: text,
    issueDate: date.optional(),
    orderId: text.optional(),
  }),
  buyer: party.optional(),
  seller: party.optional(),
  /** TED / ERC: one for each thing that is wrong. */
  reasons: z
    .array(
      z.strictObject({
        code: z.enum(ADVICE_REASONS),
        /** The line of the answered document; absent for the whole of it. */
        lineId: text.optional(),
        /** NTE02 / FTX 4440: in words. */
        text,
      }),
    )
    .min(1),
  extensions: extensions.optional(),
});

export type ApplicationAdvice = z.infer<typeof applicationAdvice>;

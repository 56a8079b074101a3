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
 * What an application says of a document that it has read: ours of an invoice, the supplier's of an order. X12 824, EDIFACT
 * APERAK. Beyond the functional acknowledgment, which is about syntax only.
 */
export const applicationAdvice = z.strictObject({
  documentType: z.literal('applicationAdvice'),
  /** BGN02 / BGM 1004: its sender's number of the advice. */
  id: text,
  issueDate: date,
  /** OTI01 / BGM 1225. */
  status: z.enum(['accepted', 'acceptedWithErrors', 'rejected']),
  /** The document that is answered. */
  regarding: z.strictObject({
    documentType: z.enum(['order', 'orderChange', 'invoice', 'creditNote']),
    /** OTI03, RFF+IV, RFF+ON: its number, as sent. */
    id: text,
    issueDate: date.optional(),
    orderId: text.optional(),
    /** OTI08, OTI09: GS06 and ST02 of the sending that is meant. */
    groupControlNumber: text.optional(),
    controlNumber: text.optional(),
  }),
  buyer: party.optional(),
  seller: party.optional(),
  /** TED / ERC: one for each thing that is wrong; none where it is accepted. */
  reasons: z.array(
    z.strictObject({
      code: z.enum(ADVICE_REASONS),
      /** TED01, ERC 9321 as the sender writes it. */
      errorCode: text.optional(),
      /** TED02: what kind of error it is, in the sender's words. */
      title: text.optional(),
      /** The line of the answered document; absent for the whole of it. */
      lineId: text.optional(),
      /** TED07: the value that is refused. */
      value: text.optional(),
      /** NTE02 / FTX 4440: in words. */
      text: text.optional(),
    }),
  ),
  extensions: extensions.optional(),
});

export type ApplicationAdvice = z.infer<typeof applicationAdvice>;

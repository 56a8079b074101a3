import * as z from 'zod';
import { document as canonicalDocument } from '../../documents/document.ts';
import { direction } from './file.ts';
import { finding } from './finding.ts';

export const documentType = z.enum([
  'order',
  'orderChange',
  'orderResponse',
  'despatchAdvice',
  'receiptAdvice',
  'invoice',
  'creditNote',
  'applicationAdvice',
  'functionalAcknowledgment',
  'unknown',
]);

export const documentStatus = z.enum([
  'applied',
  'parked',
  'rejected',
  'duplicate',
  'ignored',
  'held',
  'queued',
  'sent',
  'failed',
]);

/** A document in a list: everything but its content. */
export const documentRow = z
  .object({
    id: z.string(),
    direction,
    partnerId: z.string(),
    fileId: z.string(),
    interchangeId: z.string(),
    documentType,
    transactionType: z.string(),
    controlNumber: z.string(),
    number: z.string(),
    createdAt: z.string(),
    status: documentStatus,
    acknowledgmentStatus: z.enum([
      'notExpected',
      'pending',
      'receivedOnly',
      'accepted',
      'acceptedWithErrors',
      'rejected',
      'overdue',
    ]),
    findings: z.array(finding),
    /** Its content is not kept any more; sha256 is that of what it was. */
    erased: z.object({ at: z.string(), by: z.string(), reason: z.string(), sha256: z.string() }).optional(),
  })
  .meta({ id: 'DocumentRow' });

export const documentDetail = documentRow
  .extend({
    map: z.string().optional(),
    document: canonicalDocument.optional(),
    trace: z
      .array(
        z.object({
          path: z.string(),
          segment: z.int(),
          element: z.int().optional(),
          range: z.tuple([z.int(), z.int()]).readonly(),
        }),
      )
      .optional(),
    unconsumed: z.array(z.object({ segment: z.int(), segmentId: z.string() })).optional(),
    ordinal: z.object({ interchange: z.int(), group: z.int(), transaction: z.int() }).optional(),
    orderIds: z.array(z.string()),
  })
  .meta({ id: 'Document' });

import * as z from 'zod';
import { finding, severity } from './finding.ts';

const record = { id: z.string(), revision: z.int() };

export const direction = z.enum(['inbound', 'outbound']);

export const fileStatus = z.enum([
  'received',
  'processed',
  'partlyProcessed',
  'rejected',
  'ignored',
  'queued',
  'awaitingReceipt',
  'sent',
  'failed',
]);

/** FileRecord of the store: a file as it came in or went out. */
export const file = z
  .object({
    ...record,
    direction,
    partnerId: z.string(),
    channel: z.string(),
    /** Name of the channel among the partner's channels. */
    channelName: z.string().optional(),
    name: z.string(),
    sha256: z.string(),
    sizeBytes: z.int(),
    createdAt: z.string(),
    finishedAt: z.string().optional(),
    status: fileStatus,
    syntax: z.string().optional(),
    sourceKey: z.string().optional(),
    findings: z.array(finding),
    summary: z.string().optional(),
    answersFileId: z.string().optional(),
    worst: severity.optional(),
    /** Its bytes are not kept any more; sha256 still tells which they were. */
    erased: z.object({ at: z.string(), by: z.string(), reason: z.string() }).optional(),
  })
  .meta({ id: 'File' });

export const interchange = z
  .object({
    ...record,
    fileId: z.string(),
    direction,
    partnerId: z.string(),
    standard: z.string(),
    senderId: z.string(),
    receiverId: z.string(),
    controlNumber: z.string(),
    controlKey: z.string(),
    groupKey: z.string(),
    test: z.boolean(),
    createdAt: z.string(),
    status: z.enum([
      'accepted',
      'partlyAccepted',
      'rejected',
      'duplicate',
      'quarantined',
      'queued',
      'sent',
      'failed',
    ]),
    contentSha256: z.string(),
    acceptedCount: z
      .int()
      .optional()
      .describe(
        'Inbound: how many of its transactions we accept; absent where its content was not looked at',
      ),
    acknowledgmentFileIds: z.array(z.string()),
    findings: z.array(finding),
    groups: z.array(
      z.object({
        functionalId: z.string(),
        controlNumber: z.string(),
        applicationSender: z.string(),
        applicationReceiver: z.string(),
        version: z.string().optional(),
        transactions: z.array(
          z.object({ type: z.string(), controlNumber: z.string(), documentId: z.string() }),
        ),
      }),
    ),
  })
  .meta({ id: 'Interchange' });

/** A segment of the file (or a line of a file that has none), with what was found and read at its place. */
export const segment = z
  .object({
    number: z.int(),
    text: z.string(),
    range: z.tuple([z.int(), z.int()]).readonly(),
    interchange: z.int().optional(),
    group: z.int().optional(),
    transaction: z.int().optional(),
    /** Position in the transaction: ST and UNH are 1. */
    segment: z.int().optional(),
    documentId: z.string().optional(),
    marks: z.array(
      z.object({
        /** Half-open, in characters of `text`. */
        from: z.int(),
        to: z.int(),
        /** Index in the page's `findings`. */
        finding: z.int().optional(),
        /** Field of the segment's document that was read here. */
        path: z.string().optional(),
      }),
    ),
    findings: z.array(z.int()),
  })
  .meta({ id: 'Segment' });

export const filePreview = z.object({
  syntax: z.string(),
  partnerId: z.string(),
  findings: z.array(finding),
  documents: z.array(
    z.object({
      transactionType: z.string(),
      documentType: z.string(),
      number: z.string(),
      findings: z.array(finding),
      document: z.unknown().optional(),
    }),
  ),
  /** The acknowledgment that would be returned, as text. */
  acknowledgment: z.string().optional(),
});

import * as z from 'zod';
import { document as canonicalDocument } from '../../documents/document.ts';
import { documentStatus, documentType } from '../schemas/document.ts';
import { finding } from '../schemas/finding.ts';
import { fileStatus } from '../schemas/file.ts';

/** A document of ours for the partner. */
export const offeredDocument = z
  .object({
    id: z.string(),
    /** Its place in the list; acknowledge with it. */
    cursor: z.string(),
    documentType: documentType.optional(),
    /** Its business number: that of the order. */
    number: z.string(),
    fileName: z.string(),
    mediaType: z.string(),
    sizeBytes: z.int(),
    createdAt: z.string(),
    acknowledged: z.boolean(),
    /** Where its bytes are, in the dialect that was agreed on. */
    contentUrl: z.string(),
  })
  .meta({ id: 'OfferedDocument' });

export const offeredDetail = offeredDocument
  .extend({
    /** The canonical document; absent for acknowledgments of what the partner has sent. */
    document: canonicalDocument.optional(),
  })
  .meta({ id: 'OfferedDocumentDetail' });

export const submissionAccepted = z
  .object({
    id: z.string(),
    /** True when this key was used for the same body before: nothing was done now. */
    repeated: z.boolean(),
    statusUrl: z.string(),
  })
  .meta({ id: 'SubmissionAccepted' });

export const submission = z
  .object({
    id: z.string(),
    fileName: z.string(),
    receivedAt: z.string(),
    /** `received` until it was read. */
    status: fileStatus,
    summary: z.string().optional(),
    findings: z.array(finding),
    documents: z.array(
      z.object({
        documentType,
        number: z.string(),
        status: documentStatus,
        findings: z.array(finding),
      }),
    ),
  })
  .meta({ id: 'Submission' });

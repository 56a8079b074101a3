import type * as z from 'zod';
import type { DocumentRecord } from '../../pipeline/records.ts';
import type { documentRow } from '../schemas/document.ts';

export function toDocumentRow(record: DocumentRecord): z.input<typeof documentRow> {
  const { id, direction, partnerId, fileId, interchangeId, documentType, transactionType } = record;
  const { controlNumber, number, createdAt, status, acknowledgmentStatus, findings } = record;
  return {
    id,
    direction,
    partnerId,
    fileId,
    interchangeId,
    documentType,
    transactionType,
    controlNumber,
    number,
    createdAt,
    status,
    acknowledgmentStatus,
    findings,
  };
}

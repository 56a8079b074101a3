import * as z from 'zod';
import { listDocuments as query } from '../../pipeline/queries/documents.ts';
import { endpoint } from '../endpoint.ts';
import { documentRow, documentStatus, documentType } from '../schemas/document.ts';
import { direction } from '../schemas/file.ts';
import { pageOf, pageQuery } from '../schemas/page.ts';
import { toDocumentRow } from '../views/document-row.ts';

export const listDocuments = endpoint({
  method: 'get',
  path: '/api/documents',
  operationId: 'listDocuments',
  tag: 'Documents',
  summary: 'Business documents and acknowledgments, in and out, the newest first',
  role: 'viewer',
  query: z.object({
    ...pageQuery,
    documentType: documentType.optional(),
    status: documentStatus.optional(),
    direction: direction.optional(),
    partnerId: z.string().optional(),
    number: z.string().optional(),
  }),
  answer: pageOf(documentRow),
  async handle({ gateway }, { query: filter }) {
    const { records, ...cursor } = await query(gateway.store, filter);
    return { records: records.map(toDocumentRow), ...cursor };
  },
});

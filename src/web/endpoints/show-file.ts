import * as z from 'zod';
import { showFile as query } from '../../pipeline/queries/files.ts';
import { endpoint } from '../endpoint.ts';
import { documentRow } from '../schemas/document.ts';
import { file, interchange } from '../schemas/file.ts';
import { idParams } from '../schemas/page.ts';
import { toDocumentRow } from '../views/document-row.ts';

export const showFile = endpoint({
  method: 'get',
  path: '/api/files/:id',
  operationId: 'showFile',
  tag: 'Files',
  summary: 'One file with its interchanges, documents, findings and the acknowledgments that belong to it',
  role: 'viewer',
  params: idParams,
  answer: z
    .object({
      file,
      interchanges: z.array(interchange),
      documents: z.array(documentRow),
      acknowledgments: z.array(file),
    })
    .meta({ id: 'FileDetail' }),
  async handle({ gateway }, { params }) {
    const { documents, ...rest } = await query(gateway.store, params.id);
    return { ...rest, documents: documents.map(toDocumentRow) };
  },
});

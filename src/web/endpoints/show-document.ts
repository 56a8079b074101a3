import { unpackPlaces } from '../../pipeline/interchange/field-places.ts';
import { showDocument as query } from '../../pipeline/queries/documents.ts';
import { endpoint } from '../endpoint.ts';
import { documentDetail } from '../schemas/document.ts';
import { idParams } from '../schemas/page.ts';
import { toDocumentRow } from '../views/document-row.ts';

export const showDocument = endpoint({
  method: 'get',
  path: '/api/documents/:id',
  operationId: 'showDocument',
  tag: 'Documents',
  summary: 'One document: its canonical content, findings, and from where in the file each field was read',
  role: 'viewer',
  params: idParams,
  answer: documentDetail,
  async handle({ gateway }, { params }) {
    const { document, orderIds } = await query(gateway.store, params.id);
    const { map, trace, unconsumed, ordinal } = document;
    return {
      ...toDocumentRow(document),
      map,
      document: document.document,
      trace: trace === undefined ? undefined : [...unpackPlaces(trace)],
      unconsumed,
      ordinal,
      orderIds,
    };
  },
});

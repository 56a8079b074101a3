import { readFileContent } from '../../../pipeline/queries/files.ts';
import { idParams } from '../../schemas/page.ts';
import { FETCHED_TYPES, mediaTypeOf } from '../media-types.ts';
import { requireOffer } from '../offered-document.ts';
import { partnerEndpoint } from '../partner-endpoint.ts';

export const downloadDocument = partnerEndpoint({
  method: 'get',
  path: '/partner-api/v1/documents/:id/content',
  operationId: 'downloadDocument',
  tag: 'Documents',
  summary: 'The bytes of one of our documents, in the dialect that was agreed on',
  description: 'Documents for this partner only.',
  params: idParams,
  answer: 'bytes',
  answerTypes: FETCHED_TYPES,
  async handle({ gateway: { store }, channel }, { params }) {
    const offer = await requireOffer(store, channel, params.id);
    const { file, content: bytes } = await readFileContent(store, offer.fileId);
    return { bytes, fileName: offer.name, mediaType: mediaTypeOf(file.syntax) };
  },
});

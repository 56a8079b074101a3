import { idParams } from '../../schemas/page.ts';
import { describeOffer, requireOffer } from '../offered-document.ts';
import { partnerEndpoint } from '../partner-endpoint.ts';
import { offeredDetail } from '../schemas.ts';

export const showDocument = partnerEndpoint({
  method: 'get',
  path: '/partner-api/v1/documents/:id',
  operationId: 'showDocument',
  tag: 'Documents',
  summary: 'One of our documents, with its canonical content as JSON',
  description: 'Documents for this partner only.',
  params: idParams,
  answer: offeredDetail,
  async handle({ gateway: { store }, channel }, { params }) {
    const { view, document } = await describeOffer(store, await requireOffer(store, channel, params.id));
    return { ...view, ...(document?.document !== undefined && { document: document.document }) };
  },
});

import * as z from 'zod';
import { partnerEndpoint } from '../partner-endpoint.ts';

export const acknowledgeDocuments = partnerEndpoint({
  method: 'post',
  path: '/partner-api/v1/acknowledgment',
  operationId: 'acknowledgeDocuments',
  tag: 'Documents',
  summary: 'The partner has every document up to this cursor: they count as delivered from now on',
  description: 'The same cursor again, or one before it, changes nothing.',
  body: z.strictObject({ cursor: z.string().regex(/^\d{1,15}$/, 'a cursor of the list') }),
  answer: z.object({
    /** Documents that were not acknowledged before. */
    acknowledged: z.int(),
  }),
  async handle({ gateway, channel }, { body: { cursor } }) {
    return { acknowledged: await gateway.acknowledgeOffers(channel, Number(cursor)) };
  },
});

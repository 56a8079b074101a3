import * as z from 'zod';
import { listOffers } from '../../../pipeline/partner-api/partner-outbox.ts';
import { describeOffer } from '../offered-document.ts';
import { partnerEndpoint } from '../partner-endpoint.ts';
import { offeredDocument } from '../schemas.ts';

export const listDocuments = partnerEndpoint({
  method: 'get',
  path: '/partner-api/v1/documents',
  operationId: 'listDocuments',
  tag: 'Documents',
  summary: 'Our documents for the partner, in order: after a cursor, else those that were not acknowledged',
  description:
    'Read the documents, keep them, then acknowledge the `cursor` of the answer: only then they count as delivered. A ' +
    'cursor shows what was acknowledged before once more.',
  query: z.object({
    cursor: z.coerce.number().int().nonnegative().optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  }),
  answer: z.object({
    documents: z.array(offeredDocument),
    /** Acknowledge with it once all of these are kept; absent when there is none. */
    cursor: z.string().optional(),
    /** There are more after these. */
    more: z.boolean(),
  }),
  async handle({ gateway: { store }, channel }, { query: { cursor, limit } }) {
    const { records, next } = await listOffers(store, channel, cursor, limit);
    const last = records.at(-1);
    const described = await Promise.all(records.map((offer) => describeOffer(store, offer)));
    return {
      documents: described.map(({ view }) => view),
      ...(last !== undefined && { cursor: String(last.number) }),
      more: next !== undefined,
    };
  },
});

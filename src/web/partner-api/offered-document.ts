import type * as z from 'zod';
import { GatewayError } from '../../common/errors.ts';
import { findOffer } from '../../pipeline/partner-api/partner-outbox.ts';
import type { FetchedChannel } from '../../pipeline/partner-api/partner-outbox.ts';
import type { PartnerOutboxRecord } from '../../pipeline/partner-api/partner-records.ts';
import type { Store } from '../../pipeline/ports/store.ts';
import type { DocumentRecord } from '../../pipeline/records.ts';
import { mediaTypeOf } from './media-types.ts';
import type { offeredDocument } from './schemas.ts';

/** An offer as the partner sees it, with the document in it. */
export async function describeOffer(
  store: Store,
  offer: PartnerOutboxRecord,
): Promise<{ view: z.input<typeof offeredDocument>; document: DocumentRecord | undefined }> {
  const [file, documents] = await Promise.all([
    store.get('files', offer.fileId),
    store.find('documents', { where: { fileId: offer.fileId }, limit: 1 }),
  ]);
  const document = documents.records[0];
  return {
    document,
    view: {
      id: offer.fileId,
      cursor: String(offer.number),
      ...(document !== undefined && { documentType: document.documentType }),
      number: document?.number ?? '',
      fileName: offer.name,
      mediaType: mediaTypeOf(file?.syntax),
      sizeBytes: offer.sizeBytes,
      createdAt: offer.createdAt,
      acknowledged: offer.takenAt !== '',
      contentUrl: `/partner-api/v1/documents/${offer.fileId}/content`,
    },
  };
}

/** Throws NOT_FOUND, also for what is another partner's. */
export async function requireOffer(
  store: Store,
  channel: FetchedChannel,
  id: string,
): Promise<PartnerOutboxRecord> {
  const offer = await findOffer(store, channel, id);
  if (offer === undefined) throw new GatewayError('NOT_FOUND', `There is no document "${id}".`);
  return offer;
}

import { instantMs, toInstant } from '../../common/calendar.ts';
import { GatewayError } from '../../common/errors.ts';
import type { Clock } from '../../common/time.ts';
import { fingerprintOf } from '../../tracking/exceptions.ts';
import type { PipelineContext } from '../context.ts';
import { confirmDelivery } from '../outbound/delivery-receipts.ts';
import { closeException, raiseException } from '../exceptions/exceptions.ts';
import { contentSize } from '../ports/file-content.ts';
import type { Operation, Page, Store } from '../ports/store.ts';
import type { OutboundFile } from '../ports/transport.ts';
import type { PartnerOutboxRecord } from './partner-records.ts';
import { retryOnConflict } from '../work/retry.ts';
import { UnitOfWork } from '../unit-of-work.ts';

/** Acknowledged in one commit. */
const PAGE = 50;
const HOUR_MS = 3_600_000;

/** A channel that its partner fetches from. */
export interface FetchedChannel {
  partnerId: string;
  channelName: string;
}

/** Offers a file to a partner who fetches: from then on it is in the list, under the next number. The same key changes nothing. */
export function offerFile(
  { store, clock }: { store: Store; clock: Clock },
  { partnerId, channelName }: FetchedChannel,
  { key, name, bytes }: OutboundFile,
): Promise<PartnerOutboxRecord> {
  const place = placeOf({ partnerId, channelName });
  return retryOnConflict(async () => {
    const id = `${place}|${key}`;
    const known = await store.get('partnerOutbox', id);
    if (known !== undefined) return known;
    const counter = await store.get('counters', `partnerOutbox|${place}`);
    const number = (counter?.value ?? 0) + 1;
    const record: PartnerOutboxRecord = {
      id,
      revision: 0,
      place,
      number,
      key,
      fileId: key.replace(/^send\//, ''),
      name,
      sizeBytes: contentSize(bytes),
      createdAt: clock.now(),
      takenAt: '',
      overdue: false,
    };
    const count: Operation =
      counter === undefined
        ? {
            op: 'insert',
            collection: 'counters',
            record: { id: `partnerOutbox|${place}`, revision: 0, value: number },
          }
        : { op: 'update', collection: 'counters', record: { ...counter, value: number } };
    await store.commit([{ op: 'insert', collection: 'partnerOutbox', record }, count]);
    return record;
  });
}

/** Offers in their order: after a number, or without one those that were not acknowledged. */
export function listOffers(
  store: Store,
  channel: FetchedChannel,
  after: number | undefined,
  limit: number,
): Promise<Page<PartnerOutboxRecord>> {
  const place = placeOf(channel);
  const where = after === undefined ? { place, takenAt: '' } : { place, number: { gt: after } };
  return store.find('partnerOutbox', { where, orderBy: 'number', limit });
}

/** The offer of that file; undefined when it was not offered to this partner. */
export function findOffer(
  store: Store,
  channel: FetchedChannel,
  fileId: string,
): Promise<PartnerOutboxRecord | undefined> {
  return store.get('partnerOutbox', `${placeOf(channel)}|send/${fileId}`);
}

/**
 * The partner has everything up to a number: that is when a file counts as delivered. Numbers below one that was
 * acknowledged before change nothing. Returns how many are new. Throws INVALID_REQUEST for a number that was never given out.
 */
export async function acknowledgeOffers(
  context: PipelineContext,
  channel: FetchedChannel,
  number: number,
): Promise<number> {
  const place = placeOf(channel);
  const last = (await context.store.get('counters', `partnerOutbox|${place}`))?.value ?? 0;
  if (number > last) {
    throw new GatewayError('INVALID_REQUEST', `There is no document ${number} yet; the last one is ${last}.`);
  }
  for (let taken = 0; ;) {
    const page = await retryOnConflict(() => takeSome(context, channel, number));
    taken += page;
    if (page < PAGE) return taken;
  }
}

async function takeSome(context: PipelineContext, channel: FetchedChannel, number: number): Promise<number> {
  const unit = new UnitOfWork(context.store);
  const now = context.clock.now();
  const { records } = await context.store.find('partnerOutbox', {
    where: { place: placeOf(channel), takenAt: '', number: { lte: number } },
    orderBy: 'number',
    limit: PAGE,
  });
  for (const offer of records) {
    unit.update('partnerOutbox', { ...offer, takenAt: now });
    await confirmDelivery(unit, context, offer.key, now);
    if (!offer.overdue) continue;
    await closeException(unit, context, {
      fingerprint: fingerprintOf(overdueIdentity(channel, offer)),
      by: 'system',
      action: 'resolved',
      reason: 'The partner has fetched it.',
    });
  }
  await unit.commit();
  return records.length;
}

/** What lies unfetched for too long becomes an exception, once each; fetching closes it. Returns how many are new. */
export async function reportUnfetched(context: PipelineContext): Promise<number> {
  let reported = 0;
  for (const partner of context.partners.partners) {
    for (const settings of partner.channels) {
      if (settings.type !== 'http') continue;
      const channel = { partnerId: partner.partner, channelName: settings.name };
      const since = toInstant(instantMs(context.clock.now()) - settings.fetchWithinHours * HOUR_MS);
      reported += await retryOnConflict(() => reportSome(context, channel, since));
    }
  }
  return reported;
}

async function reportSome(context: PipelineContext, channel: FetchedChannel, since: string): Promise<number> {
  const unit = new UnitOfWork(context.store);
  const { records } = await listOffers(context.store, channel, undefined, 1_000);
  const late = records.filter(({ overdue, createdAt }) => !overdue && createdAt <= since);
  for (const offer of late) {
    unit.update('partnerOutbox', { ...offer, overdue: true });
    await raiseException(unit, context, {
      ...overdueIdentity(channel, offer),
      detail:
        `${offer.name} is ready for ${channel.partnerId} since ${offer.createdAt} and was not fetched ` +
        '(GET /partner-api/v1/documents). Ask the partner whether its program still runs; fetching closes this.',
    });
  }
  await unit.commit();
  return late.length;
}

function overdueIdentity({ partnerId }: FetchedChannel, { fileId }: PartnerOutboxRecord) {
  return {
    type: 'TRANSPORT_FAILED' as const,
    subject: { partnerId, fileId },
    discriminator: `unfetched/${fileId}`,
  };
}

function placeOf({ partnerId, channelName }: FetchedChannel): string {
  return `${partnerId}|${channelName}`;
}

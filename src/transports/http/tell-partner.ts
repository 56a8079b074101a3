import { GatewayError } from '../../common/errors.ts';
import type { Clock } from '../../common/time.ts';
import type { PartnerSet } from '../../partners/partner-set.ts';
import type { PartnerEvent } from '../../pipeline/partner-api/partner-events.ts';
import type { FetchedChannel } from '../../pipeline/partner-api/partner-outbox.ts';
import type { Secrets } from '../../pipeline/ports/secrets.ts';
import { postEvent } from './post-event.ts';

/** Calls the webhook of a partner's channel; one that was taken out of the settings meanwhile is not missed. */
export async function tellPartner(
  { partners, secrets, clock }: { partners: PartnerSet; secrets: Secrets; clock: Clock },
  { partnerId, channelName }: FetchedChannel,
  event: PartnerEvent,
): Promise<void> {
  const partner = partners.partners.find((candidate) => candidate.partner === partnerId);
  const channel = partner?.channels.find(({ name }) => name === channelName);
  if (channel?.type !== 'http' || channel.webhook === undefined) return;
  if (partner?.status === 'suspended') {
    throw new GatewayError(
      'TRANSPORT_REJECTED',
      `The partner "${partnerId}" is suspended: it is told nothing.`,
    );
  }
  await postEvent(channel.webhook, await secrets.read(channel.webhook.secret.secret), event, clock);
}

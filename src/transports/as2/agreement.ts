import type { As2ChannelSettings, As2StationSettings } from '../../partners/as2-schema.ts';
import type { PartnerSet } from '../../partners/partner-set.ts';

/** What we and one partner have agreed on for one AS2 channel. */
export interface Agreement {
  partnerId: string;
  /** Name of the channel. */
  channel: string;
  ours: string;
  theirs: string;
  settings: As2ChannelSettings;
}

/** Every enabled AS2 channel of the partners in force. */
export function listAgreements({ company, partners }: PartnerSet): Agreement[] {
  const { as2 } = company;
  if (as2 === undefined) return [];
  return partners.flatMap((partner) =>
    partner.status === 'suspended'
      ? []
      : partner.channels.flatMap((channel) =>
          channel.type !== 'as2' || !channel.enabled ? [] : [toAgreement(partner.partner, channel, as2)],
        ),
  );
}

export function toAgreement(
  partnerId: string,
  settings: As2ChannelSettings,
  station: As2StationSettings,
): Agreement {
  const { ids } = settings;
  return {
    partnerId,
    channel: settings.name,
    ours: ids.ours ?? station.id,
    theirs: ids.theirs,
    settings,
  };
}

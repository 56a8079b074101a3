import path from 'node:path';
import { invariant } from '../../common/invariant.ts';
import type { As2ChannelSettings } from '../../partners/as2-schema.ts';
import type { PipelineContext } from '../../pipeline/context.ts';
import type { Channel } from '../../pipeline/ports/transport.ts';
import type { SecretKeeper } from '../../pipeline/ports/secrets.ts';
import { listAgreements, toAgreement } from './agreement.ts';
import { As2Channel } from './as2-channel.ts';
import { listAcceptedProposals } from './cem/proposals.ts';
import { KeyMaterial } from './key-material.ts';
import type { As2Station } from './station.ts';

/** Our AS2 station, where company.yaml has one. */
export function openStation(
  context: PipelineContext,
  { home, dataFolder, secrets }: { home: string; dataFolder: string; secrets: SecretKeeper },
): As2Station | undefined {
  const settings = context.partners.company.as2;
  if (settings === undefined) return undefined;
  return {
    context,
    settings,
    agreements: listAgreements(context.partners),
    keys: new KeyMaterial({
      ...{ station: settings, home, dataFolder, secrets, clock: context.clock },
      accepted: (agreement, held) => listAcceptedProposals(context.store, agreement, held),
    }),
    temporaryFolder: path.join(dataFolder, 'as2', 'under-way'),
  };
}

export function openAs2Channel(
  settings: As2ChannelSettings,
  { partnerId, dataFolder, as2 }: { partnerId: string; dataFolder: string; as2?: As2Station },
): Channel {
  invariant(as2 !== undefined, 'a partner with an AS2 channel is left out where company.yaml has no as2');
  return new As2Channel(as2, toAgreement(partnerId, settings, as2.settings), dataFolder);
}

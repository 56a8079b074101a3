import type { PipelineContext } from '../../pipeline/context.ts';
import type { CertificateDirectory } from '../../pipeline/ports/certificates.ts';
import type { SecretKeeper } from '../../pipeline/ports/secrets.ts';
import type { ListenerOptions } from './listener.ts';
import { As2Listener } from './listener.ts';
import { openCertificates } from './open-certificates.ts';
import { openStation } from './open-as2.ts';
import { chaseReceipts } from './overdue-receipts.ts';
import { sendReceipt } from './send-receipt.ts';
import type { As2Station } from './station.ts';
import { watchProposals } from './cem/watch-proposals.ts';
import { watchCertificates } from './watch-certificates.ts';
import { watchTrust } from './watch-trust.ts';

const MINUTE_MS = 60_000;

export interface As2Service {
  station: As2Station;
  certificates: CertificateDirectory;
  /** What has to be done from time to time, by name: for the scheduler. */
  jobs: Record<string, readonly [intervalMs: number, run: () => Promise<unknown>]>;
  /** Work of the queue: one attempt at a receipt that goes by a call of ours. */
  sendReceipt: (messageId: string) => Promise<void>;
  /** Listens for partners where there is one with an AS2 channel. Throws PORT_IN_USE, CERTIFICATE_*, SECRET_*. */
  listen(options: ListenerOptions): Promise<As2Listener | undefined>;
}

/** AS2 as a gateway runs it, where company.yaml has a station. */
export function openAs2Service(
  context: PipelineContext,
  folders: { home: string; dataFolder: string; secrets: SecretKeeper },
): As2Service | undefined {
  const station = openStation(context, folders);
  if (station === undefined) return undefined;
  const used = station.agreements.length > 0;
  return {
    station,
    certificates: openCertificates(station),
    jobs: used
      ? {
          'as2-overdue-receipts': [MINUTE_MS, () => chaseReceipts(station)],
          'as2-certificates': [60 * MINUTE_MS, () => watchCertificates(station)],
          'as2-trust': [60 * MINUTE_MS, () => watchTrust(station)],
          'as2-certificate-proposals': [MINUTE_MS, () => watchProposals(station)],
        }
      : {},
    sendReceipt: (messageId) => sendReceipt(station, messageId),
    listen: (options) => (used ? As2Listener.start(station, options) : Promise.resolve(undefined)),
  };
}

import type { As2MessageRecord } from '../../pipeline/channels/as2-message-record.ts';
import { contentSize } from '../../pipeline/ports/file-content.ts';
import type { UnitOfWork } from '../../pipeline/unit-of-work.ts';
import { archiveCertificate } from './archive-certificate.ts';
import type { Arrival } from './arrival.ts';
import type { Certificate } from './certificate.ts';
import type { MadeReceipt } from './make-receipt.ts';
import type { Layer } from './message-security.ts';
import type { MessageVerdict } from './message-verdict.ts';
import type { As2Station } from './station.ts';
import { describeCertificate } from './trust/trust-model.ts';

/** What is kept of a message beside its bytes and its files. */
export interface ArrivalOutcome {
  verdict: MessageVerdict;
  fileIds: string[];
  receipt: MadeReceipt | undefined;
  /** Where an asynchronous receipt goes; '' for none. */
  receiptUrl: string;
}

/** The record of a message that has come, over the one of an earlier, refused copy. Archives the certificates that took part. */
export function toArrivalRecord(
  unit: UnitOfWork,
  { station, agreement, request, receiptRequest, raw, sha256, id, messageId }: Arrival,
  known: As2MessageRecord | undefined,
  { verdict, fileIds, receipt, receiptUrl }: ArrivalOutcome,
): As2MessageRecord {
  const { trouble, mic, layers } = verdict;
  return {
    id,
    revision: known?.revision ?? 0,
    direction: 'inbound',
    partnerId: agreement.partnerId,
    channel: agreement.channel,
    messageId,
    as2From: agreement.theirs,
    as2To: agreement.ours,
    createdAt: known?.createdAt ?? station.context.clock.now(),
    status: trouble === undefined ? 'received' : 'refused',
    fileId: fileIds[0] ?? '',
    fileIds,
    key: '',
    request: { headers: [...request.headers], sha256, sizeBytes: contentSize(raw) },
    layers: layers.map(describeLayer),
    mics: mic === undefined ? [] : [{ algorithm: mic.digest, value: mic.value }],
    receiptMode: !receiptRequest.wanted ? 'none' : receiptRequest.deliverTo === undefined ? 'sync' : 'async',
    ...(receipt !== undefined && { receipt: receipt.receipt }),
    certificates: keepCertificates(unit, station, layers, receipt?.signer),
    notes: known?.notes ?? [],
    attempts: [],
    attemptCount: 0,
    receiptDueAt: '',
    receiptUrl,
    repeats: known?.repeats ?? 0,
    ...(trouble !== undefined && { trouble }),
  };
}

function keepCertificates(
  unit: UnitOfWork,
  station: As2Station,
  layers: readonly Layer[],
  receiptSigner: Certificate | undefined,
): As2MessageRecord['certificates'] {
  const used = layers.flatMap((layer): [string, Certificate][] => {
    if (layer.kind === 'signed') {
      const { signer, authorities = [] } = layer;
      return [
        ['signed by the partner', signer],
        ...authorities.map((each): [string, Certificate] => ['authority of the signer', each]),
      ];
    }
    return layer.kind === 'encrypted' ? [['encrypted for us', layer.recipient]] : [];
  });
  if (receiptSigner !== undefined) used.push(['receipt signed by us', receiptSigner]);
  return used.map(([use, certificate]) => ({
    use,
    fingerprint: certificate.fingerprint,
    sha256: archiveCertificate(unit, station, certificate),
  }));
}

function describeLayer(layer: Layer): string {
  switch (layer.kind) {
    case 'encrypted':
      return `encrypted ${layer.cipher} (${layer.keyTransport})`;
    case 'signed':
      return `signed ${layer.digest} (${layer.scheme}${layer.verifiedOn === 'exact' ? '' : ', verified on its canonical form'})${describeAuthority(layer)}`;
    case 'compressed':
      return 'compressed';
    case 'multipart':
      return `multipart/${layer.subtype} of ${layer.parts}`;
  }
}

/** Of a signer whom the settings do not have. */
function describeAuthority({ signer, authorities }: Extract<Layer, { kind: 'signed' }>): string {
  const authority = authorities?.at(-1);
  if (authority === undefined) return '';
  return ` by ${describeCertificate(signer)}, trusted by the authority ${authority.subject}`;
}

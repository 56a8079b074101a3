import { GatewayError } from '../../../common/errors.ts';
import type { Instant } from '../../../common/time.ts';
import type { Actor } from '../../../pipeline/actor.ts';
import { recordAudit } from '../../../pipeline/audit.ts';
import type {
  CertificateProposalRecord,
  ProposedUse,
} from '../../../pipeline/channels/certificate-proposal-record.ts';
import { scanAll } from '../../../pipeline/queries/scan.ts';
import { UnitOfWork } from '../../../pipeline/unit-of-work.ts';
import type { Agreement } from '../agreement.ts';
import { startOf } from '../choose-certificates.ts';
import type { HeldKey } from '../choose-certificates.ts';
import type { As2Station } from '../station.ts';
import { proposalId, toPem, toProposed } from './proposals.ts';
import { queueEntity } from './queue-answer.ts';
import { writeRequest } from './write-exchange.ts';

export interface OwnProposal {
  /** SHA-256, colons or not, or the beginning of it; default: the newest certificate of ours. */
  fingerprint?: string;
  /** Default: all with whom certificates are exchanged. */
  partnerIds?: readonly string[];
  respondBy: Instant;
}

/**
 * Asks partners to trust a certificate of ours, each by a message of its own; one who has been asked and has not answered is not asked
 * again. Throws INVALID_REQUEST, NOT_FOUND, CONFIG_INVALID.
 */
export async function proposeCertificate(
  station: As2Station,
  { fingerprint, partnerIds, respondBy }: OwnProposal,
  actor: Actor,
): Promise<CertificateProposalRecord[]> {
  const { clock } = station.context;
  if (respondBy <= clock.now())
    throw new GatewayError(
      'INVALID_REQUEST',
      'The answer would have been due already: respondBy has passed.',
    );
  const own = chooseOwn(await station.keys.ownKeys(), fingerprint, clock.now());
  const proposals: CertificateProposalRecord[] = [];
  for (const agreement of chooseAgreements(station, partnerIds)) {
    proposals.push(
      (await findWaiting(station, agreement, own)) ??
        (await ask(station, agreement, { own, respondBy, actor })),
    );
  }
  return proposals;
}

function chooseOwn(own: readonly HeldKey[], fingerprint: string | undefined, at: Instant): HeldKey {
  const wanted = fingerprint?.replaceAll(':', '').toUpperCase();
  const found = own
    .filter(({ certificate }) =>
      wanted === undefined
        ? certificate.validTo > at
        : certificate.fingerprint.replaceAll(':', '').startsWith(wanted),
    )
    .sort((a, b) => (startOf(a) < startOf(b) ? 1 : -1));
  if (found.length === 0)
    throw new GatewayError(
      'NOT_FOUND',
      `We have no certificate ${wanted === undefined ? 'that is valid' : `with the SHA-256 fingerprint ${wanted}`} (as2.certificates of company.yaml).`,
    );
  if (wanted !== undefined && found.length > 1)
    throw new GatewayError('INVALID_REQUEST', `${found.length} certificates of ours begin with ${wanted}.`);
  const [chosen] = found;
  if (chosen!.certificate.validTo > at) return chosen!;
  throw new GatewayError('INVALID_REQUEST', `It has expired on ${chosen!.certificate.validTo}.`);
}

function chooseAgreements(
  { agreements }: As2Station,
  partnerIds: readonly string[] | undefined,
): readonly Agreement[] {
  const exchanging = agreements.filter(({ settings }) => settings.cem !== undefined);
  const missing = partnerIds?.find((id) => !exchanging.some(({ partnerId }) => partnerId === id));
  if (missing !== undefined)
    throw new GatewayError(
      'INVALID_REQUEST',
      `Certificates are not exchanged with "${missing}": no AS2 channel of his has "cem" in its settings.`,
    );
  if (exchanging.length === 0)
    throw new GatewayError(
      'INVALID_REQUEST',
      'Certificates are exchanged with nobody: no AS2 channel has "cem".',
    );
  return exchanging.filter(({ partnerId }) => partnerIds?.includes(partnerId) ?? true);
}

async function findWaiting(
  { context }: As2Station,
  { partnerId, channel }: Agreement,
  { certificate }: HeldKey,
): Promise<CertificateProposalRecord | undefined> {
  const open = await scanAll(context.store, 'certificateProposals', { where: { partnerId, status: 'open' } });
  return open.find(
    (one) =>
      one.direction === 'outbound' &&
      one.channel === channel &&
      one.certificate.fingerprint === certificate.fingerprint,
  );
}

async function ask(
  station: As2Station,
  agreement: Agreement,
  { own, respondBy, actor }: { own: HeldKey; respondBy: Instant; actor: Actor },
): Promise<CertificateProposalRecord> {
  const { context, settings } = station;
  if (settings.url === undefined)
    throw new GatewayError('CONFIG_INVALID', 'as2.url of company.yaml is missing: nobody could answer.');
  const { certificate, chain } = own;
  const requestId = context.ids.next();
  const at = context.clock.now();
  const uses = own.uses.flatMap((use): ProposedUse[] => (use === 'tls' ? ['tlsServer', 'tlsClient'] : [use]));
  const entity = writeRequest(
    { requestId, sender: agreement.ours, at },
    { uses, respondBy, responseUrl: settings.url, certificate, chain },
  );
  const unit = new UnitOfWork(context.store);
  const fileId = queueEntity(unit, station, agreement, {
    id: `cem-${requestId}`,
    name: 'certificate-request.eml',
    entity,
    summary: `Certificate request ${requestId}`,
  });
  const { partnerId, channel } = agreement;
  const proposal: CertificateProposalRecord = {
    id: proposalId(requestId, 1),
    revision: 0,
    direction: 'outbound',
    ...{ partnerId, channel, requestId, fileId, uses, respondBy },
    requestKey: requestId,
    createdAt: at,
    status: 'open',
    certificate: toProposed(certificate),
    pem: toPem([certificate, ...chain]),
    signedBy: '',
    sameSubject: false,
    responseUrl: '',
    as2MessageId: '',
  };
  unit.insert('certificateProposals', proposal);
  await recordAudit(unit, context, {
    actor,
    action: 'certificate.proposed',
    subject: `certificate:${proposal.id}`,
    details: { partnerId, fingerprint: certificate.fingerprint, uses, respondBy },
  });
  await unit.commit();
  return { ...proposal, revision: 1 };
}

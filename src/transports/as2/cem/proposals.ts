import { instantMs } from '../../../common/calendar.ts';
import type {
  CertificateProposalRecord,
  ProposedCertificate,
} from '../../../pipeline/channels/certificate-proposal-record.ts';
import type { Store } from '../../../pipeline/ports/store.ts';
import { scanAll } from '../../../pipeline/queries/scan.ts';
import { sha256Of } from '../../../pipeline/unit-of-work.ts';
import type { UnitOfWork } from '../../../pipeline/unit-of-work.ts';
import type { Agreement } from '../agreement.ts';
import { readCertificates } from '../certificate.ts';
import type { Certificate } from '../certificate.ts';
import type { HeldCertificate } from '../choose-certificates.ts';

/** The same for the same request of the same sender: nobody can take another's request by its number. */
export function requestKeyOf({ ours, theirs }: Agreement, requestId: string): string {
  return sha256Of(JSON.stringify([theirs, ours, requestId])).slice(0, 32);
}

/** All certificates of one request, in its order. */
export async function findRequest(
  unit: UnitOfWork,
  requestKey: string,
): Promise<CertificateProposalRecord[]> {
  const found = await unit.findAll(
    'certificateProposals',
    { requestKey },
    (proposal) => proposal.requestKey === requestKey,
  );
  return found.sort((a, b) => numberOf(a) - numberOf(b));
}

export function proposalId(requestKey: string, number: number): string {
  return `${requestKey}-${number}`;
}

function numberOf({ id }: CertificateProposalRecord): number {
  return Number(id.slice(id.lastIndexOf('-') + 1));
}

/** Whether somebody has decided on it, or may still do so. */
export function isUndecided({ status }: Pick<CertificateProposalRecord, 'status'>): boolean {
  return status === 'open' || status === 'expired';
}

export function toProposed(certificate: Certificate): ProposedCertificate {
  const { subject, issuer, serialNumber, fingerprint, validFrom, validTo, keyType, keyBits, weaknesses } =
    certificate;
  return { subject, issuer, serialNumber, fingerprint, validFrom, validTo, keyType, keyBits, weaknesses };
}

export function toPem(certificates: readonly Certificate[]): string {
  return certificates.map(({ pem }) => `${pem.trimEnd()}\n`).join('');
}

export function readPem({ pem }: CertificateProposalRecord): {
  certificate: Certificate;
  chain: readonly Certificate[];
} {
  const [certificate, ...chain] = readCertificates(Buffer.from(pem, 'latin1'));
  return { certificate: certificate!, chain };
}

/**
 * The certificates that were accepted from a partner's messages, as those of his settings. For TLS they count only beside one of the
 * settings: the first would shut out every server that the system's authorities know.
 */
export async function listAcceptedProposals(
  store: Store,
  { partnerId, channel }: Agreement,
  settings: readonly HeldCertificate[],
): Promise<HeldCertificate[]> {
  const accepted = await scanAll(store, 'certificateProposals', { where: { partnerId, status: 'accepted' } });
  const isPinned = settings.some(({ uses }) => uses.includes('tls'));
  const held = [...settings];
  for (const proposal of accepted) {
    if (proposal.direction !== 'inbound' || proposal.channel !== channel) continue;
    const { id, uses, activeFrom } = proposal;
    const { certificate, chain } = readPem(proposal);
    const known = held.filter(({ certificate: one }) => one.fingerprint === certificate.fingerprint);
    const counting = (['sign', 'encrypt', 'tls'] as const).filter(
      (use) =>
        !known.some((one) => one.uses.includes(use)) &&
        (use === 'tls'
          ? isPinned && (uses.includes('tlsServer') || uses.includes('tlsClient'))
          : uses.includes(use)),
    );
    if (counting.length === 0) continue;
    const from = activeFrom === undefined ? {} : { from: activeFrom };
    held.push({ certificate, chain, uses: counting, ...from, proposalId: id });
  }
  return held.slice(settings.length);
}

/** What a person has turned down, or withdrawn, is not let in by itself when it comes again. */
export async function wasTurnedDown(
  store: Store,
  { partnerId, certificate: { fingerprint } }: CertificateProposalRecord,
): Promise<boolean> {
  const status = { in: ['rejected', 'withdrawn'] as const };
  const turnedDown = await scanAll(store, 'certificateProposals', { where: { partnerId, status } });
  return turnedDown.some(
    ({ certificate, decidedBy }) => certificate.fingerprint === fingerprint && decidedBy !== 'system',
  );
}

/** From when on a certificate is used for what we send: not before it is valid. */
export function activeFromOf({ validFrom }: Pick<Certificate, 'validFrom'>, wanted: string): string {
  return instantMs(validFrom) > instantMs(wanted) ? validFrom : wanted;
}

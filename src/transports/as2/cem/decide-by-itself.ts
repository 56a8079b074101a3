import { recordAudit } from '../../../pipeline/audit.ts';
import type { CertificateProposalRecord } from '../../../pipeline/channels/certificate-proposal-record.ts';
import type { UnitOfWork } from '../../../pipeline/unit-of-work.ts';
import type { Arrival } from '../arrival.ts';
import type { HeldCertificate } from '../choose-certificates.ts';
import type { TrustRequest } from './exchange-message.ts';
import { troubleOf } from './judge-certificate.ts';
import { activeFromOf, wasTurnedDown } from './proposals.ts';
import { closeTold, tellProposal } from './tell-proposal.ts';

interface Undecided {
  open: CertificateProposalRecord;
  one: TrustRequest;
  /** The partner's certificates that count already. */
  held: readonly HeldCertificate[];
  isSignerHeld: boolean;
}

/** Rejects what cannot count, accepts what the settings let in or what counts already, and asks a person about all else. */
export async function decideByItself(
  unit: UnitOfWork,
  arrival: Arrival,
  { open, one, held, isSignerHeld }: Undecided,
): Promise<CertificateProposalRecord> {
  const { station, agreement } = arrival;
  const { context } = station;
  const trouble = await troubleOf(station, agreement, one, open.createdAt);
  if (trouble !== undefined) {
    const told = `${agreement.theirs} proposes a new certificate that cannot count here, and is told so: ${trouble} Ask him for another one.`;
    await tellProposal(unit, context, open, told);
    return decided(unit, arrival, open, { status: 'rejected', reason: trouble });
  }
  await tellProposal(unit, context, open, askingText(open, agreement.theirs));
  const mayRenew = isSignerHeld && agreement.settings.cem?.accept === 'sameSubject';
  const reason = (await wasTurnedDown(context.store, open))
    ? undefined
    : reasonToAccept(open, held, mayRenew);
  if (reason === undefined) return open;
  await closeTold(unit, context, open, { by: 'system', reason });
  const activeFrom = activeFromOf(one.certificate, open.createdAt);
  return decided(unit, arrival, open, { status: 'accepted', reason, activeFrom });
}

function askingText(
  { id, certificate, uses, sameSubject }: CertificateProposalRecord,
  theirs: string,
): string {
  return (
    `${theirs} proposes a new certificate for ${uses.join(' and ')}: ${certificate.subject}, SHA-256 ${certificate.fingerprint}. ` +
    `Call him at a number that you know and compare this fingerprint; then accept it or reject it (tradelane as2 certificate accept ${id} --reason …). ` +
    (sameSubject
      ? 'Its subject is that of a certificate in force.'
      : 'No certificate of his in force has this subject for these uses.')
  );
}

/** Why nobody need be asked; undefined where a person decides. */
function reasonToAccept(
  { certificate, uses, sameSubject }: CertificateProposalRecord,
  held: readonly HeldCertificate[],
  mayRenew: boolean,
): string | undefined {
  const isHeld = uses.every((use) =>
    held.some(
      (one) =>
        one.certificate.fingerprint === certificate.fingerprint &&
        one.uses.includes(use === 'sign' || use === 'encrypt' ? use : 'tls'),
    ),
  );
  if (isHeld) return 'It counts already, for these uses.';
  if (!mayRenew || !sameSubject) return undefined;
  return 'It has the subject of a certificate in force, and the request is signed by one (cem.accept: sameSubject).';
}

async function decided(
  unit: UnitOfWork,
  { station: { context } }: Arrival,
  proposal: CertificateProposalRecord,
  decision: { status: 'accepted' | 'rejected'; reason: string; activeFrom?: string },
): Promise<CertificateProposalRecord> {
  const { id, partnerId, certificate, createdAt } = proposal;
  await recordAudit(unit, context, {
    actor: { name: 'system', roles: [] },
    action: `certificate.${decision.status}`,
    subject: `certificate:${id}`,
    details: { partnerId, fingerprint: certificate.fingerprint, ...decision },
  });
  return { ...proposal, ...decision, decidedAt: createdAt, decidedBy: 'system' };
}

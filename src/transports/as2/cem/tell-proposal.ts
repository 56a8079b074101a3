import type { CertificateProposalRecord } from '../../../pipeline/channels/certificate-proposal-record.ts';
import type { PipelineContext } from '../../../pipeline/context.ts';
import { closeException, raiseException } from '../../../pipeline/exceptions/exceptions.ts';
import type { UnitOfWork } from '../../../pipeline/unit-of-work.ts';
import { fingerprintOf } from '../../../tracking/exceptions.ts';
import { USAGES } from './exchange-message.ts';

/** Tells a person of a proposal: theirs that waits or could not be taken, or ours that the partner has not accepted. */
export async function tellProposal(
  unit: UnitOfWork,
  context: PipelineContext,
  proposal: CertificateProposalRecord,
  detail: string,
): Promise<void> {
  await raiseException(unit, context, {
    ...identityOf(proposal),
    detail,
    evidence: [{ text: describeProposal(proposal) }],
  });
}

export async function closeTold(
  unit: UnitOfWork,
  context: PipelineContext,
  proposal: CertificateProposalRecord,
  { by, reason }: { by: string; reason: string },
): Promise<void> {
  const fingerprint = fingerprintOf(identityOf(proposal));
  await closeException(unit, context, { fingerprint, by, action: 'resolved', reason });
}

function identityOf({ id, direction, partnerId }: CertificateProposalRecord) {
  const type = direction === 'inbound' ? ('CERT_PROPOSED' as const) : ('CERT_UNANSWERED' as const);
  return { type, subject: { partnerId }, discriminator: id };
}

/** Everything that somebody who is called by telephone can compare. */
function describeProposal({ certificate, uses, respondBy, requestId }: CertificateProposalRecord): string {
  const { subject, issuer, serialNumber, fingerprint, validFrom, validTo } = certificate;
  const issued = issuer === subject ? 'itself' : issuer;
  const due = respondBy === '' ? '' : `, answer due ${respondBy}`;
  return (
    `${subject}, issued by ${issued}, serial number ${serialNumber}, SHA-256 ${fingerprint}, valid ${validFrom} to ${validTo}, ` +
    `for ${uses.map((use) => USAGES[use]).join(', ')}; request ${requestId}${due}`
  );
}

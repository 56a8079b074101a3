import { recordAudit } from '../../../pipeline/audit.ts';
import type { CertificateProposalRecord } from '../../../pipeline/channels/certificate-proposal-record.ts';
import type { UnitOfWork } from '../../../pipeline/unit-of-work.ts';
import type { Arrival } from '../arrival.ts';
import type { Refusal } from '../refusal.ts';
import { hasSerialNumber } from './exchange-message.ts';
import type { ExchangeResponse, TrustResponse } from './exchange-message.ts';
import { findRequest } from './proposals.ts';
import { closeTold, tellProposal } from './tell-proposal.ts';

/** Notes what a partner has decided on certificates of ours. The newest answer counts: he may change his mind. */
export async function keepResponse(
  unit: UnitOfWork,
  arrival: Arrival,
  { requestId, trust }: ExchangeResponse,
): Promise<Refusal | undefined> {
  const { partnerId, channel } = arrival.agreement;
  const refuse = (reason: string): Refusal => ({ modifier: 'unexpected-processing-error', reason });
  // Our requests have their number for their key.
  const proposals = (await findRequest(unit, requestId)).filter(
    (one) => one.direction === 'outbound' && one.partnerId === partnerId && one.channel === channel,
  );
  if (proposals.length === 0) return refuse(`It answers the request ${requestId}, which he has never had.`);
  const answered = trust.map((response) => ({
    response,
    proposal: proposals.find(({ certificate }) => hasSerialNumber(certificate, response.serialNumber)),
  }));
  for (const { response, proposal } of answered) {
    if (proposal === undefined)
      return refuse(`It answers for the serial number ${response.serialNumber}, which ${requestId} has not.`);
    await note(unit, arrival, proposal, response);
  }
  return undefined;
}

async function note(
  unit: UnitOfWork,
  { station: { context }, agreement }: Arrival,
  proposal: CertificateProposalRecord,
  { accepted, reason }: TrustResponse,
): Promise<void> {
  const status = accepted ? 'accepted' : 'rejected';
  if (proposal.status === status) return;
  const { subject, fingerprint } = proposal.certificate;
  const said = accepted || reason === '' ? {} : { reason };
  unit.update('certificateProposals', {
    ...proposal,
    ...said,
    status,
    decidedAt: context.clock.now(),
    decidedBy: agreement.theirs,
  });
  await recordAudit(unit, context, {
    actor: { name: agreement.theirs, roles: [] },
    action: `certificate.${status}`,
    subject: `certificate:${proposal.id}`,
    details: { partnerId: agreement.partnerId, fingerprint, ...said },
  });
  if (accepted) {
    await closeTold(unit, context, proposal, {
      by: agreement.theirs,
      reason: 'The partner has accepted it.',
    });
    return;
  }
  await tellProposal(
    unit,
    context,
    proposal,
    `${agreement.theirs} has rejected our certificate ${subject} (SHA-256 ${fingerprint})${reason === '' ? ', without a reason' : `: ${reason}`}. ` +
      'What we sign with it he would refuse: ask him before it comes into use.',
  );
}

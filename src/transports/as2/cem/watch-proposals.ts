import type { CertificateProposalRecord } from '../../../pipeline/channels/certificate-proposal-record.ts';
import { scanAll } from '../../../pipeline/queries/scan.ts';
import { UnitOfWork } from '../../../pipeline/unit-of-work.ts';
import { retryOnConflict } from '../../../pipeline/work/retry.ts';
import type { As2Station } from '../station.ts';
import { tellProposal } from './tell-proposal.ts';

/** Tells of proposals whose answer was due: ours to the partner, or the partner's to us. Called every minute. */
export async function watchProposals(station: As2Station): Promise<void> {
  const { store, clock } = station.context;
  const due = await scanAll(store, 'certificateProposals', {
    where: { status: 'open', respondBy: { gt: '', lte: clock.now() } },
    orderBy: 'respondBy',
  });
  for (const { id } of due) await retryOnConflict(() => expire(station, id));
}

async function expire({ context, agreements }: As2Station, id: string): Promise<void> {
  const unit = new UnitOfWork(context.store);
  const proposal = await unit.get('certificateProposals', id);
  if (proposal?.status !== 'open') return;
  const { partnerId } = proposal;
  unit.update('certificateProposals', { ...proposal, status: 'expired' });
  const theirs = agreements.find((one) => one.partnerId === partnerId)?.theirs ?? partnerId;
  await tellProposal(unit, context, proposal, textOf(proposal, theirs));
  await unit.commit();
}

function textOf(
  { id, direction, certificate, respondBy }: CertificateProposalRecord,
  theirs: string,
): string {
  const named = `${certificate.subject} (SHA-256 ${certificate.fingerprint})`;
  return direction === 'inbound'
    ? `${theirs} wanted an answer about his new certificate ${named} by ${respondBy}, and may use it from now on: what it signs is refused here until it is accepted. ` +
        `Compare the fingerprint with him by telephone; then accept it or reject it (tradelane as2 certificate accept ${id} --reason …).`
    : `${theirs} was to answer by ${respondBy} whether our new certificate ${named} counts, and has not. Ask him before it comes into use, or propose it again.`;
}

import { GatewayError } from '../../../common/errors.ts';
import { toInstant, instantMs } from '../../../common/calendar.ts';
import type { Instant } from '../../../common/time.ts';
import type { Actor } from '../../../pipeline/actor.ts';
import { recordAudit } from '../../../pipeline/audit.ts';
import type { CertificateProposalRecord } from '../../../pipeline/channels/certificate-proposal-record.ts';
import { UnitOfWork } from '../../../pipeline/unit-of-work.ts';
import { retryOnConflict } from '../../../pipeline/work/retry.ts';
import type { Agreement } from '../agreement.ts';
import type { As2Station } from '../station.ts';
import { troubleOf } from './judge-certificate.ts';
import { activeFromOf, findRequest, isUndecided, readPem } from './proposals.ts';
import { queueAnswer } from './queue-answer.ts';
import { closeTold } from './tell-proposal.ts';

export type Decision =
  | { status: 'accepted'; reason: string; from?: Instant }
  | { status: 'rejected' | 'withdrawn'; reason: string };

/**
 * A person's decision on a certificate of a partner: kept, in the audit log, and answered as soon as it is the last of its request.
 * Throws NOT_FOUND, INVALID_REQUEST, CONFLICT.
 */
export function decideProposal(
  station: As2Station,
  id: string,
  decision: Decision,
  actor: Actor,
): Promise<CertificateProposalRecord> {
  return retryOnConflict(() => decide(station, id, decision, actor));
}

async function decide(
  station: As2Station,
  id: string,
  decision: Decision,
  actor: Actor,
): Promise<CertificateProposalRecord> {
  const { context } = station;
  const unit = new UnitOfWork(context.store);
  const proposal = await needProposal(unit, id, decision.status);
  // What was withdrawn is not told, and counts no longer even where nobody could be told.
  const agreement = decision.status === 'withdrawn' ? undefined : needAgreement(station, proposal);
  const at = context.clock.now();
  const { status, reason } = decision;
  const next: CertificateProposalRecord = {
    ...proposal,
    ...{ status, reason, decidedAt: at, decidedBy: actor.name },
    ...(decision.status === 'accepted' && {
      activeFrom: await needUsable(station, needAgreement(station, proposal), proposal, decision.from ?? at),
    }),
  };
  unit.update('certificateProposals', next);
  const { fingerprint, subject } = proposal.certificate;
  await recordAudit(unit, context, {
    actor,
    action: `certificate.${status}`,
    subject: `certificate:${id}`,
    details: {
      ...{ partnerId: proposal.partnerId, fingerprint, certificate: subject, uses: proposal.uses, reason },
      ...(next.activeFrom !== undefined && { activeFrom: next.activeFrom }),
    },
  });
  await closeTold(unit, context, proposal, { by: actor.name, reason });
  const request = await findRequest(unit, proposal.requestKey);
  // Two who decide on certificates of one request at the same time must see each other: the last of them answers.
  for (const other of request) if (other.id !== id) unit.update('certificateProposals', other);
  if (agreement === undefined) await withdrawOthers(unit, next);
  else await queueAnswer(unit, station, agreement, request);
  const kept = (await unit.get('certificateProposals', id))!;
  await unit.commit();
  station.keys.forgetPartner(proposal);
  context.logger.info(
    { partner: proposal.partnerId, fingerprint, status, by: actor.name },
    'A certificate that a partner proposes was decided on',
  );
  return { ...kept, revision: proposal.revision + 1 };
}

/** The same certificate may have been accepted twice, by two requests. */
async function withdrawOthers(unit: UnitOfWork, withdrawn: CertificateProposalRecord): Promise<void> {
  const { id, partnerId, channel, certificate, reason, decidedAt, decidedBy } = withdrawn;
  const isSame = (one: CertificateProposalRecord): boolean =>
    one.partnerId === partnerId && one.status === 'accepted';
  for (const one of await unit.findAll('certificateProposals', { partnerId, status: 'accepted' }, isSame)) {
    if (one.id === id || one.direction !== 'inbound' || one.channel !== channel) continue;
    if (one.certificate.fingerprint !== certificate.fingerprint) continue;
    unit.update('certificateProposals', {
      ...one,
      status: 'withdrawn',
      ...(reason !== undefined && { reason }),
      ...(decidedAt !== undefined && { decidedAt }),
      ...(decidedBy !== undefined && { decidedBy }),
    });
  }
}

async function needProposal(
  unit: UnitOfWork,
  id: string,
  status: Decision['status'],
): Promise<CertificateProposalRecord> {
  const proposal = await unit.get('certificateProposals', id);
  if (proposal === undefined)
    throw new GatewayError('NOT_FOUND', `There is no proposal of a certificate "${id}".`);
  if (proposal.direction === 'outbound')
    throw new GatewayError('INVALID_REQUEST', 'It is a certificate of ours: the partner decides on it.');
  const isDecidable = status === 'withdrawn' ? proposal.status === 'accepted' : isUndecided(proposal);
  if (isDecidable) return proposal;
  const { status: known, decidedBy = '', decidedAt = '' } = proposal;
  const by = decidedBy === '' ? '' : ` by ${decidedBy} on ${decidedAt}`;
  throw new GatewayError('CONFLICT', `The certificate is ${known}${by}; it cannot be ${status} now.`, {
    retryable: 'never',
  });
}

function needAgreement(
  { agreements }: As2Station,
  { partnerId, channel }: CertificateProposalRecord,
): Agreement {
  const found = agreements.find((one) => one.partnerId === partnerId && one.channel === channel);
  if (found !== undefined) return found;
  throw new GatewayError(
    'INVALID_REQUEST',
    `${partnerId} has no AS2 channel "${channel}" in force any more, so that nothing can be answered.`,
  );
}

/** From when on it is used; the world may have changed since it was proposed. */
async function needUsable(
  station: As2Station,
  agreement: Agreement,
  proposal: CertificateProposalRecord,
  from: Instant,
): Promise<Instant> {
  const proposed = { ...readPem(proposal), uses: proposal.uses };
  const trouble = await troubleOf(station, agreement, proposed, station.context.clock.now());
  if (trouble !== undefined)
    throw new GatewayError('INVALID_REQUEST', `The certificate cannot be accepted: ${trouble}`);
  return activeFromOf(proposed.certificate, toInstant(instantMs(from)));
}

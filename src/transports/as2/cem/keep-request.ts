import type { CertificateProposalRecord } from '../../../pipeline/channels/certificate-proposal-record.ts';
import type { UnitOfWork } from '../../../pipeline/unit-of-work.ts';
import type { Arrival } from '../arrival.ts';
import { isValidAt } from '../certificate.ts';
import { listAccepted } from '../choose-certificates.ts';
import type { HeldCertificate } from '../choose-certificates.ts';
import type { Refusal } from '../refusal.ts';
import { decideByItself } from './decide-by-itself.ts';
import type { ExchangeRequest, TrustRequest } from './exchange-message.ts';
import type { SignedExchange } from './open-exchange.ts';
import { findRequest, proposalId, requestKeyOf, toPem, toProposed } from './proposals.ts';
import { queueAnswer } from './queue-answer.ts';

/** Of one partner: whoever has his key, or a program of his that runs wild, must not bury what people have to decide. */
const MAX_WAITING = 50;

interface SignedRequest extends SignedExchange {
  message: ExchangeRequest;
}

/**
 * Keeps the certificates that a partner proposes, each once: what cannot count is rejected, what the settings let in is accepted, all
 * else waits for a person. A request that is known already changes nothing; its number with other certificates is refused.
 */
export async function keepRequest(
  unit: UnitOfWork,
  arrival: Arrival,
  request: SignedRequest,
): Promise<Refusal | undefined> {
  const { station, agreement, messageId } = arrival;
  const { requestId, trust } = request.message;
  const requestKey = requestKeyOf(agreement, requestId);
  const known = await findRequest(unit, requestKey);
  if (known.length > 0) {
    if (isSameRequest(known, trust)) {
      station.context.logger.info(
        { partner: agreement.partnerId, requestId, messageId },
        'A partner has repeated a request to trust certificates; nothing is done twice',
      );
      return undefined;
    }
    const reason = `The request ${requestId} of ${known[0]!.createdAt} came again with other certificates.`;
    return { modifier: 'unexpected-processing-error', reason };
  }
  const waiting = await station.context.store.count('certificateProposals', {
    partnerId: agreement.partnerId,
    status: 'open',
  });
  if (waiting + trust.length > MAX_WAITING) {
    const reason = `${waiting} of his certificates wait for a decision already; ${MAX_WAITING} are the most.`;
    return { modifier: 'unexpected-processing-error', reason };
  }
  const held = await station.keys.partnerCertificates(agreement);
  const proposals: CertificateProposalRecord[] = [];
  for (const [index, one] of trust.entries()) {
    const open = toProposal(arrival, request, {
      one,
      id: proposalId(requestKey, index + 1),
      requestKey,
      held,
    });
    proposals.push(
      await decideByItself(unit, arrival, { open, one, held, isSignerHeld: request.isSignerHeld }),
    );
  }
  for (const proposal of proposals) unit.insert('certificateProposals', proposal);
  await queueAnswer(unit, station, agreement, proposals);
  unit.afterCommit(() => {
    station.keys.forgetPartner(agreement);
  });
  return undefined;
}

function isSameRequest(known: readonly CertificateProposalRecord[], trust: readonly TrustRequest[]): boolean {
  const name = (fingerprint: string, uses: readonly string[]) => `${fingerprint} ${uses.join(' ')}`;
  const before = new Set(known.map(({ certificate, uses }) => name(certificate.fingerprint, uses)));
  return (
    before.size === trust.length &&
    trust.every(({ certificate, uses }) => before.has(name(certificate.fingerprint, uses)))
  );
}

function toProposal(
  { station, agreement, id: as2MessageId }: Arrival,
  { signer, message }: SignedRequest,
  {
    one,
    held,
    ...ids
  }: { one: TrustRequest; held: readonly HeldCertificate[]; id: string; requestKey: string },
): CertificateProposalRecord {
  const at = station.context.clock.now();
  return {
    ...ids,
    revision: 0,
    direction: 'inbound',
    partnerId: agreement.partnerId,
    channel: agreement.channel,
    requestId: message.requestId,
    createdAt: at,
    status: 'open',
    uses: one.uses,
    certificate: toProposed(one.certificate),
    pem: toPem([one.certificate, ...one.chain]),
    signedBy: signer.fingerprint,
    sameSubject: one.uses.every((use) => isRenewal(one, use, held, at)),
    respondBy: one.respondBy,
    responseUrl: one.responseUrl,
    as2MessageId,
    fileId: '',
  };
}

/** A certificate in force has the same subject and the same use. */
function isRenewal(
  { certificate }: TrustRequest,
  use: TrustRequest['uses'][number],
  held: readonly HeldCertificate[],
  at: string,
): boolean {
  const counted = use === 'sign' || use === 'encrypt' ? use : 'tls';
  return listAccepted(held, counted, at).some(
    (other) => other.certificate.subject === certificate.subject && isValidAt(other.certificate, at),
  );
}

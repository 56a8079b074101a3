import type * as z from 'zod';
import type { CertificateProposalRecord } from '../../pipeline/channels/certificate-proposal-record.ts';
import type { certificateProposal } from '../schemas/certificate-proposal.ts';

export function toProposal(record: CertificateProposalRecord): z.input<typeof certificateProposal> {
  const { id, direction, partnerId, channel, requestId, status, uses, certificate, createdAt } = record;
  const { respondBy, signedBy, sameSubject, as2MessageId, fileId } = record;
  const { activeFrom, decidedAt, decidedBy, reason } = record;
  return {
    ...{ id, direction, partnerId, channel, requestId, status, uses, createdAt },
    ...{ respondBy, signedBy, sameSubject, as2MessageId, fileId },
    certificate: { ...certificate, weaknesses: [...certificate.weaknesses] },
    ...(activeFrom !== undefined && { activeFrom }),
    ...(decidedAt !== undefined && { decidedAt }),
    ...(decidedBy !== undefined && { decidedBy }),
    ...(reason !== undefined && { reason }),
  };
}

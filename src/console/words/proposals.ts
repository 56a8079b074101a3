import type { CertificateProposal } from '../data/types.ts';

/** `Theirs, for us to decide`. */
export function describeDirection({ direction }: CertificateProposal): string {
  return direction === 'inbound' ? 'Proposed by them' : 'Proposed by us';
}

/** Who decided, and why; '' where nobody has yet. */
export function describeDecision({ decidedBy, reason = '' }: CertificateProposal): string {
  if (decidedBy === undefined) return '';
  const who = decidedBy === 'system' ? 'the gateway' : decidedBy;
  return reason === '' ? `by ${who}` : `by ${who}: ${reason}`;
}

import type { CertificateProposal } from '../data/types.ts';

const USES: Record<CertificateProposal['uses'][number], string> = {
  sign: 'signing',
  encrypt: 'encryption',
  tlsServer: 'TLS as a server',
  tlsClient: 'TLS as a client',
};

export function describeProposedUses({ uses }: CertificateProposal): string {
  const text = uses.map((use) => USES[use]).join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

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

import type { CertificateProposalRecord } from '../channels/certificate-proposal-record.ts';
import type { Direction } from '../records.ts';
import type { Page, Store } from '../ports/store.ts';
import { getOrThrow, scanPage } from './scan.ts';

export interface ProposalFilter {
  status?: CertificateProposalRecord['status'] | undefined;
  partnerId?: string | undefined;
  direction?: Direction | undefined;
}

/** Certificates that were proposed, newest first. They are few. */
export function listProposals(
  store: Store,
  { status, partnerId, direction }: ProposalFilter,
  page: { limit: number; after?: string | undefined },
): Promise<Page<CertificateProposalRecord>> {
  const is = (wanted: string | undefined, value: string): boolean => wanted === undefined || wanted === value;
  return scanPage(
    store,
    'certificateProposals',
    { orderBy: 'createdAt', descending: true, ...page },
    (one) => is(status, one.status) && is(partnerId, one.partnerId) && is(direction, one.direction),
  );
}

/** Throws NOT_FOUND. */
export function showProposal(store: Store, id: string): Promise<CertificateProposalRecord> {
  return getOrThrow(store, 'certificateProposals', id, 'proposal of a certificate');
}

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { openProposalsQuery, usePartnerName, useSession } from '../data/queries.ts';
import type { CertificateProposal } from '../data/types.ts';
import { describeKey, describeUses, nameOfSubject } from '../words/certificates.ts';
import { formatDate } from '../words/format.ts';
import styles from './certificate-proposals.module.css';
import { Card } from './page.tsx';
import { ProposalDialog } from './proposal-dialogs.tsx';
import type { ProposalDecision } from './proposal-dialogs.tsx';
import { ErrorState } from './states.tsx';
import { Status, ToneMark } from './status.tsx';
import { Due } from './when.tsx';

interface Asking {
  proposal: CertificateProposal;
  decision: ProposalDecision;
}

/** New certificates that partners have proposed by message and nobody has decided on. */
export function CertificateProposals() {
  const query = useQuery(openProposalsQuery);
  const [asking, setAsking] = useState<Asking>();
  const proposals = query.data ?? [];
  if (query.isError) {
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (proposals.length === 0) return null;
  return (
    <Card title="Proposed by partners">
      <ul className={styles.proposals}>
        {proposals.map((proposal) => (
          <li key={proposal.id}>
            <Proposal proposal={proposal} onAsk={(decision) => setAsking({ proposal, decision })} />
          </li>
        ))}
      </ul>
      {asking === undefined ? null : <ProposalDialog {...asking} onClose={() => setAsking(undefined)} />}
    </Card>
  );
}

function Proposal({
  proposal,
  onAsk,
}: {
  proposal: CertificateProposal;
  onAsk: (decision: ProposalDecision) => void;
}) {
  const { role } = useSession();
  const partnerName = usePartnerName();
  const { certificate, partnerId, respondBy, createdAt, sameSubject, status } = proposal;
  const name = nameOfSubject(certificate.subject);
  const partner = partnerName(partnerId);
  const remarks = [
    ...(sameSubject ? [] : ['None of the partner’s certificates in force has this name.']),
    ...certificate.weaknesses.map((weakness) => `Weak: ${weakness}.`),
  ];
  return (
    <div className={styles.proposal}>
      <div>
        <h3>
          {name} <span className={styles.partner}>{partner}</span>
          {status === 'expired' ? <Status code="proposal:expired" /> : null}
        </h3>
        <p>
          {describeUses(proposal)}. {describeKey(certificate)}. Valid{' '}
          {formatDate(certificate.validFrom.slice(0, 10))} – {formatDate(certificate.validTo.slice(0, 10))}.
        </p>
        {remarks.map((remark) => (
          <p key={remark} className={styles.remark}>
            <ToneMark tone="attention" /> {remark}
          </p>
        ))}
      </div>
      <p className={styles.due}>
        {respondBy === '' ? (
          'No answer is due'
        ) : (
          <>
            Answer due <Due at={respondBy} since={createdAt} />
          </>
        )}
      </p>
      {role === 'viewer' ? null : (
        <div className={styles.buttons}>
          <Button size="xs" aria-label={`Accept ${name} of ${partner}`} onClick={() => onAsk('accept')}>
            Accept
          </Button>
          <Button
            size="xs"
            variant="default"
            aria-label={`Reject ${name} of ${partner}`}
            onClick={() => onAsk('reject')}
          >
            Reject
          </Button>
        </div>
      )}
    </div>
  );
}

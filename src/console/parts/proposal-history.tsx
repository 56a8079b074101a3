import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { idOf } from '../data/certificates.ts';
import { proposalsQuery, usePartnerName, useSession } from '../data/queries.ts';
import type { CertificateProposal, Parameters } from '../data/types.ts';
import { describeUses, nameOfSubject } from '../words/certificates.ts';
import { describeDecision, describeDirection } from '../words/proposals.ts';
import styles from './certificate-proposals.module.css';
import certificateStyles from './certificates.module.css';
import { Card } from './page.tsx';
import { ProposalDialog } from './proposal-dialogs.tsx';
import { Status } from './status.tsx';
import { Table } from './table.tsx';
import { When } from './when.tsx';

/** Certificates that were proposed by message, by partners and by us, and what became of them; the newest first. */
export function ProposalHistory({ of }: { of: Parameters }) {
  const { role } = useSession();
  const { data } = useQuery(proposalsQuery(of));
  const [withdrawing, setWithdrawing] = useState<CertificateProposal>();
  const proposals = data?.records ?? [];
  if (proposals.length === 0) return null;
  return (
    <Card flush title="Exchanged by message">
      <Table
        caption="Exchanged by message"
        rows={proposals}
        keyOf={({ id }) => id}
        columns={[
          { name: 'Certificate', cell: (one) => <Proposed proposal={one} /> },
          {
            name: 'State',
            cell: (one) => (
              <>
                <Status code={`proposal:${isAsked(one) ? 'asked' : one.status}`} />
                <p className={styles.reason}>{describeDecision(one)}</p>
                <div className={styles.buttons}>
                  {one.as2MessageId === '' ? null : (
                    <a href={`/api/as2-messages/${encodeURIComponent(one.as2MessageId)}/evidence`}>
                      Evidence
                    </a>
                  )}
                  {role !== 'viewer' && one.direction === 'inbound' && one.status === 'accepted' ? (
                    <Button
                      size="compact-xs"
                      variant="default"
                      aria-label={`Withdraw ${nameOfSubject(one.certificate.subject)}`}
                      onClick={() => setWithdrawing(one)}
                    >
                      Withdraw
                    </Button>
                  ) : null}
                </div>
              </>
            ),
          },
          { name: 'For', extra: true, cell: describeUses },
          { name: 'When', extra: true, cell: (one) => <When at={one.decidedAt ?? one.createdAt} /> },
        ]}
      />
      {withdrawing === undefined ? null : (
        <ProposalDialog
          proposal={withdrawing}
          decision="withdraw"
          onClose={() => setWithdrawing(undefined)}
        />
      )}
    </Card>
  );
}

function Proposed({ proposal }: { proposal: CertificateProposal }) {
  const partnerName = usePartnerName();
  const { certificate, direction, status, partnerId } = proposal;
  const name = nameOfSubject(certificate.subject);
  const counts = direction === 'outbound' || status === 'accepted';
  return (
    <div className={certificateStyles.name}>
      {counts ? (
        <Link to="/certificates/$id" params={{ id: idOf(certificate) }}>
          {name}
        </Link>
      ) : (
        <strong>{name}</strong>
      )}
      <p>{partnerName(partnerId)}</p>
      <p>{describeDirection(proposal)}</p>
    </div>
  );
}

function isAsked({ direction, status }: CertificateProposal): boolean {
  return direction === 'outbound' && status === 'open';
}

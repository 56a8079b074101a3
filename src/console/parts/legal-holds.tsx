import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { legalHoldsQuery, usePartnerName, useSession } from '../data/queries.ts';
import type { LegalHold } from '../data/types.ts';
import { humanise } from '../words/format.ts';
import { PlaceHoldDialog, ReleaseHoldDialog } from './legal-hold-dialogs.tsx';
import { Card } from './page.tsx';
import { EmptyState, ErrorState, LoadingRows } from './states.tsx';
import { Table } from './table.tsx';
import { When } from './when.tsx';

/** What has to be kept whatever its age, because somebody may have to prove it. */
export function LegalHolds() {
  const { role } = useSession();
  const partnerName = usePartnerName();
  const holds = useQuery(legalHoldsQuery);
  const [placing, setPlacing] = useState(false);
  const [releasing, setReleasing] = useState<LegalHold>();
  const may = role === 'admin';
  const subjectOf = ({ scope, subject }: LegalHold) =>
    scope === 'all'
      ? 'Everything'
      : `${humanise(scope)} ${scope === 'partner' ? partnerName(subject) : subject}`;
  if (holds.isError) return <ErrorState error={holds.error} onRetry={() => void holds.refetch()} />;
  const place = may ? (
    <Button size="compact-sm" variant="default" onClick={() => setPlacing(true)}>
      Place a hold
    </Button>
  ) : undefined;
  return (
    <Card flush title="Legal holds" tools={place}>
      {holds.data === undefined ? (
        <LoadingRows rows={3} />
      ) : holds.data.records.length === 0 ? (
        <EmptyState title="Nothing is held">
          <p>Content goes when its time is over.</p>
        </EmptyState>
      ) : (
        <Table
          caption="Legal holds"
          rows={holds.data.records}
          keyOf={({ id }) => id}
          columns={[
            { name: 'Kept', cell: subjectOf },
            { name: 'Why', cell: ({ reason }) => reason },
            { name: 'Placed by', extra: true, cell: ({ placedBy }) => placedBy },
            { name: 'Since', extra: true, cell: ({ placedAt }) => <When at={placedAt} /> },
            {
              name: 'End',
              cell: (hold) =>
                may ? (
                  <Button size="compact-sm" variant="default" onClick={() => setReleasing(hold)}>
                    Release
                  </Button>
                ) : (
                  '–'
                ),
            },
          ]}
        />
      )}
      {placing ? <PlaceHoldDialog onClose={() => setPlacing(false)} /> : null}
      {releasing === undefined ? null : (
        <ReleaseHoldDialog
          hold={releasing}
          subject={subjectOf(releasing)}
          onClose={() => setReleasing(undefined)}
        />
      )}
    </Card>
  );
}

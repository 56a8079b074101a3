import { Button } from '@mantine/core';
import { useState } from 'react';
import { approvalsQuery, useSession } from '../data/queries.ts';
import type { Approval } from '../data/types.ts';
import { Choice, ListPage, useFilters } from '../parts/list-page.tsx';
import { ApprovalDialog, RunRepeatDialog } from '../parts/repeat-dialogs.tsx';
import { EmptyState } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import type { Column } from '../parts/table.tsx';
import { When } from '../parts/when.tsx';
import { humanise } from '../words/format.ts';

/** What people do again in bulk, and what of it a second person has to agree to. */
export function RepeatsPage() {
  const { role, name } = useSession();
  const [search] = useFilters();
  const [starting, setStarting] = useState(false);
  const [deciding, setDeciding] = useState<Approval>();
  const columns: Column<Approval>[] = [
    { name: 'What', cell: ({ verb, ids }) => `${humanise(verb)} ${ids.length}` },
    { name: 'Why', cell: ({ reason }) => reason },
    { name: 'A second person because', extra: true, cell: ({ because }) => because },
    { name: 'Asked by', extra: true, cell: ({ requestedBy }) => requestedBy },
    { name: 'Asked', extra: true, cell: ({ requestedAt }) => <When at={requestedAt} /> },
    {
      name: 'State',
      cell: (approval) => (
        <>
          <Status code={`approval:${approval.status}`} />
          {approval.decidedBy === undefined
            ? null
            : ` ${approval.decidedBy}: ${approval.decisionReason ?? ''}`}
        </>
      ),
    },
    {
      name: 'Decide',
      cell: (approval) =>
        approval.status !== 'waiting' || role === 'viewer' || approval.requestedBy === name ? (
          '–'
        ) : (
          <Button size="compact-sm" variant="default" onClick={() => setDeciding(approval)}>
            Decide
          </Button>
        ),
    },
  ];
  return (
    <>
      <ListPage
        title="Repeats"
        query={approvalsQuery(search)}
        columns={columns}
        keyOf={({ id }) => id}
        tools={role === 'viewer' ? null : <Button onClick={() => setStarting(true)}>Do again …</Button>}
        filters={
          <Choice
            label="State"
            name="status"
            options={[
              ['waiting', 'Waiting'],
              ['approved', 'Agreed'],
              ['refused', 'Refused'],
            ]}
          />
        }
        empty={
          <EmptyState title="Nothing waits for a second person">
            <p>
              What is sent, reprocessed or tried again in large numbers, or for much money, stands here until
              somebody else agrees.
            </p>
          </EmptyState>
        }
      />
      {starting ? <RunRepeatDialog onClose={() => setStarting(false)} /> : null}
      {deciding === undefined ? null : (
        <ApprovalDialog approval={deciding} onClose={() => setDeciding(undefined)} />
      )}
    </>
  );
}

import { Button } from '@mantine/core';
import { useState } from 'react';
import { useSession } from '../data/queries.ts';
import type { Approval } from '../data/types.ts';
import { describeRepeat } from '../words/repeats.ts';
import { ApprovalDialog } from './repeat-dialogs.tsx';
import { Status } from './status.tsx';
import type { Column } from './table.tsx';
import { When } from './when.tsx';

/** Columns of what a second person has to agree to, and the dialog in which he does. */
export function useApprovalColumns(): { columns: Column<Approval>[]; dialog: React.ReactNode } {
  const { role, name } = useSession();
  const [deciding, setDeciding] = useState<Approval>();
  const columns: Column<Approval>[] = [
    { name: 'What', cell: ({ verb, ids }) => describeRepeat(verb, ids.length) },
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
  const dialog =
    deciding === undefined ? null : (
      <ApprovalDialog approval={deciding} onClose={() => setDeciding(undefined)} />
    );
  return { columns, dialog };
}

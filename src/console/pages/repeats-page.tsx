import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { approvalsQuery, repeatRulesQuery, repeatRunsQuery, useSession } from '../data/queries.ts';
import type { RepeatRun } from '../data/types.ts';
import { useApprovalColumns } from '../parts/approvals-table.tsx';
import { ListPage, useFilters } from '../parts/list-page.tsx';
import { Card } from '../parts/page.tsx';
import { RunRepeatDialog } from '../parts/repeat-dialogs.tsx';
import { EmptyState } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import { Table } from '../parts/table.tsx';
import type { Column } from '../parts/table.tsx';
import { When } from '../parts/when.tsx';
import { describeRepeat, describeRules, statusOfRun } from '../words/repeats.ts';

const COLUMNS: Column<RepeatRun>[] = [
  {
    name: 'What',
    cell: ({ id, verb, count }) => (
      <Link to="/repeats/$id" params={{ id }}>
        {describeRepeat(verb, count)}
      </Link>
    ),
  },
  { name: 'State', cell: (run) => <Status code={statusOfRun(run)} /> },
  { name: 'Done', numeric: true, cell: ({ done, count }) => `${done} of ${count}` },
  { name: 'Not done because', extra: true, cell: ({ notDone }) => notDone ?? '' },
  { name: 'Why', extra: true, cell: ({ reason }) => reason },
  {
    name: 'Who',
    extra: true,
    cell: ({ requestedBy, agreedBy }) =>
      agreedBy === undefined ? requestedBy : `${requestedBy}, agreed by ${agreedBy}`,
  },
  { name: 'When', extra: true, cell: ({ startedAt }) => <When at={startedAt} /> },
];

/** What people have done again, how far it is, and what waits for a second person. */
export function RepeatsPage() {
  const { role } = useSession();
  const [search] = useFilters();
  const [starting, setStarting] = useState(false);
  return (
    <>
      <ListPage
        title="Repeats"
        query={repeatRunsQuery(search)}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        tools={role === 'viewer' ? null : <Button onClick={() => setStarting(true)}>Do again …</Button>}
        above={<Waiting />}
        empty={
          <EmptyState title="Nothing has been done again">
            <p>What is sent, reissued, reprocessed or tried again stands here with what became of each.</p>
          </EmptyState>
        }
      />
      {starting ? <RunRepeatDialog onClose={() => setStarting(false)} /> : null}
    </>
  );
}

function Waiting() {
  const rules = useQuery(repeatRulesQuery);
  const waiting = useQuery(approvalsQuery({ status: 'waiting' }));
  const { columns, dialog } = useApprovalColumns();
  const rows = waiting.data?.records ?? [];
  return (
    <>
      <p>
        {rules.data === undefined ? null : describeRules(rules.data)}{' '}
        <Link to="/repeats/approvals">All approvals</Link>
      </p>
      {rows.length === 0 ? null : (
        <Card flush title="Waiting for a second person">
          <Table caption="Waiting for a second person" rows={rows} keyOf={({ id }) => id} columns={columns} />
        </Card>
      )}
      {dialog}
    </>
  );
}

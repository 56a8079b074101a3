import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { exceptionsQuery, useSession } from '../data/queries.ts';
import type { Exception } from '../data/types.ts';
import { RepairDialog } from './erp-repair-dialog.tsx';
import styles from './erp.module.css';
import { Card } from './page.tsx';
import { EmptyState, ErrorState, LoadingRows } from './states.tsx';
import { Table } from './table.tsx';
import type { Column } from './table.tsx';
import { When } from './when.tsx';

const SHOWN = 20;

/** What both sides hold differently, as the last comparison has found it; what a repair would do is shown before it is done. */
export function ErpDifferences() {
  const { role } = useSession();
  const mayRepair = role !== 'viewer';
  const found = useQuery(exceptionsQuery({ type: 'DRIFT_DETECTED', limit: SHOWN }));
  /** Orders of the open dialog; [] = all. */
  const [compared, setCompared] = useState<readonly string[]>();
  const columns: Column<Exception>[] = [
    {
      name: 'Difference',
      cell: (row) => (
        <Link to="/exceptions/$id" params={{ id: row.id }}>
          {row.detail}
        </Link>
      ),
    },
    {
      name: 'Order',
      cell: (row) => (
        <Link to="/orders/$id" params={{ id: row.orderId }}>
          {row.orderId}
        </Link>
      ),
    },
    { name: 'Found', extra: true, cell: (row) => <When at={row.openedAt} /> },
  ];
  const repair: Column<Exception> = {
    name: 'Repair',
    cell: (row) => (
      <Button
        variant="default"
        size="compact-xs"
        aria-label={`Repair order ${row.orderId}`}
        onClick={() => setCompared([row.orderId])}
      >
        Repair …
      </Button>
    ),
  };
  return (
    <Card
      flush
      title="Differences"
      tools={
        mayRepair ? (
          <Button variant="default" size="xs" onClick={() => setCompared([])}>
            Compare now
          </Button>
        ) : undefined
      }
    >
      {found.data === undefined ? (
        found.isError ? (
          <ErrorState error={found.error} onRetry={() => void found.refetch()} />
        ) : (
          <LoadingRows rows={2} />
        )
      ) : found.data.records.length === 0 ? (
        <EmptyState good title="Both sides hold the same">
          <p>The comparison of orders, receipts and bills has found no difference.</p>
        </EmptyState>
      ) : (
        <>
          <Table
            caption="Differences"
            columns={mayRepair ? [...columns, repair] : columns}
            rows={found.data.records}
            keyOf={(row) => row.id}
          />
          {found.data.next === undefined ? null : (
            <p className={styles.more}>
              <Link to="/" search={{ q: 'kind:DRIFT_DETECTED' }}>
                All differences
              </Link>
            </p>
          )}
        </>
      )}
      {compared === undefined ? null : (
        <RepairDialog orderIds={compared} onClose={() => setCompared(undefined)} />
      )}
    </Card>
  );
}

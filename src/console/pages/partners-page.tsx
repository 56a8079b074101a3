import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { channelsQuery, partnersQuery } from '../data/queries.ts';
import type { ChannelStatus, PartnerRow } from '../data/types.ts';
import { Card, Page } from '../parts/page.tsx';
import { EmptyState, ErrorState, LoadingRows } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import { Table } from '../parts/table.tsx';
import type { Column } from '../parts/table.tsx';
import { humanise } from '../words/format.ts';
import styles from './partners-page.module.css';

interface Row extends PartnerRow {
  ways: ChannelStatus[];
}

const COLUMNS: Column<Row>[] = [
  {
    name: 'Partner',
    cell: (row) => (
      <div className={styles.partner}>
        <Link to="/partners/$id" params={{ id: row.id }}>
          {row.name}
        </Link>
        <p>{row.id}</p>
      </div>
    ),
  },
  {
    name: 'Channels',
    cell: (row) => (
      <ul className={styles.ways}>
        {row.ways.map((channel) => (
          <li key={channel.name}>
            <Status code={channel.state} bare /> {channel.type}
            {row.ways.length > 1 ? <span className={styles.name}>{channel.name}</span> : null}
          </li>
        ))}
      </ul>
    ),
  },
  { name: 'State', cell: (row) => <Status code={row.status} /> },
  {
    name: 'Standards',
    extra: true,
    cell: (row) => row.standards.map((standard) => STANDARDS[standard]).join(', '),
  },
  {
    name: 'Documents',
    extra: true,
    cell: (row) => row.documents.map((type) => humanise(type)).join(', '),
  },
];

const STANDARDS: Record<PartnerRow['standards'][number], string> = {
  x12: 'X12',
  edifact: 'EDIFACT',
  xml: 'XML',
};

/** Who we exchange documents with, and whether they can be reached. */
export function PartnersPage() {
  const partners = useQuery(partnersQuery);
  const channels = useQuery(channelsQuery());
  const failed = partners.error ?? channels.error;
  const rows = (partners.data?.records ?? []).map((partner) => ({
    ...partner,
    ways: (channels.data?.records ?? []).filter(({ partnerId }) => partnerId === partner.id),
  }));
  return (
    <Page title="Partners">
      <Card flush>
        {partners.data === undefined || channels.data === undefined ? (
          failed === null ? (
            <LoadingRows />
          ) : (
            <ErrorState
              error={failed}
              onRetry={() => void Promise.all([partners.refetch(), channels.refetch()])}
            />
          )
        ) : rows.length === 0 ? (
          <EmptyState title="No partners yet">
            <p>A partner is a folder below partners/ with its partner.yaml.</p>
          </EmptyState>
        ) : (
          <Table caption="Partners" columns={COLUMNS} rows={rows} keyOf={(row) => row.id} />
        )}
      </Card>
    </Page>
  );
}

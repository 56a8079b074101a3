import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { partnersQuery, usePartnerName, workQuery } from '../data/queries.ts';
import type { Work } from '../data/types.ts';
import { Choice, ListPage, useFilters } from '../parts/list-page.tsx';
import { EmptyState } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import type { Column } from '../parts/table.tsx';
import { When } from '../parts/when.tsx';
import { humanise } from '../words/format.ts';
import { labelOf } from '../words/tones.ts';
import { describeWork } from '../words/work.ts';
import styles from './deliveries-page.module.css';

const KINDS = [
  'sendFile',
  'writeErp',
  'processFile',
  'rejectFile',
  'rematchInvoices',
  'notify',
  'sendEvents',
];

/** S5: everything that is to be done outside, with its attempts. */
export function DeliveriesPage() {
  const partnerName = usePartnerName();
  const [search] = useFilters();
  const { data: partners } = useQuery(partnersQuery);
  const columns: Column<Work>[] = [
    {
      name: 'What',
      cell: (item) => (
        <>
          <Link to="/deliveries/$id" params={{ id: item.id }}>
            {describeWork(item)}
          </Link>
          <p className={styles.key} title={item.key}>
            {item.key}
          </p>
        </>
      ),
    },
    { name: 'Partner', cell: (item) => partnerName(item.partnerId) || '–' },
    { name: 'State', cell: (item) => <Status code={item.status} /> },
    { name: 'Attempts', numeric: true, cell: (item) => item.attempts },
    {
      name: 'Last answer',
      extra: true,
      cell: (item) => <span className={styles.message}>{item.history.at(-1)?.message ?? '–'}</span>,
    },
    {
      name: 'When',
      extra: true,
      cell: (item) =>
        item.status === 'delayed' ? (
          <>
            next try <When at={item.notBefore} short />
          </>
        ) : (
          <When at={item.finishedAt ?? item.createdAt} />
        ),
    },
  ];
  return (
    <ListPage
      title="Deliveries"
      query={workQuery(search)}
      columns={columns}
      keyOf={(item) => item.id}
      filters={
        <>
          <Choice
            label="State"
            name="status"
            options={[
              ['pending', 'Not done yet'],
              ['dead', 'Given up'],
              ['delayed', 'Will be retried'],
              ['leased', 'In progress'],
              ['done', 'Done'],
            ]}
          />
          <Choice
            label="What"
            name="kind"
            options={KINDS.map((kind) => [kind, labelOf(kind) ?? humanise(kind)] as const)}
          />
          <Choice
            label="Partner"
            name="partnerId"
            options={(partners?.records ?? []).map(({ id, name }) => [id, name] as const)}
          />
        </>
      }
      empty={
        <EmptyState title="Nothing to deliver">
          <p>Every file sent, every write to the ERP and every notice appears here with its attempts.</p>
        </EmptyState>
      }
    />
  );
}

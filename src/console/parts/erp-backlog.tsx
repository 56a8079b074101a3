import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { usePartnerName, workQuery } from '../data/queries.ts';
import type { ErpOverview, Work } from '../data/types.ts';
import { formatCount } from '../words/format.ts';
import { describeWork } from '../words/work.ts';
import { Card, Fact, Facts } from './page.tsx';
import { Status } from './status.tsx';
import { Table } from './table.tsx';
import type { Column } from './table.tsx';
import { When } from './when.tsx';

const SHOWN = 5;

/** What is decided here and does not stand in the ERP yet; the newest of it with what the ERP has said last. */
export function ErpBacklog({ backlog }: { backlog: ErpOverview['backlog'] }) {
  const { waiting, running, dead, more, oldestAt } = backlog;
  return (
    <>
      <Card
        title="To be written"
        tools={
          <Link to="/deliveries" search={{ kind: 'writeErp' }}>
            Everything that was written
          </Link>
        }
      >
        <Facts>
          <Fact name="Waiting">
            {more ? 'more than ' : ''}
            {formatCount(waiting, 'write')}
          </Fact>
          <Fact name="Being written">{running}</Fact>
          <Fact name="Given up">
            {dead === 0 ? (
              0
            ) : (
              <Link to="/deliveries" search={{ kind: 'writeErp', status: 'dead' }}>
                {formatCount(dead, 'write')}
              </Link>
            )}
          </Fact>
          <Fact name="Waits longest">
            {oldestAt === undefined ? 'nothing waits' : <When at={oldestAt} />}
          </Fact>
        </Facts>
      </Card>
      {dead === 0 ? null : <Items status="dead" title="Given up" />}
      {waiting + running === 0 ? null : <Items status="pending" title="Not written yet" />}
    </>
  );
}

function Items({ status, title }: { status: 'dead' | 'pending'; title: string }) {
  const partnerName = usePartnerName();
  const { data } = useQuery(workQuery({ kind: 'writeErp', status, limit: SHOWN }));
  if (data === undefined || data.records.length === 0) return null;
  const columns: Column<Work>[] = [
    {
      name: 'What',
      cell: (item) => (
        <Link to="/deliveries/$id" params={{ id: item.id }}>
          {describeWork(item)}
        </Link>
      ),
    },
    { name: 'Partner', extra: true, cell: (item) => partnerName(item.partnerId) || '–' },
    { name: 'State', cell: (item) => <Status code={item.status} /> },
    { name: 'Last answer', cell: (item) => item.history.at(-1)?.message ?? '–' },
    { name: 'Since', extra: true, cell: (item) => <When at={item.createdAt} /> },
  ];
  return (
    <Card flush title={title}>
      <Table caption={title} columns={columns} rows={data.records} keyOf={(item) => item.id} />
    </Card>
  );
}

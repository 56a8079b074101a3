import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ordersQuery, partnersQuery, usePartnerName } from '../data/queries.ts';
import type { OrderRow } from '../data/types.ts';
import { Choice, ListPage, TypedFilter, useFilters } from '../parts/list-page.tsx';
import { EmptyState } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import type { Column } from '../parts/table.tsx';
import { When } from '../parts/when.tsx';
import { formatDate, formatMoney, humanise } from '../words/format.ts';
import { labelOf } from '../words/tones.ts';

const BADGES = [
  ...['PROPOSED', 'OVERDUE', 'REJECTED', 'HOLD', 'BILLING_HOLD', 'TRANSPORT_FAILED', 'SYNTAX_REJECTED'],
  ...['AWAITING', 'BACKORDERED', 'CONFIRMED', 'ANNOUNCED', 'PART_RECEIVED', 'RECEIVED', 'INVOICED', 'CLOSED'],
];

export function OrdersPage() {
  const partnerName = usePartnerName();
  const [search] = useFilters();
  const { data: partners } = useQuery(partnersQuery);
  const columns: Column<OrderRow>[] = [
    {
      name: 'Order',
      cell: (order) => (
        <Link to="/orders/$id" params={{ id: order.id }}>
          {order.number}
        </Link>
      ),
    },
    { name: 'Supplier', cell: (order) => partnerName(order.partnerId) },
    { name: 'State', cell: (order) => <Status code={order.badge} /> },
    { name: 'Value', numeric: true, cell: (order) => formatMoney(order.totalAmount, order.currency) },
    {
      name: 'Wanted by',
      extra: true,
      cell: (order) => (order.requestedDate === '' ? '' : formatDate(order.requestedDate)),
    },
    { name: 'Last change', extra: true, cell: (order) => <When at={order.updatedAt} /> },
  ];
  return (
    <ListPage
      title="Orders"
      query={ordersQuery(search)}
      columns={columns}
      keyOf={(order) => order.id}
      filters={
        <>
          <TypedFilter label="Order number" name="number" placeholder="Begins with" />
          <Choice
            label="Supplier"
            name="partnerId"
            options={(partners?.records ?? []).map(({ id, name }) => [id, name] as const)}
          />
          <Choice
            label="State"
            name="badge"
            options={BADGES.map((badge) => [badge, labelOf(badge) ?? humanise(badge)] as const)}
          />
          <Choice
            label="Show"
            name="open"
            options={[
              ['true', 'Something is expected'],
              ['false', 'Finished'],
            ]}
          />
        </>
      }
      empty={
        <EmptyState title="No orders yet">
          <p>
            Orders come from the ERP, or as JSON over the API and the folder. <code>npm run demo</code> plays
            a whole day with four suppliers.
          </p>
        </EmptyState>
      }
    />
  );
}

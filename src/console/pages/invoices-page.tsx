import { Link } from '@tanstack/react-router';
import { invoicesQuery, usePartnerName } from '../data/queries.ts';
import type { InvoiceRow } from '../data/types.ts';
import { Choice, ListPage, TypedFilter, useFilters } from '../parts/list-page.tsx';
import { EmptyState } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import type { Column } from '../parts/table.tsx';
import { When } from '../parts/when.tsx';
import { formatMoney, humanise } from '../words/format.ts';
import { labelOf } from '../words/tones.ts';

const OUTCOMES = [
  ...[
    'AUTO_APPROVED',
    'APPROVED_IN_TOLERANCE',
    'APPROVED_BY_PERSON',
    'HOLD_RECEIPT',
    'HOLD_PRICE',
    'HOLD_QTY',
    'HOLD_CHARGE',
    'HOLD_TAX',
  ],
  ...[
    'HOLD_TOTAL',
    'HOLD_DATA',
    'HOLD_APPROVAL',
    'PARKED',
    'DUPLICATE_BLOCKED',
    'FRAUD_BLOCK',
    'REJECTED',
    'REVERSED',
  ],
];

export function InvoicesPage() {
  const partnerName = usePartnerName();
  const [search] = useFilters();
  const columns: Column<InvoiceRow>[] = [
    {
      name: 'Invoice',
      cell: (invoice) => (
        <>
          <Link to="/invoices/$id" params={{ id: invoice.id }}>
            {invoice.number}
          </Link>
          {invoice.type === 'creditNote' ? ' credit note' : ''}
        </>
      ),
    },
    { name: 'Supplier', cell: (invoice) => partnerName(invoice.partnerId) },
    {
      name: 'Orders',
      extra: true,
      cell: (invoice) =>
        invoice.orderIds.map((id, index) => (
          <span key={id}>
            {index === 0 ? '' : ', '}
            <Link to="/orders/$id" params={{ id }}>
              {id}
            </Link>
          </span>
        )),
    },
    { name: 'Match', cell: (invoice) => <Status code={invoice.status} /> },
    { name: 'Amount', numeric: true, cell: (invoice) => formatMoney(invoice.payable, invoice.currency) },
    { name: 'Received', extra: true, cell: (invoice) => <When at={invoice.createdAt} /> },
  ];
  return (
    <ListPage
      title="Invoices"
      query={invoicesQuery(search)}
      columns={columns}
      keyOf={(invoice) => invoice.id}
      filters={
        <>
          <TypedFilter label="Invoice number" name="number" placeholder="As the supplier wrote it" />
          <Choice
            label="Match"
            name="status"
            options={OUTCOMES.map((outcome) => [outcome, labelOf(outcome) ?? humanise(outcome)] as const)}
          />
        </>
      }
      empty={
        <EmptyState title="No invoices yet">
          <p>Each invoice is matched with its order, confirmation and receipts the moment it comes.</p>
        </EmptyState>
      }
    />
  );
}

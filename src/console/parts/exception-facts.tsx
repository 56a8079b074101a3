import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { invoiceQuery } from '../data/queries.ts';
import type { Exception } from '../data/types.ts';
import { wordsOfOwner } from '../words/actions.ts';
import { formatMoney } from '../words/format.ts';
import { Fact } from './page.tsx';
import { Due, When } from './when.tsx';

/** What it is about, what it is worth, until when, and whose it is. */
export function ExceptionFacts({ exception }: { exception: Exception }) {
  return (
    <>
      {exception.orderId === '' ? null : (
        <Fact name="Order">
          <Link to="/orders/$id" params={{ id: exception.orderId }}>
            {exception.orderId}
          </Link>
          {exception.lineId === '' ? '' : `, line ${exception.lineId}`}
        </Fact>
      )}
      {exception.invoiceId === '' ? null : (
        <Fact name="Invoice">
          <Link to="/invoices/$id" params={{ id: exception.invoiceId }}>
            <InvoiceNumber id={exception.invoiceId} />
          </Link>
        </Fact>
      )}
      {exception.type.startsWith('CERT_') ? (
        <Fact name="Certificates">
          <Link to="/certificates" search={{ partnerId: exception.partnerId || 'own' }}>
            {exception.partnerId === '' ? 'Ours' : 'The partner’s'}
          </Link>
        </Fact>
      ) : null}
      <Fact name="At stake">
        {formatMoney(exception.valueAtStake, exception.currency) || 'nothing known'}
      </Fact>
      <Fact name="Due">
        <Due at={exception.dueAt} since={exception.openedAt} />
      </Fact>
      <Fact name="For">
        {wordsOfOwner(exception.owner)}
        {exception.assignee === '' ? ', nobody has it' : `, ${exception.assignee} has it`}
      </Fact>
      <Fact name="Opened">
        <When at={exception.openedAt} />
        {exception.count > 1 ? `, seen ${exception.count} times` : ''}
      </Fact>
    </>
  );
}

/** As the supplier wrote it; until it is loaded, as it is compared (`<supplier>|<number>|<type>`). */
function InvoiceNumber({ id }: { id: string }) {
  const { data } = useQuery(invoiceQuery(id));
  return data?.invoice.number ?? id.split('|')[1] ?? id;
}

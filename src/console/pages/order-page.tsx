import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useRouteId } from '../data/address.ts';
import { claimsQuery, orderQuery, usePartnerName, useSession } from '../data/queries.ts';
import type { OrderDetail } from '../data/types.ts';
import { OpenClaimDialog } from '../parts/claim-dialogs.tsx';
import { ClaimList } from '../parts/claim-list.tsx';
import { CompareTable } from '../parts/compare-table.tsx';
import { DocumentTable } from '../parts/document-table.tsx';
import { LongText } from '../parts/long-text.tsx';
import { OrderLines } from '../parts/order-lines.tsx';
import { OrderStepper } from '../parts/order-stepper.tsx';
import { Card, Fact, Facts, Page } from '../parts/page.tsx';
import { ErrorState, LoadingRows, StaleBanner } from '../parts/states.tsx';
import { Status, ToneMark } from '../parts/status.tsx';
import { Steps } from '../parts/steps.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { Due, When } from '../parts/when.tsx';
import { formatDate, formatMoney, humanise } from '../words/format.ts';
import { headlineOf } from '../words/headline.ts';
import { toneOf } from '../words/tones.ts';
import styles from './order-page.module.css';

/** S3: everything about one order on one page. */
export function OrderPage() {
  const id = useRouteId();
  const query = useQuery(orderQuery(id));
  if (query.data === undefined) {
    return (
      <Page title={`Order ${id}`}>
        {query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Card flush>
            <LoadingRows rows={10} height={56} />
          </Card>
        )}
      </Page>
    );
  }
  return (
    <>
      <OrderContent
        detail={query.data}
        banner={
          query.isError ? (
            <StaleBanner error={query.error} at={query.dataUpdatedAt} onRetry={() => void query.refetch()} />
          ) : null
        }
      />
    </>
  );
}

function OrderContent({ detail, banner }: { detail: OrderDetail; banner: React.ReactNode }) {
  const partnerName = usePartnerName();
  const { order, document } = detail;
  const differ = detail.lines.some((line) => line.differences.length > 0);
  return (
    <Page
      title={`Order ${order.number}`}
      above={
        <>
          <Link to="/orders">Orders</Link> <span aria-hidden="true">/</span> {partnerName(order.partnerId)}
        </>
      }
      heading={
        <>
          Order {order.number} <Status code={order.badge} />
        </>
      }
    >
      {banner}
      <Card>
        <OrderStepper steps={detail.steps} />
      </Card>
      <OpenExceptions detail={detail} />
      <Card>
        <Facts>
          <Fact name="Supplier">{partnerName(order.partnerId)}</Fact>
          <Fact name="Value">{formatMoney(order.totalAmount, order.currency) || '–'}</Fact>
          <Fact name="Wanted by">{order.requestedDate === '' ? '–' : formatDate(order.requestedDate)}</Fact>
          <Fact name="Ship to">{document?.shipTo?.name ?? document?.shipTo?.id ?? '–'}</Fact>
          <Fact name="Version">{order.version}</Fact>
          <Fact name="Last change">
            <When at={order.updatedAt} />
          </Fact>
        </Facts>
      </Card>
      <Card title="Lines" flush>
        <OrderLines lines={detail.lines} currency={order.currency} />
      </Card>
      {differ ? (
        <Card title="What the documents say, side by side" flush>
          <CompareTable lines={detail.lines} currency={order.currency} />
        </Card>
      ) : null}
      <div className={styles.columns}>
        <Card title="What happened, and why">
          {detail.timeline.length === 0 ? <p>Nothing yet.</p> : <Timeline entries={detail.timeline} />}
        </Card>
        <div className={styles.side}>
          <Card title="What is waited for">
            <Deadlines detail={detail} />
          </Card>
          {detail.invoices.length === 0 ? null : (
            <Card title="Invoices">
              <ul className={styles.list}>
                {detail.invoices.map((invoice) => (
                  <li key={invoice.id}>
                    <Link to="/invoices/$id" params={{ id: invoice.id }}>
                      {invoice.number}
                    </Link>
                    <span>{formatMoney(invoice.payable, invoice.currency)}</span>
                    <Status code={invoice.status} />
                  </li>
                ))}
              </ul>
            </Card>
          )}
          <Claims detail={detail} />
          <Card title="Documents" flush>
            <DocumentTable documents={detail.documents} />
          </Card>
        </div>
      </div>
    </Page>
  );
}

/** What is claimed about this order, and the way to a new claim. */
function Claims({ detail }: { detail: OrderDetail }) {
  const { role } = useSession();
  const { data } = useQuery(claimsQuery({ orderId: detail.order.id, limit: 50 }));
  const [opening, setOpening] = useState(false);
  const claims = data?.records ?? [];
  const may = role !== 'viewer' && detail.lines.length > 0;
  if (claims.length === 0 && !may) return null;
  return (
    <Card
      title="Claims"
      tools={
        may ? (
          <Button variant="default" size="xs" onClick={() => setOpening(true)}>
            Open a claim
          </Button>
        ) : undefined
      }
    >
      {claims.length === 0 ? (
        <p className={styles.none}>Nothing is claimed.</p>
      ) : (
        <ClaimList claims={claims} />
      )}
      {opening ? <OpenClaimDialog detail={detail} onClose={() => setOpening(false)} /> : null}
    </Card>
  );
}

function OpenExceptions({ detail }: { detail: OrderDetail }) {
  const open = detail.exceptions.filter((exception) => exception.status !== 'resolved');
  if (open.length === 0) return null;
  return (
    <Card title={open.length === 1 ? 'One open exception' : `${open.length} open exceptions`} flush>
      <Steps rows={open} name="exception">
        {(shown) => (
          <ul className={styles.exceptions}>
            {shown.map((exception) => (
              <li key={exception.id}>
                <ToneMark
                  tone={toneOf(exception.severity)}
                  title={`${humanise(exception.severity)} severity`}
                />
                <div>
                  <Link to="/exceptions/$id" params={{ id: exception.id }}>
                    {headlineOf(exception)}
                  </Link>
                  <LongText text={exception.detail} />
                </div>
                <span>{formatMoney(exception.valueAtStake, exception.currency)}</span>
                <Due at={exception.dueAt} since={exception.openedAt} />
              </li>
            ))}
          </ul>
        )}
      </Steps>
    </Card>
  );
}

function Deadlines({ detail }: { detail: OrderDetail }) {
  if (detail.deadlines.length === 0) return <p className={styles.none}>Nothing.</p>;
  return (
    <ul className={styles.list}>
      {detail.deadlines.slice(0, 6).map((deadline) => (
        <li key={deadline.key}>
          <span>{humanise(deadline.kind)}</span>
          <Due at={deadline.dueAt} since={detail.order.createdAt} />
        </li>
      ))}
      {detail.deadlines.length > 6 ? <li>and {detail.deadlines.length - 6} later ones</li> : null}
    </ul>
  );
}

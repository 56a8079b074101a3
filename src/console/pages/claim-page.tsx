import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useRouteId } from '../data/address.ts';
import { claimQuery, usePartnerName, useSession } from '../data/queries.ts';
import type { ClaimDetail } from '../data/types.ts';
import { ClaimDecisionDialog } from '../parts/claim-dialogs.tsx';
import { Card, Fact, Facts, Page } from '../parts/page.tsx';
import { ErrorState, LoadingRows } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import { Table } from '../parts/table.tsx';
import { Due, When } from '../parts/when.tsx';
import { wordsOfClaimAction, wordsOfClaimKind } from '../words/claims.ts';
import { formatAmount, formatDecimal, humanise } from '../words/format.ts';
import styles from './claim-page.module.css';

/** One claim: what is wanted, what came back, and everything that happened. */
export function ClaimPage() {
  const id = useRouteId();
  const query = useQuery(claimQuery(id));
  if (query.data === undefined) {
    return (
      <Page title="Claim">
        {query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Card flush>
            <LoadingRows rows={8} />
          </Card>
        )}
      </Page>
    );
  }
  return <ClaimContent claim={query.data} />;
}

function ClaimContent({ claim }: { claim: ClaimDetail }) {
  const partnerName = usePartnerName();
  const { role } = useSession();
  const [asking, setAsking] = useState<string>();
  const title = `Claim ${claim.number}`;
  const money = (amount: string) => formatAmount(amount, claim.currency);
  return (
    <Page
      title={title}
      above={
        <>
          <Link to="/claims">Claims</Link> <span aria-hidden="true">/</span> {partnerName(claim.partnerId)}
        </>
      }
      heading={
        <>
          {title} <Status code={`claim:${claim.state}`} />
        </>
      }
      tools={
        role === 'viewer'
          ? null
          : claim.allowedActions.map((action, index) => (
              <Button
                key={action}
                variant={index === 0 ? 'filled' : 'default'}
                onClick={() => setAsking(action)}
              >
                {wordsOfClaimAction(action).label}
              </Button>
            ))
      }
    >
      <Card>
        <Facts>
          <Fact name="About">{wordsOfClaimKind(claim.kind)}</Fact>
          <Fact name="Claimed">{money(claim.value)}</Fact>
          <Fact name="Credited">{money(claim.credited)}</Fact>
          <Fact name="Due">
            {claim.dueAt === '' ? 'nothing is awaited' : <Due at={claim.dueAt} since={claim.openedAt} />}
            {claim.escalations === 0 ? '' : `, reminded ${claim.escalations} times`}
          </Fact>
          {claim.orderId === '' ? null : (
            <Fact name="Order">
              <Link to="/orders/$id" params={{ id: claim.orderId }}>
                {claim.orderId}
              </Link>
            </Fact>
          )}
          {claim.invoiceId === '' ? null : (
            <Fact name="Invoice">
              <Link to="/invoices/$id" params={{ id: claim.invoiceId }}>
                {claim.invoiceId.split('|')[1] ?? claim.invoiceId}
              </Link>
            </Fact>
          )}
          {claim.receiptId === '' ? null : <Fact name="Receipt">{claim.receiptId}</Fact>}
          {claim.shipmentId === '' ? null : <Fact name="Shipment">{claim.shipmentId}</Fact>}
          <Fact name="Opened">
            <When at={claim.openedAt} /> by {claim.openedBy}
          </Fact>
        </Facts>
      </Card>
      <Card title="What is claimed" flush>
        <Table
          caption="What is claimed"
          keyOf={(line) => `${line.orderId}/${line.lineId}`}
          rows={claim.lines}
          columns={[
            { name: 'Line', cell: ({ lineId }) => (lineId === '' ? 'Whole invoice' : lineId) },
            { name: 'Article', extra: true, cell: ({ description }) => <bdi>{description ?? '–'}</bdi> },
            {
              name: 'Quantity',
              numeric: true,
              cell: ({ quantity, unit }) =>
                quantity === '0' ? '–' : `${formatDecimal(quantity)} ${unit ?? ''}`.trimEnd(),
            },
            { name: 'Claimed', numeric: true, cell: ({ amount }) => money(amount) },
            { name: 'Credited', numeric: true, cell: ({ credited }) => money(credited) },
          ]}
        />
      </Card>
      {claim.credits.length === 0 ? null : (
        <Card title="Credit notes">
          <ul className={styles.list}>
            {claim.credits.map((credit) => (
              <li key={credit.invoiceId}>
                <Link to="/invoices/$id" params={{ id: credit.invoiceId }}>
                  {credit.number}
                </Link>
                <span>{money(credit.amount)}</span>
                <When at={credit.at} />
              </li>
            ))}
          </ul>
        </Card>
      )}
      {claim.evidence.length === 0 ? null : (
        <Card title="Evidence">
          <ul className={styles.evidence}>
            {claim.evidence.map(({ text, documentId }) => (
              <li key={text}>
                {text}{' '}
                {documentId === undefined ? null : (
                  <Link to="/documents/$id" params={{ id: documentId }}>
                    Document
                  </Link>
                )}
              </li>
            ))}
          </ul>
        </Card>
      )}
      <Card title="What happened">
        <ol className={styles.history}>
          {claim.history.map((entry, index) => (
            <li key={`${entry.at}-${index}`}>
              <strong>{humanise(entry.action)}</strong>
              <span>{entry.text}</span>
              <span className={styles.who}>
                {entry.by}, <When at={entry.at} />
              </span>
            </li>
          ))}
        </ol>
      </Card>
      {asking === undefined ? null : (
        <ClaimDecisionDialog claim={claim} action={asking} onClose={() => setAsking(undefined)} />
      )}
    </Page>
  );
}

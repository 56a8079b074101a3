import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRouteId } from '../data/address.ts';
import { useState } from 'react';
import { invoiceQuery, usePartnerName, useSession } from '../data/queries.ts';
import type { InvoiceDetail, InvoiceHold, InvoicePayment, MatchDecision } from '../data/types.ts';
import { ClaimList } from '../parts/claim-list.tsx';
import { canHold, HoldInvoiceDialog } from '../parts/hold-invoice-dialog.tsx';
import { MatchChecks } from '../parts/match-checks.tsx';
import { Card, Fact, Facts, Page } from '../parts/page.tsx';
import { ErrorState, LoadingRows } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import { When } from '../parts/when.tsx';
import { wordsOfOwner } from '../words/actions.ts';
import { formatAmount, formatCount, formatDate, formatMoney, humanise } from '../words/format.ts';
import styles from './invoice-page.module.css';

/** One invoice with its decisions: in words first, then check by check. */
export function InvoicePage() {
  const id = useRouteId();
  const query = useQuery(invoiceQuery(id));
  if (query.data === undefined) {
    return (
      <Page title="Invoice">
        {query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Card flush>
            <LoadingRows rows={12} />
          </Card>
        )}
      </Page>
    );
  }
  return <InvoiceContent detail={query.data} />;
}

function InvoiceContent({ detail }: { detail: InvoiceDetail }) {
  const partnerName = usePartnerName();
  const { invoice, document, decisions } = detail;
  const { role } = useSession();
  const [chosen, setChosen] = useState(0);
  const [holding, setHolding] = useState(false);
  const decision = decisions[chosen];
  const title = `${invoice.type === 'creditNote' ? 'Credit note' : 'Invoice'} ${invoice.number}`;
  return (
    <Page
      title={title}
      above={
        <>
          <Link to="/invoices">Invoices</Link> <span aria-hidden="true">/</span>{' '}
          {partnerName(invoice.partnerId)}
        </>
      }
      heading={
        <>
          {title} <Status code={invoice.status} />
        </>
      }
      tools={
        role === 'viewer' || !canHold(detail) ? null : (
          <Button variant="default" onClick={() => setHolding(true)}>
            Hold the invoice
          </Button>
        )
      }
    >
      {holding ? <HoldInvoiceDialog detail={detail} onClose={() => setHolding(false)} /> : null}
      {decision === undefined ? null : <Verdict decision={decision} old={chosen > 0} />}
      <Card>
        <Facts>
          <Fact name="Amount">{formatAmount(invoice.payable, invoice.currency)}</Fact>
          <Fact name="Invoice date">{formatDate(document.issueDate)}</Fact>
          <Fact name="Orders">
            {invoice.orderIds.map((id) => (
              <span key={id} className={styles.order}>
                <Link to="/orders/$id" params={{ id }}>
                  {id}
                </Link>
              </span>
            ))}
          </Fact>
          <Fact name="Received">
            <When at={invoice.createdAt} />
          </Fact>
          <Fact name="Source">
            <Link to="/documents/$id" params={{ id: invoice.documentId }}>
              Document and file
            </Link>
          </Fact>
        </Facts>
      </Card>
      {detail.holds.length === 0 ? null : <Holds detail={detail} />}
      {detail.payments.length === 0 ? null : <Payments detail={detail} />}
      {detail.claims.length === 0 ? null : (
        <Card title="Claims">
          <ClaimList claims={detail.claims} />
        </Card>
      )}
      {decision === undefined ? null : (
        <>
          <Card title="What was to be paid" flush>
            <Amounts decision={decision} />
          </Card>
          <Card
            title={
              <>
                Checks{' '}
                <span className={styles.count}>
                  {formatCount(
                    decision.checks.filter(({ result }) => result !== 'notApplicable').length,
                    'check',
                  )}
                  , {decision.checks.filter(({ result }) => result === 'failed').length} failed
                </span>
              </>
            }
            flush
          >
            <MatchChecks key={decision.id} decision={decision} />
          </Card>
        </>
      )}
      {decisions.length < 2 ? null : (
        <Card title="Decisions so far">
          <ol className={styles.decisions}>
            {decisions.map((one, index) => (
              <li key={one.id}>
                <button type="button" aria-pressed={index === chosen} onClick={() => setChosen(index)}>
                  <Status code={one.outcome} />
                  <span>
                    after {humanise(one.trigger).toLowerCase()}, by {one.actor}
                  </span>
                  <When at={one.createdAt} />
                </button>
              </li>
            ))}
          </ol>
        </Card>
      )}
      {decision === undefined ? null : (
        <p className={styles.engine}>
          Decided by engine {decision.engineVersion} under configuration {decision.configVersion}; input{' '}
          <code>{decision.inputHash}</code>. The same input gives the same decision again.
        </p>
      )}
    </Page>
  );
}

function Verdict({ decision, old }: { decision: MatchDecision; old: boolean }) {
  const good = decision.outcome.includes('APPROVED');
  return (
    <section className={styles.verdict} data-good={good} aria-label="Decision in words">
      {old ? <p className={styles.old}>This is an earlier decision; a later one is in force.</p> : null}
      {decision.text.length === 0 ? <p>Everything agrees.</p> : null}
      {decision.text.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </section>
  );
}

/** Every hold over the life of the invoice: why, whose, what became of it. */
function Holds({ detail }: { detail: InvoiceDetail }) {
  const { currency } = detail.invoice;
  const rank = ({ status }: InvoiceHold) => (status === 'open' || status === 'waiting' ? 0 : 1);
  const holds = [...detail.holds].sort((a, b) => rank(a) - rank(b));
  const waits = holds.some((hold) => rank(hold) === 0);
  return (
    <Card title={waits ? 'Why it waits' : 'What held it'} flush>
      <ul className={styles.holds}>
        {holds.map((hold) => (
          <li key={hold.key} data-over={rank(hold) === 1}>
            <Status code={hold.type} />
            <div>
              <p>
                For {wordsOfOwner(hold.owner)}
                {hold.lines.length === 0 ? '' : `, line ${hold.lines.join(', ')}`}
              </p>
              {/* What the machine found is told above, in the decision's own words. */}
              {hold.source === 'person' ? hold.texts.map((text) => <p key={text}>{text}</p>) : null}
              {hold.codes.length === 0 ? null : <p className={styles.for}>{hold.codes.join(', ')}</p>}
              {hold.approvals.map(({ action, by, at, reason }) => (
                <p key={`${by}-${at}`} className={styles.approval}>
                  {action === 'accept' ? 'Accepted' : 'Paid short'} by {by}, <When at={at} />: {reason}
                </p>
              ))}
            </div>
            <div className={styles.end}>
              <strong>{formatMoney(hold.amount, currency)}</strong>
              {hold.exceptionId === undefined ? (
                <Status code={hold.status} bare />
              ) : (
                <Link to="/exceptions/$id" params={{ id: hold.exceptionId }}>
                  Decide
                </Link>
              )}
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

const PAYMENTS: Record<InvoicePayment['kind'], string> = {
  full: 'In full',
  short: 'Paid short',
  part: 'The part that agreed',
  rest: 'The rest',
};

/** What was released to the ERP. */
function Payments({ detail }: { detail: InvoiceDetail }) {
  const { currency } = detail.invoice;
  return (
    <Card title="Released to the ERP">
      <ul className={styles.payments}>
        {detail.payments.map((payment) => (
          <li key={payment.key}>
            <span>
              {PAYMENTS[payment.kind]}
              {payment.kind === 'part' || payment.kind === 'rest' ? `, line ${payment.lines.join(', ')}` : ''}
            </span>
            <strong>{formatAmount(payment.amount, currency)}</strong>
            <When at={payment.at} />
            {payment.debitNote === undefined ? null : (
              <span>with a debit note of {formatAmount(payment.debitNote.total, currency)}</span>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

const AMOUNTS: readonly [keyof MatchDecision['amounts'], string][] = [
  ['invoiced', 'Invoiced'],
  ['expected', 'Expected by order, receipts and terms'],
  ['difference', 'Difference'],
  ['atStake', 'Disputed'],
  ['writeOff', 'Written off as a small difference'],
  ['expectedClaims', 'To be claimed back later'],
  ['payable', 'Payable by the match'],
  ['prepaid', 'Of it paid in advance, as the supplier says'],
];

function Amounts({ decision }: { decision: MatchDecision }) {
  return (
    <table className={styles.amounts}>
      <caption className="visually-hidden">Amounts in {decision.amounts.currency}</caption>
      <tbody>
        {AMOUNTS.map(([key, name]) => ({ key, name, amount: decision.amounts[key] ?? '0' }))
          .filter(({ key, amount }) => key === 'payable' || !/^0(\.0+)?$/.test(amount))
          .map(({ key, name, amount }) => (
            <tr key={key} data-total={key === 'payable'}>
              <th scope="row">{name}</th>
              <td>{formatAmount(amount, decision.amounts.currency)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useAddress, useRouteId } from '../data/address.ts';
import { useState } from 'react';
import { useExceptionActions } from '../data/exception-actions.ts';
import { findFilterMistake, parseExceptionFilter } from '../data/exception-filter.ts';
import { useNeighbours } from '../data/neighbours.ts';
import {
  claimsQuery,
  exceptionQuery,
  exceptionsQuery,
  orderQuery,
  usePartnerName,
  useSession,
} from '../data/queries.ts';
import type { Exception, OrderDetail } from '../data/types.ts';
import { ClaimList } from '../parts/claim-list.tsx';
import { ExceptionFacts } from '../parts/exception-facts.tsx';
import { ExceptionDialog } from '../parts/exception-dialogs.tsx';
import type { Asking } from '../parts/exception-dialogs.tsx';
import { ExceptionTabs } from '../parts/exception-tabs.tsx';
import { ActionButtons, Resolution } from '../parts/exception-preview.tsx';
import { LongText } from '../parts/long-text.tsx';
import { Card, Fact, Facts, Page } from '../parts/page.tsx';
import { useShortcuts } from '../parts/shortcuts.ts';
import { ErrorState, LoadingRows } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import { useToasts } from '../parts/toasts.tsx';
import { useNow } from '../parts/when.tsx';
import styles from './exception-page.module.css';

/** S2: one exception with everything that is needed to decide it. */
export function ExceptionPage() {
  const id = useRouteId();
  const query = useQuery(exceptionQuery(id));
  const order = useQuery(orderQuery(query.data?.orderId ?? ''));
  if (query.data === undefined) {
    return (
      <Page title="Exception">
        {query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Card flush>
            <LoadingRows rows={10} />
          </Card>
        )}
      </Page>
    );
  }
  return <ExceptionContent exception={query.data} order={order.data} />;
}

/** Claims about the same invoice or order. */
function Claims({ exception }: { exception: Exception }) {
  const { orderId, invoiceId } = exception;
  const about = invoiceId === '' ? { orderId } : { invoiceId };
  const { data } = useQuery({
    ...claimsQuery({ ...about, limit: 20 }),
    enabled: orderId !== '' || invoiceId !== '',
  });
  if (data === undefined || data.records.length === 0) return null;
  return (
    <Card title="Claims">
      <ClaimList claims={data.records} />
    </Card>
  );
}

function ExceptionContent({ exception, order }: { exception: Exception; order: OrderDetail | undefined }) {
  const navigate = useNavigate();
  const partnerName = usePartnerName();
  const { name, role } = useSession();
  const now = useNow();
  const [search] = useAddress();
  const actions = useExceptionActions();
  const toasts = useToasts();
  const [asking, setAsking] = useState<Asking>();
  const line = search['q'] ?? '';
  const queue = useQuery({
    ...exceptionsQuery({ ...parseExceptionFilter(line, now), limit: 200 }),
    enabled: findFilterMistake(line) === undefined,
  });
  const { at, before, after } = useNeighbours(exception.id, queue.data?.records);
  /** In the queue: the one that was looked at, or who comes after it where it has gone. */
  const back = { q: search['q'], id: at === -1 ? (after ?? before ?? exception.id) : exception.id };
  const go = (id: string | undefined) => {
    if (id !== undefined)
      void navigate({ to: '/exceptions/$id', params: { id }, search: { q: search['q'] } });
  };
  const may = role !== 'viewer' && exception.status === 'open';
  const ask = (value: Asking) => may && setAsking(value);
  const act = (index: number) => {
    const action = exception.allowedActions[index];
    if (action !== undefined) ask({ kind: 'decide', action });
  };
  const dismiss = () => {
    if (exception.allowedActions.includes('dismiss')) ask({ kind: 'decide', action: 'dismiss' });
    else if (may) toasts.fail('This one cannot only be dismissed: choose one of its actions.');
  };

  useShortcuts({
    j: () => go(after),
    k: () => go(before),
    e: dismiss,
    a: () => ask({ kind: 'assign' }),
    i: () => may && actions.assignAtOnce(exception, name),
    h: () => ask({ kind: 'snooze' }),
    c: () => role !== 'viewer' && setAsking({ kind: 'comment' }),
    1: () => act(0),
    2: () => act(1),
    3: () => act(2),
    4: () => act(3),
    Escape: () => void navigate({ to: '/', search: back }),
  });

  return (
    <Page
      title={exception.title}
      above={
        <>
          <Link to="/" search={back}>
            Exceptions
          </Link>
          <span aria-hidden="true">/</span> {partnerName(exception.partnerId) || 'no partner'}
          <code className={styles.code}>{exception.type}</code>
        </>
      }
      heading={
        <>
          {exception.title} <Status code={exception.status} />
        </>
      }
      tools={
        at === -1 && before === undefined && after === undefined ? null : (
          <span className={styles.position}>
            {at === -1 ? null : `${at + 1} of ${queue.data?.records.length}`}
            <button type="button" disabled={before === undefined} onClick={() => go(before)}>
              Previous
            </button>
            <button type="button" disabled={after === undefined} onClick={() => go(after)}>
              Next
            </button>
          </span>
        )
      }
    >
      <Card>
        <div className={styles.top}>
          <LongText key={exception.id} className={styles.detail} text={exception.detail} />
          <ActionButtons
            exception={exception}
            onAsk={setAsking}
            onReopen={() => actions.reopenAtOnce(exception)}
          />
          <Resolution exception={exception} />
        </div>
      </Card>
      <Card>
        <Facts>
          <Fact name="Severity">
            <Status code={exception.severity} bare />
          </Fact>
          <ExceptionFacts exception={exception} />
          <Fact name="Priority">
            <details className={styles.priority}>
              <summary>{exception.priority}</summary>
              <ul>
                {exception.priorityTerms.map((term) => (
                  <li key={term.term}>
                    {term.text} ({term.value})
                  </li>
                ))}
              </ul>
            </details>
          </Fact>
        </Facts>
      </Card>
      <Claims exception={exception} />
      <ExceptionTabs exception={exception} order={order} onComment={() => setAsking({ kind: 'comment' })} />
      {asking === undefined ? null : (
        <ExceptionDialog exception={exception} asking={asking} onClose={() => setAsking(undefined)} />
      )}
    </Page>
  );
}

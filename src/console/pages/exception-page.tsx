import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useAddress, useRouteId } from '../data/address.ts';
import { useState } from 'react';
import { useExceptionActions } from '../data/exception-actions.ts';
import { parseExceptionFilter } from '../data/exception-filter.ts';
import {
  claimsQuery,
  documentQuery,
  exceptionQuery,
  exceptionsQuery,
  orderQuery,
  usePartnerName,
  useSession,
} from '../data/queries.ts';
import type { Exception, OrderDetail } from '../data/types.ts';
import { ClaimList } from '../parts/claim-list.tsx';
import { CompareTable } from '../parts/compare-table.tsx';
import { Evidence } from '../parts/evidence.tsx';
import { ExceptionDialog } from '../parts/exception-dialogs.tsx';
import type { Asking } from '../parts/exception-dialogs.tsx';
import { ActionButtons } from '../parts/exception-preview.tsx';
import { Card, Fact, Facts, Page } from '../parts/page.tsx';
import { useShortcuts } from '../parts/shortcuts.ts';
import { SourceView } from '../parts/source-view.tsx';
import { EmptyState, ErrorState, LoadingRows } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { Due, useNow, When } from '../parts/when.tsx';
import { wordsOfAction, wordsOfOwner } from '../words/actions.ts';
import { formatMoney } from '../words/format.ts';
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
  const { name } = useSession();
  const now = useNow();
  const [search, setSearch] = useAddress();
  const actions = useExceptionActions();
  const [asking, setAsking] = useState<Asking>();
  const queue = useQuery(exceptionsQuery({ ...parseExceptionFilter(search['q'] ?? '', now), limit: 200 }));
  const ids = queue.data?.records.map((record) => record.id) ?? [];
  const at = ids.indexOf(exception.id);
  const go = (id: string | undefined) => {
    if (id !== undefined)
      void navigate({ to: '/exceptions/$id', params: { id }, search: { q: search['q'] } });
  };
  const ask = (value: Asking) => exception.status === 'open' && setAsking(value);
  const act = (index: number) => {
    const action = exception.allowedActions[index];
    if (action !== undefined) ask({ kind: 'decide', action });
  };
  useShortcuts({
    j: () => go(ids[at + 1]),
    k: () => go(at > 0 ? ids[at - 1] : undefined),
    e: () => ask({ kind: 'decide', action: 'dismiss' }),
    a: () => ask({ kind: 'assign' }),
    i: () => void actions.assign(exception, name),
    h: () => ask({ kind: 'snooze' }),
    c: () => setAsking({ kind: 'comment' }),
    1: () => act(0),
    2: () => act(1),
    3: () => act(2),
    4: () => act(3),
    Escape: () => void navigate({ to: '/', search: { q: search['q'], id: exception.id } }),
  });
  const source = useSource(exception);
  const tabs = [
    ...(order !== undefined && order.lines.length > 0 ? ['compare'] : []),
    'evidence',
    ...(source === undefined ? [] : ['source']),
    ...(order === undefined ? [] : ['timeline']),
    'comments',
  ];
  const tab = tabs.includes(search['tab'] ?? '') ? search['tab']! : tabs[0]!;

  return (
    <Page
      title={exception.title}
      above={
        <>
          <Link to="/" search={{ q: search['q'], id: exception.id }}>
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
        at === -1 ? null : (
          <span className={styles.position}>
            {at + 1} of {ids.length}
            <button type="button" disabled={at === 0} onClick={() => go(ids[at - 1])}>
              Previous
            </button>
            <button type="button" disabled={at === ids.length - 1} onClick={() => go(ids[at + 1])}>
              Next
            </button>
          </span>
        )
      }
    >
      <Card>
        <div className={styles.top}>
          <p className={styles.detail}>{exception.detail}</p>
          <ActionButtons
            exception={exception}
            onAsk={setAsking}
            onReopen={() => void actions.reopen(exception)}
          />
          {exception.resolution === undefined || exception.status !== 'resolved' ? null : (
            <p className={styles.resolution}>
              {wordsOfAction(exception.resolution.action).label} by {exception.resolution.by},{' '}
              <When at={exception.resolution.at} />: {exception.resolution.reason}
            </p>
          )}
        </div>
      </Card>
      <Card>
        <Facts>
          <Fact name="Severity">
            <Status code={exception.severity} bare />
          </Fact>
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
                {exception.invoiceId.split('|')[1] ?? exception.invoiceId}
              </Link>
            </Fact>
          )}
          <Fact name="Opened">
            <When at={exception.openedAt} />
            {exception.count > 1 ? `, seen ${exception.count} times` : ''}
          </Fact>
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
      <Tabs value={tab} keepMounted={false} onChange={(value) => setSearch({ tab: value ?? undefined })}>
        <Tabs.List className="no-print">
          {tabs.map((value) => (
            <Tabs.Tab key={value} value={value}>
              {TAB_NAMES[value]}
              {value === 'comments' && exception.comments.length > 0 ? ` (${exception.comments.length})` : ''}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="compare" pt={16}>
          <Card flush>
            <CompareTable lines={order?.lines ?? []} chosen={exception.lineId} />
          </Card>
        </Tabs.Panel>
        <Tabs.Panel value="evidence" pt={16}>
          <Card>
            <Evidence evidence={exception.evidence} />
          </Card>
        </Tabs.Panel>
        <Tabs.Panel value="source" pt={16}>
          {source === undefined ? null : (
            <Card flush>
              <SourceView fileId={source.fileId} documentId={source.documentId} />
            </Card>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="timeline" pt={16}>
          <Card>
            <Timeline entries={order?.timeline ?? []} />
          </Card>
        </Tabs.Panel>
        <Tabs.Panel value="comments" pt={16}>
          <Card>
            <Comments exception={exception} onAdd={() => setAsking({ kind: 'comment' })} />
          </Card>
        </Tabs.Panel>
      </Tabs>
      {asking === undefined ? null : (
        <ExceptionDialog exception={exception} asking={asking} onClose={() => setAsking(undefined)} />
      )}
    </Page>
  );
}

const TAB_NAMES: Record<string, string> = {
  compare: 'Compare',
  evidence: 'Evidence',
  source: 'Source',
  timeline: 'What happened',
  comments: 'Comments',
};

/** The file, and the document in it, that the exception is about. */
function useSource(exception: Exception): { fileId: string; documentId: string } | undefined {
  const { evidence } = exception;
  const documentId = exception.documentId || evidence.find((one) => one.documentId)?.documentId || '';
  const { data: document } = useQuery(documentQuery(documentId));
  const fileId = exception.fileId || evidence.find((one) => one.fileId)?.fileId || document?.fileId || '';
  return fileId === '' ? undefined : { fileId, documentId };
}

function Comments({ exception, onAdd }: { exception: Exception; onAdd: () => void }) {
  return (
    <div className={styles.comments}>
      {exception.comments.length === 0 ? <EmptyState title="No comments" /> : null}
      {exception.comments.map((comment, index) => (
        <article key={index}>
          <p>
            <strong>{comment.author}</strong> <When at={comment.at} />
          </p>
          <p className={styles.comment}>{comment.text}</p>
        </article>
      ))}
      <button type="button" className={styles.add} onClick={onAdd}>
        Add a comment
      </button>
    </div>
  );
}

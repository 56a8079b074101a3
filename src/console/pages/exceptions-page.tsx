import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useAddress, useTypedAddress } from '../data/address.ts';
import { useEffect, useRef, useState } from 'react';
import { findFilterMistake, parseExceptionFilter } from '../data/exception-filter.ts';
import { useExceptionActions } from '../data/exception-actions.ts';
import { exceptionQuery, exceptionsQuery, useSession } from '../data/queries.ts';
import { useStableList } from '../data/stable-list.ts';
import type { Exception } from '../data/types.ts';
import { ExceptionDialog } from '../parts/exception-dialogs.tsx';
import type { Asking } from '../parts/exception-dialogs.tsx';
import { ExceptionList } from '../parts/exception-list.tsx';
import { ExceptionPreview } from '../parts/exception-preview.tsx';
import { ExceptionRail } from '../parts/exception-rail.tsx';
import { Icon } from '../parts/icons.tsx';
import { QuietDay } from '../parts/quiet-day.tsx';
import { useShortcuts } from '../parts/shortcuts.ts';
import { EmptyState, ErrorState, LoadingRows, StaleBanner } from '../parts/states.tsx';
import { useTitle } from '../parts/title.ts';
import { useToasts } from '../parts/toasts.tsx';
import { useNow } from '../parts/when.tsx';
import { formatCount } from '../words/format.ts';
import styles from './exceptions-page.module.css';

/** S1: what needs somebody. The view, the search and the chosen row are in the address. */
export function ExceptionsPage() {
  useTitle('Exceptions');
  const navigate = useNavigate();
  const now = useNow();
  const { name, role } = useSession();
  const [search, setSearch] = useAddress();
  const line = search['q'] ?? '';
  const [typed, setTyped] = useTypedAddress(line, (q) => setSearch({ q, id: undefined }));
  const mistake = findFilterMistake(line);
  const query = useQuery({
    ...exceptionsQuery({ ...parseExceptionFilter(line, now), limit: 200 }),
    enabled: mistake === undefined,
  });
  const list = useStableList(line, query.isPlaceholderData ? undefined : query.data?.records);
  const [asking, setAsking] = useState<Asking>();
  const actions = useExceptionActions();
  const toasts = useToasts();
  const input = useRef<HTMLInputElement>(null);

  const at = list.rows.findIndex(({ record }) => record.id === search['id']);
  const row = mistake === undefined ? (list.rows[at] ?? list.rows[0]) : undefined;
  // The list does not tell any more what became of one that has left it.
  const left = useQuery(exceptionQuery(row?.gone === true ? row.record.id : ''));
  const chosen: Exception | undefined = left.data ?? row?.record;

  const choose = (id: string) => setSearch({ id });
  const move = (step: number) => {
    const next = list.rows[Math.max(0, Math.min(list.rows.length - 1, Math.max(at, 0) + step))];
    if (next !== undefined) choose(next.record.id);
  };
  const open = (exception = chosen) => {
    if (exception !== undefined)
      void navigate({ to: '/exceptions/$id', params: { id: exception.id }, search: { q: line } });
  };
  const known = row?.gone !== true || left.data !== undefined;
  const may = role !== 'viewer' && chosen?.status === 'open' && known;
  const ask = (value: Asking) => may && setAsking(value);
  const act = (index: number) => {
    const action = chosen?.allowedActions[index];
    if (action !== undefined) ask({ kind: 'decide', action });
  };

  const dismiss = () => {
    if (chosen?.allowedActions.includes('dismiss') === true) ask({ kind: 'decide', action: 'dismiss' });
    else if (may) toasts.fail('This one cannot only be dismissed: choose one of its actions.');
  };

  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => open(),
    o: () => open(),
    e: dismiss,
    a: () => ask({ kind: 'assign' }),
    i: () => may && actions.assignAtOnce(chosen, name),
    h: () => ask({ kind: 'snooze' }),
    c: () => ask({ kind: 'comment' }),
    r: list.refresh,
    1: () => act(0),
    2: () => act(1),
    3: () => act(2),
    4: () => act(3),
    '/': () => input.current?.focus(),
  });

  return (
    <div className={styles.page}>
      <ExceptionRail line={line} onChoose={(q) => setSearch({ q, id: undefined })} />
      <section className={styles.queue} aria-labelledby="queue-title">
        <header className={styles.bar}>
          <h1 id="queue-title" className="visually-hidden">
            Exceptions
          </h1>
          <TextInput
            ref={input}
            className={styles.search}
            aria-label="Search exceptions"
            placeholder="Search: words, is:snoozed, value:>1000, due:<4h"
            leftSection={<Icon name="search" width="16" height="16" />}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') event.currentTarget.blur();
            }}
          />
          <NewBar added={list.added} onShow={list.refresh} />
        </header>
        {query.isError && query.data !== undefined ? (
          <div className={styles.banner}>
            <StaleBanner error={query.error} at={query.dataUpdatedAt} onRetry={() => void query.refetch()} />
          </div>
        ) : null}
        {mistake !== undefined ? (
          <EmptyState title="This search is not understood">
            <p>{mistake}</p>
          </EmptyState>
        ) : query.isError && query.data === undefined ? (
          <div className={styles.banner}>
            <ErrorState error={query.error} onRetry={() => void query.refetch()} />
          </div>
        ) : !list.known ? (
          <LoadingRows rows={10} height={64} />
        ) : list.rows.length > 0 ? (
          <>
            <ExceptionList line={line} rows={list.rows} chosen={chosen?.id} onChoose={choose} onOpen={open} />
            {query.data?.next === undefined ? null : (
              <p className={styles.more}>
                These are the {list.rows.length} most urgent. Choose a view or search to see others.
              </p>
            )}
          </>
        ) : line === '' ? (
          <QuietDay />
        ) : (
          <EmptyState title="Nothing matches">
            <p>
              No exception fits <code>{line}</code>.
            </p>
            <a
              href="/"
              onClick={(event) => {
                event.preventDefault();
                setSearch({ q: undefined });
              }}
            >
              Show everything that is open
            </a>
          </EmptyState>
        )}
      </section>
      {chosen === undefined ? null : (
        <ExceptionPreview
          key={chosen.id}
          exception={chosen}
          known={known}
          onOpen={() => open()}
          onAsk={ask}
          onReopen={() => actions.reopenAtOnce(chosen)}
        />
      )}
      {asking !== undefined && chosen !== undefined ? (
        <ExceptionDialog exception={chosen} asking={asking} onClose={() => setAsking(undefined)} />
      ) : null}
    </div>
  );
}

/** New rows wait here: nothing moves under the cursor. */
function NewBar({ added, onShow }: { added: number; onShow: () => void }) {
  const [announced, setAnnounced] = useState('');
  useEffect(() => {
    // Said once things have settled, not at every row.
    const timer = setTimeout(() => setAnnounced(added === 0 ? '' : `${added} new`), 1_000);
    return () => clearTimeout(timer);
  }, [added]);
  return (
    <>
      {added === 0 ? null : (
        <button type="button" className={styles.new} onClick={onShow}>
          {formatCount(added, 'new exception')} · show
        </button>
      )}
      <span className="visually-hidden" role="status">
        {announced}
      </span>
    </>
  );
}

import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useAddress } from '../data/address.ts';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import { parseExceptionFilter } from '../data/exception-filter.ts';
import { useExceptionActions } from '../data/exception-actions.ts';
import { exceptionsQuery, useSession } from '../data/queries.ts';
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
  const query = useQuery(
    exceptionsQuery({ ...parseExceptionFilter(useDeferredValue(line), now), limit: 200 }),
  );
  const list = useStableList(line, query.isPlaceholderData ? undefined : query.data?.records);
  const [asking, setAsking] = useState<Asking>();
  const actions = useExceptionActions();
  const input = useRef<HTMLInputElement>(null);

  const at = list.rows.findIndex(({ record }) => record.id === search['id']);
  const chosen: Exception | undefined = list.rows[at]?.record ?? list.rows[0]?.record;

  const choose = (id: string) => setSearch({ id });
  const move = (step: number) => {
    const next = list.rows[Math.max(0, Math.min(list.rows.length - 1, Math.max(at, 0) + step))];
    if (next !== undefined) choose(next.record.id);
  };
  const open = (exception = chosen) => {
    if (exception !== undefined)
      void navigate({ to: '/exceptions/$id', params: { id: exception.id }, search: { q: line } });
  };
  const may = role !== 'viewer' && chosen !== undefined && chosen.status !== 'resolved';
  const ask = (value: Asking) => may && setAsking(value);
  const act = (index: number) => {
    const action = chosen?.allowedActions[index];
    if (action !== undefined) ask({ kind: 'decide', action });
  };

  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => open(),
    o: () => open(),
    e: () => ask({ kind: 'decide', action: 'dismiss' }),
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
            value={line}
            onChange={(event) => setSearch({ q: event.currentTarget.value, id: undefined })}
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
        {query.isPending ? (
          <LoadingRows rows={10} height={64} />
        ) : query.isError && query.data === undefined ? (
          <div className={styles.banner}>
            <ErrorState error={query.error} onRetry={() => void query.refetch()} />
          </div>
        ) : list.rows.length > 0 ? (
          <>
            <ExceptionList rows={list.rows} chosen={chosen?.id} onChoose={choose} onOpen={open} />
            {query.data.next === undefined ? null : (
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

import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import type { ReactNode } from 'react';
import type { ListQuery } from '../data/queries.ts';
import { useAddress, useTypedAddress } from '../data/address.ts';
import type { Search } from '../data/address.ts';
import { Icon } from './icons.tsx';
import styles from './list-page.module.css';
import { Card, Page } from './page.tsx';
import { useShortcuts } from './shortcuts.ts';
import { EmptyState, ErrorState, LoadingRows, StaleBanner } from './states.tsx';
import { Table } from './table.tsx';
import type { Column } from './table.tsx';

/** The filters of a list live in the address; a change of one goes back to the first page. */
export function useFilters(): [Search, (change: Record<string, string>) => void] {
  const [search, setSearch] = useAddress();
  return [search, (change) => setSearch({ after: undefined, ...change })];
}

export function ListPage<T>({
  title,
  query,
  columns,
  keyOf,
  filters,
  tools,
  above,
  empty,
}: {
  title: string;
  query: ListQuery<T>;
  columns: readonly Column<T>[];
  keyOf: (row: T) => string;
  filters?: ReactNode;
  tools?: ReactNode;
  /** Before the list. */
  above?: ReactNode;
  /** What to say when there is nothing at all. */
  empty: ReactNode;
}) {
  const [search, setSearch] = useAddress();
  const list = useQuery(query);
  const goTo = (after: string | undefined) => setSearch({ after }, { step: true });
  const filtered = Object.entries(search).some(
    ([name, value]) => name !== 'after' && value !== undefined && value !== '',
  );
  return (
    <Page title={title} tools={tools}>
      {above}
      {filters === undefined ? null : <Filters>{filters}</Filters>}
      {list.isError && list.data !== undefined ? (
        <StaleBanner error={list.error} at={list.dataUpdatedAt} onRetry={() => void list.refetch()} />
      ) : null}
      {list.isError && list.data === undefined ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <Card flush>
          {list.data === undefined ? (
            <LoadingRows />
          ) : list.data.records.length > 0 ? (
            // What stands there until the answer comes is of the filters before.
            <div className={styles.rows} aria-busy={list.isPlaceholderData}>
              <Table caption={title} columns={columns} rows={list.data.records} keyOf={keyOf} />
            </div>
          ) : list.isPlaceholderData ? (
            <LoadingRows />
          ) : filtered ? (
            <NothingMatches />
          ) : (
            empty
          )}
        </Card>
      )}
      {search['after'] !== undefined || list.data?.next !== undefined ? (
        <nav className={`${styles.pages} no-print`} aria-label="Pages">
          <Button
            variant="default"
            size="xs"
            disabled={search['after'] === undefined}
            onClick={() => goTo(undefined)}
          >
            First page
          </Button>
          <Button
            variant="default"
            size="xs"
            disabled={list.data?.next === undefined || list.isPlaceholderData}
            rightSection={<Icon name="chevron" width="14" height="14" />}
            onClick={() => goTo(list.data?.next)}
          >
            Next page
          </Button>
        </nav>
      ) : null}
    </Page>
  );
}

export function Filters({ children }: { children: ReactNode }) {
  return (
    <div className={`${styles.filters} no-print`} role="search">
      {children}
    </div>
  );
}

/** What is said where the filters leave nothing. */
export function NothingMatches() {
  const [search, setFilter] = useFilters();
  return (
    <EmptyState title="Nothing matches">
      <Button
        variant="default"
        size="xs"
        onClick={() => setFilter(Object.fromEntries(Object.keys(search).map((name) => [name, ''])))}
      >
        Clear the filters
      </Button>
    </EmptyState>
  );
}

/** A filter that is typed; the key / leads to it. */
export function TypedFilter({
  label,
  name,
  placeholder,
}: {
  label: string;
  name: string;
  placeholder: string;
}) {
  const [search, setFilter] = useFilters();
  const [text, setText] = useTypedAddress(search[name] ?? '', (value) => setFilter({ [name]: value }));
  const input = useRef<HTMLInputElement>(null);
  useShortcuts({ '/': () => input.current?.focus() });
  return (
    <TextInput
      ref={input}
      label={label}
      placeholder={placeholder}
      leftSection={<Icon name="search" width="16" height="16" />}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}

/** A filter with a few values; '' is all. */
export function Choice({
  label,
  name,
  options,
}: {
  label: string;
  name: string;
  options: readonly (readonly [value: string, text: string])[];
}) {
  const [search, setFilter] = useFilters();
  const chosen = search[name] ?? '';
  return (
    <label className={styles.choice}>
      {label}
      <select value={chosen} onChange={(event) => setFilter({ [name]: event.currentTarget.value })}>
        <option value="">All</option>
        {/* Of a link: a partner that is gone, say. Shown as All it would be a list of everything that lacks most. */}
        {chosen === '' || options.some(([value]) => value === chosen) ? null : (
          <option value={chosen}>{chosen}</option>
        )}
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

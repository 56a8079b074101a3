import { Button, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiProblem } from '../data/api.ts';
import { Icon } from './icons.tsx';
import { ToneMark } from './status.tsx';
import styles from './states.module.css';

/** Something could not be loaded and there is nothing older to show. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = error instanceof ApiProblem ? error : undefined;
  const gone = problem?.status === 404;
  return (
    <div className={styles.state} role="alert">
      <ToneMark tone={gone ? 'attention' : 'bad'} />
      <div>
        <h2>{gone ? 'Not found' : 'This could not be loaded'}</h2>
        <p>{error instanceof Error ? error.message : String(error)}</p>
        {problem?.requestId && problem.status >= 500 ? (
          <p className={styles.small}>
            Request <code>{problem.requestId}</code>: the gateway’s log knows it by this id.
          </p>
        ) : null}
        {onRetry === undefined || gone ? null : (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}

/** The last data is kept on the screen; this says that it is old. */
export function StaleBanner({ error, at, onRetry }: { error: unknown; at: number; onRetry: () => void }) {
  const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' }).format(at);
  return (
    <div className={styles.banner} role="status">
      <ToneMark tone="attention" />
      <span>
        Shown as of {time}. {error instanceof Error ? error.message : ''}
      </span>
      <Button size="compact-xs" variant="default" onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}

export function EmptyState({
  title,
  children,
  good,
}: {
  title: string;
  children?: ReactNode;
  good?: boolean;
}) {
  return (
    <div className={styles.empty}>
      <span className={styles.emptyMark} data-good={good === true}>
        <Icon name={good === true ? 'check' : 'search'} width="22" height="22" />
      </span>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Rows of the height that the data will have: nothing jumps when it comes. */
export function LoadingRows({ rows = 8, height = 44 }: { rows?: number; height?: number }) {
  return (
    <div aria-busy="true" aria-label="Loading" role="status">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className={styles.loadingRow} style={{ height }}>
          <Skeleton height={12} width={`${38 + ((index * 17) % 34)}%`} radius="sm" />
        </div>
      ))}
    </div>
  );
}

import { createContext, useContext, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { formatExact, formatInstant, formatRelative } from '../words/format.ts';
import styles from './when.module.css';

const NowContext = createContext(new Date());

/** One clock for all times on the page, so that they grow old together. */
export function NowProvider({ children }: { children: ReactNode }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return <NowContext value={now}>{children}</NowContext>;
}

export function useNow(): Date {
  return useContext(NowContext);
}

/** An instant, absolute and relative; the exact one with its zone on hover. */
export function When({ at, short }: { at: string; short?: boolean }) {
  const now = useNow();
  if (at === '') return null;
  const relative = formatRelative(at, now);
  return (
    <time dateTime={at} title={formatExact(at)}>
      {short === true ? (
        <span className={styles.whole}>{relative}</span>
      ) : (
        <>
          <span className={styles.whole}>{formatInstant(at, now)}</span>{' '}
          <span className={styles.relative}>{relative}</span>
        </>
      )}
    </time>
  );
}

/** Below this share of the time left it is told in amber. */
const SOON = 0.25;

/** How long there is to act, as text, shape and colour. */
export function Due({ at, since }: { at: string; since: string }) {
  const now = useNow();
  if (at === '') return <span className={styles.none}>no date</span>;
  const left = Date.parse(at) - now.getTime();
  const whole = Date.parse(at) - Date.parse(since);
  const state = left < 0 ? 'late' : left < whole * SOON ? 'soon' : 'fine';
  const text = left < 0 ? `${formatRelative(at, now).replace(' ago', '')} overdue` : formatRelative(at, now);
  return (
    <time className={styles.due} data-state={state} dateTime={at} title={formatExact(at)}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        <circle cx="6" cy="6" r="5" />
        <path d={state === 'late' ? 'M6 3v3.4M6 8.6v.1' : 'M6 3v3.2l2 1.2'} />
      </svg>
      {text}
    </time>
  );
}

import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { usePartnerName } from '../data/queries.ts';
import type { Exception } from '../data/types.ts';
import { formatMoney, humanise } from '../words/format.ts';
import { headlineOf } from '../words/headline.ts';
import { toneOf } from '../words/tones.ts';
import styles from './exception-list.module.css';
import { ToneMark } from './status.tsx';
import { Due, When } from './when.tsx';

/** Every row answers: what is wrong, with whom, on which order, how much money, until when, who has it. */
export function ExceptionList({
  line,
  rows,
  chosen,
  onChoose,
  onOpen,
}: {
  /** The search whose rows they are. */
  line: string;
  rows: readonly { record: Exception; gone: boolean }[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
  onOpen: (exception: Exception) => void;
}) {
  const partnerName = usePartnerName();
  const body = useRef<HTMLTableSectionElement>(null);
  useEffect(() => {
    body.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <table className={styles.table}>
      <caption className="visually-hidden">Exceptions, the most urgent first</caption>
      <thead>
        <tr>
          <th scope="col">What is wrong</th>
          <th scope="col" className={styles.number}>
            At stake
          </th>
          <th scope="col">Due</th>
        </tr>
      </thead>
      <tbody ref={body}>
        {rows.map(({ record, gone }) => (
          <tr
            key={record.id}
            aria-selected={record.id === chosen}
            className={styles.row}
            data-gone={gone || record.status === 'resolved'}
            onClick={(event) => {
              // The link in it does what links do, also in another tab.
              if (event.target instanceof Element && event.target.closest('a') !== null) return;
              // Without room for the preview a tap opens the exception itself.
              if (window.matchMedia('(width <= 1180px)').matches) onOpen(record);
              else onChoose(record.id);
            }}
            onDoubleClick={() => onOpen(record)}
          >
            <td>
              <div className={styles.what}>
                <ToneMark tone={toneOf(record.severity)} title={`${humanise(record.severity)} severity`} />
                <div>
                  <Link
                    to="/exceptions/$id"
                    params={{ id: record.id }}
                    search={{ q: line }}
                    className={styles.title}
                    onFocus={() => onChoose(record.id)}
                  >
                    {headlineOf(record)}
                  </Link>
                  <p className={styles.detail}>{record.detail}</p>
                  <p className={styles.meta}>
                    {[partnerName(record.partnerId), record.orderId, record.lineId && `line ${record.lineId}`]
                      .filter((part) => part !== '')
                      .join(' · ')}
                    {record.count > 1 ? <span className={styles.repeats}>{record.count} times</span> : null}
                    {gone ? <span className={styles.repeats}>no longer in this view</span> : null}
                  </p>
                </div>
              </div>
            </td>
            <td className={styles.number}>{formatMoney(record.valueAtStake, record.currency)}</td>
            <td className={styles.due}>
              {gone ? null : record.status === 'open' ? (
                <Due at={record.dueAt} since={record.openedAt} />
              ) : record.status === 'snoozed' ? (
                <>
                  snoozed, back <When at={record.snoozedUntil ?? ''} short />
                </>
              ) : (
                <>
                  resolved <When at={record.resolution?.at ?? record.lastSeenAt} short />
                </>
              )}
              <span className={styles.assignee}>{record.assignee === '' ? '' : record.assignee}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

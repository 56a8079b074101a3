import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { countsQuery, usePartnerName } from '../data/queries.ts';
import { humanise } from '../words/format.ts';
import { wordsOfOwner } from '../words/actions.ts';
import styles from './exception-rail.module.css';

interface View {
  label: string;
  line: string;
  count: number | undefined;
  /** There may be more: not all that are open were looked at. */
  orMore?: boolean;
  urgent?: boolean;
}

/** `12`, or `12+` where there may be more. */
function textOf({ count, orMore }: View): string {
  return count === undefined ? '' : `${count}${orMore === true ? '+' : ''}`;
}

/** Saved views are searches: each has a link that can be sent to a colleague. */
export function ExceptionRail({ line, onChoose }: { line: string; onChoose: (line: string) => void }) {
  const { data: counts } = useQuery(countsQuery());
  const partnerName = usePartnerName();
  const orMore = counts?.complete === false;
  const groups: { title: string; views: View[] }[] = [
    {
      title: 'Queue',
      views: [
        { label: 'All open', line: '', count: counts?.open },
        { label: 'Mine', line: 'assigned:me', count: counts?.mine, orMore },
        { label: 'Unassigned', line: 'assigned:none', count: counts?.unassigned, orMore },
        { label: 'Due today', line: 'due:today', count: counts?.dueToday, orMore },
        { label: 'Overdue', line: 'due:overdue', count: counts?.overdue, orMore, urgent: true },
      ],
    },
    {
      title: 'By kind',
      views: (counts?.byType ?? []).slice(0, 8).map(({ type, count }) => ({
        label: humanise(type),
        line: `kind:${type}`,
        count,
        orMore,
      })),
    },
    {
      title: 'By partner',
      views: (counts?.byPartner ?? []).slice(0, 8).map(({ partnerId, count }) => ({
        label: partnerName(partnerId),
        line: `partner:${partnerId}`,
        count,
        orMore,
      })),
    },
    {
      title: 'By team',
      views: (counts?.byOwner ?? []).map(({ owner, count }) => ({
        label: wordsOfOwner(owner),
        line: `owner:${owner}`,
        count,
        orMore,
      })),
    },
    {
      title: 'Not open',
      views: [
        { label: 'Snoozed', line: 'is:snoozed', count: counts?.snoozed },
        { label: 'Resolved', line: 'is:resolved', count: undefined },
      ],
    },
  ];
  return (
    <nav className={styles.rail} aria-label="Saved views">
      {/* On a narrow screen the views are a choice list. */}
      <label className={styles.select}>
        View
        <select value={line} onChange={(event) => onChoose(event.currentTarget.value)}>
          {groups
            .filter(({ views }) => views.length > 0)
            .map(({ title, views }) => (
              <optgroup key={title} label={title}>
                {views.map((view) => (
                  <option key={view.line} value={view.line}>
                    {view.label}
                    {view.count === undefined ? '' : ` (${textOf(view)})`}
                  </option>
                ))}
              </optgroup>
            ))}
          {groups.some(({ views }) => views.some((view) => view.line === line)) ? null : (
            <option value={line}>Search: {line}</option>
          )}
        </select>
      </label>
      <div className={styles.groups}>
        {groups.map(({ title, views }) =>
          views.length === 0 ? null : (
            <section key={title}>
              <h2>{title}</h2>
              <ul>
                {views.map((view) => (
                  <li key={view.line}>
                    <Link
                      to="/"
                      search={view.line === '' ? {} : { q: view.line }}
                      className={styles.view}
                      data-current={view.line === line}
                      aria-current={view.line === line ? 'page' : undefined}
                      activeOptions={{ exact: true, includeSearch: true }}
                      title={view.label}
                    >
                      <span className={styles.label}>{view.label}</span>
                      <span
                        className={styles.count}
                        data-urgent={view.urgent === true && (view.count ?? 0) > 0}
                      >
                        {textOf(view)}
                      </span>
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          ),
        )}
      </div>
    </nav>
  );
}

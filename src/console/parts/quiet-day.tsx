import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { summaryQuery } from '../data/queries.ts';
import { formatCount, formatDecimal, formatInstant, humanise } from '../words/format.ts';
import { EmptyState } from './states.tsx';
import { useNow } from './when.tsx';

/** An empty queue says what was done without anybody. */
export function QuietDay() {
  const now = useNow();
  const { data } = useQuery(summaryQuery());
  return (
    <EmptyState title="Nothing needs you" good>
      {data === undefined ? null : (
        <>
          <p>
            {data.documents === 0
              ? 'No documents have come or gone today.'
              : `${formatCount(data.documents, 'document')} passed since midnight, ${formatDecimal(String(data.applied))} of them applied without anybody’s help.`}
          </p>
          {data.nextDeadline === undefined ? (
            <p>Nothing is waited for.</p>
          ) : (
            <p>
              Next deadline: {humanise(data.nextDeadline.kind)},{' '}
              <Link to="/orders/$id" params={{ id: data.nextDeadline.orderId }}>
                order {data.nextDeadline.orderId}
              </Link>
              , {formatInstant(data.nextDeadline.dueAt, now)}.
            </p>
          )}
        </>
      )}
    </EmptyState>
  );
}

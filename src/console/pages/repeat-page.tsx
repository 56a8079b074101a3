import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRouteId } from '../data/address.ts';
import { repeatRunQuery } from '../data/queries.ts';
import type { RepeatRunDetail } from '../data/types.ts';
import { Card, Fact, Facts, Page } from '../parts/page.tsx';
import { RepeatItems } from '../parts/repeat-dialogs.tsx';
import { ErrorState, LoadingRows } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import { When } from '../parts/when.tsx';
import { describeRepeat, statusOfRun } from '../words/repeats.ts';

/** One thing done again, item by item; while it is under way, how far it is. */
export function RepeatPage() {
  const query = useQuery(repeatRunQuery(useRouteId()));
  if (query.data !== undefined) return <Run run={query.data} />;
  return (
    <Page title="Repeat">
      {query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Card flush>
          <LoadingRows />
        </Card>
      )}
    </Page>
  );
}

function Run({ run }: { run: RepeatRunDetail }) {
  const title = describeRepeat(run.verb, run.count);
  return (
    <Page
      title={title}
      above={<Link to="/repeats">Repeats</Link>}
      heading={
        <>
          {title} <Status code={statusOfRun(run)} />
        </>
      }
    >
      {run.status === 'interrupted' ? (
        <p>
          The gateway ended in the middle of it. Those of the last second may have been done and are shown as
          not begun; the audit log has each. Preview the rest before you do it again.
        </p>
      ) : null}
      <Card>
        <Facts>
          <Fact name="Done">
            {run.done} of {run.count}
          </Fact>
          {run.notDone === undefined ? null : <Fact name="Not done because">{run.notDone}</Fact>}
          <Fact name="Why">{run.reason}</Fact>
          <Fact name="Asked for by">{run.requestedBy}</Fact>
          {run.agreedBy === undefined ? null : <Fact name="Agreed by">{run.agreedBy}</Fact>}
          <Fact name="Begun">
            <When at={run.startedAt} />
          </Fact>
          <Fact name={run.status === 'running' ? 'So far' : 'Ended'}>
            <When at={run.updatedAt} />
          </Fact>
        </Facts>
      </Card>
      <Card flush title="Each of them">
        <RepeatItems items={run.items} begun />
      </Card>
    </Page>
  );
}

import { useQuery } from '@tanstack/react-query';
import { retentionQuery } from '../data/queries.ts';
import type { Retention } from '../data/types.ts';
import { LegalHolds } from '../parts/legal-holds.tsx';
import { Card, Fact, Facts, Page } from '../parts/page.tsx';
import { RetentionPreviewCard } from '../parts/retention-preview.tsx';
import { ErrorState, LoadingRows } from '../parts/states.tsx';
import { Table } from '../parts/table.tsx';
import { When } from '../parts/when.tsx';
import { formatCount } from '../words/format.ts';
import { RETENTION_CLASSES } from '../words/repeats.ts';

/** How long content is kept, what has been erased, what would be, and what has to stay whatever its age. */
export function RetentionPage() {
  const query = useQuery(retentionQuery);
  return (
    <Page title="Retention">
      {query.data === undefined ? (
        query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Card flush>
            <LoadingRows rows={3} />
          </Card>
        )
      ) : (
        <Classes retention={query.data} />
      )}
      <LegalHolds />
    </Page>
  );
}

function Classes({ retention }: { retention: Retention }) {
  const { classes, last, nextAt, erasing } = retention;
  const limited = classes.some(({ keptDays }) => keptDays !== undefined);
  return (
    <>
      <p>
        {limited ? '' : 'Nothing is erased: company.yaml says nothing under retention. '}
        What is never erased: orders with their events, decisions, receipts, the audit log, and number and
        SHA-256 of whatever went.
      </p>
      <Card flush title="How long content is kept">
        <Table
          caption="How long content is kept"
          rows={classes}
          keyOf={({ name }) => name}
          columns={[
            { name: 'Content', cell: ({ name }) => RETENTION_CLASSES[name] },
            {
              name: 'Kept',
              cell: ({ keptDays }) => (keptDays === undefined ? 'For good' : formatCount(keptDays, 'day')),
            },
            { name: 'Erased so far', cell: ({ erased }) => formatCount(erased, 'file') },
            { name: 'In the last run', cell: ({ name }) => describeRun(last?.classes[name]) },
          ]}
        />
      </Card>
      <Card>
        <Facts>
          <Fact name="Last run">{last === undefined ? 'Not yet' : <When at={last.at} />}</Fact>
          <Fact name="Next run">{nextAt === undefined ? 'Not planned' : <When at={nextAt} />}</Fact>
        </Facts>
      </Card>
      {limited ? <RetentionPreviewCard /> : null}
      {erasing.length === 0 ? null : (
        <Card flush title="Runs that erased something">
          <Table
            caption="Runs that erased something"
            rows={erasing}
            keyOf={({ at }) => at}
            columns={[
              { name: 'When', cell: ({ at }) => <When at={at} /> },
              { name: 'Bytes', cell: (run) => describeRun(run.classes.raw) },
              { name: 'Documents', cell: (run) => describeRun(run.classes.canonical) },
            ]}
          />
        </Card>
      )}
    </>
  );
}

/** `12 erased, 3 had to stay`. */
function describeRun(counts: { erased: number; kept: number; more: boolean } | undefined): string {
  if (counts === undefined) return '–';
  const stayed = counts.kept === 0 ? '' : `, ${counts.kept} had to stay`;
  return `${counts.erased} erased${stayed}${counts.more ? ', more to come' : ''}`;
}

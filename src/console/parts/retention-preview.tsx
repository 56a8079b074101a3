import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { retentionPreviewQuery } from '../data/queries.ts';
import type { RetentionClass, RetentionPreview } from '../data/types.ts';
import { formatCount } from '../words/format.ts';
import { RETENTION_CLASSES } from '../words/repeats.ts';
import { Card, Fact, Facts } from './page.tsx';
import { ErrorState, LoadingRows } from './states.tsx';
import { Table } from './table.tsx';

/** What a run would erase now, and what it would have to keep; looked up when somebody asks. */
export function RetentionPreviewCard() {
  const query = useQuery(retentionPreviewQuery);
  const ask = (
    <Button
      size="compact-sm"
      variant="default"
      disabled={query.isFetching}
      onClick={() => void query.refetch()}
    >
      Look
    </Button>
  );
  return (
    <>
      <Card title="What would go now" tools={ask}>
        {query.isFetching ? (
          <LoadingRows rows={2} />
        ) : query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : query.data === undefined ? (
          <p>Nothing is changed by looking.</p>
        ) : (
          <Counts classes={query.data.classes} />
        )}
      </Card>
      {query.data === undefined || query.data.kept.length === 0 ? null : <Kept kept={query.data.kept} />}
    </>
  );
}

function Counts({ classes }: { classes: RetentionPreview['classes'] }) {
  const counted = Object.entries(classes) as [RetentionClass, NonNullable<(typeof classes)['raw']>][];
  return (
    <Facts>
      {counted.map(([name, { erased, kept, more }]) => (
        <Fact key={name} name={RETENTION_CLASSES[name]}>
          {formatCount(erased, 'file')} would go, {kept} would have to stay
          {more ? '; only the oldest 2,000 were looked at' : ''}
        </Fact>
      ))}
    </Facts>
  );
}

function Kept({ kept }: { kept: RetentionPreview['kept'] }) {
  return (
    <Card flush title="What would have to stay">
      <Table
        caption="What would have to stay"
        rows={kept.map((entry, index) => ({ ...entry, index }))}
        keyOf={({ index }) => String(index)}
        columns={[
          {
            name: 'File',
            cell: ({ fileId, name }) => (
              <Link to="/files/$id" params={{ id: fileId }}>
                {name}
              </Link>
            ),
          },
          { name: 'It stays because', cell: ({ because }) => because },
        ]}
      />
    </Card>
  );
}

import { Button, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useAddress } from '../data/address.ts';
import { documentQuery, useSession } from '../data/queries.ts';
import type { Exception, OrderDetail } from '../data/types.ts';
import { CompareTable } from './compare-table.tsx';
import { Evidence } from './evidence.tsx';
import styles from './exception-tabs.module.css';
import { Card } from './page.tsx';
import { SourceView } from './source-view.tsx';
import { EmptyState } from './states.tsx';
import { Timeline } from './timeline.tsx';
import { When } from './when.tsx';

/** What the decision rests on, a tab each: lines compared, evidence, the file, the order's history, comments. */
export function ExceptionTabs({
  exception,
  order,
  onComment,
}: {
  exception: Exception;
  order: OrderDetail | undefined;
  onComment: () => void;
}) {
  const [search, setSearch] = useAddress();
  const source = useSource(exception);
  const tabs = [
    ...(order !== undefined && order.lines.length > 0 ? ['compare'] : []),
    'evidence',
    ...(source === undefined ? [] : ['source']),
    ...(order === undefined ? [] : ['timeline']),
    'comments',
  ];
  const tab = tabs.includes(search['tab'] ?? '') ? search['tab']! : tabs[0]!;

  return (
    <Tabs value={tab} keepMounted={false} onChange={(value) => setSearch({ tab: value ?? undefined })}>
      <Tabs.List className="no-print">
        {tabs.map((value) => (
          <Tabs.Tab key={value} value={value}>
            {TAB_NAMES[value]}
            {value === 'comments' && exception.comments.length > 0 ? ` (${exception.comments.length})` : ''}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="compare" pt={16}>
        <Card flush>
          <CompareTable
            lines={order?.lines ?? []}
            currency={order?.order.currency ?? ''}
            chosen={exception.lineId}
          />
        </Card>
      </Tabs.Panel>
      <Tabs.Panel value="evidence" pt={16}>
        <Card>
          <Evidence evidence={exception.evidence} />
        </Card>
      </Tabs.Panel>
      <Tabs.Panel value="source" pt={16}>
        {source === undefined ? null : (
          <Card flush>
            <SourceView fileId={source.fileId} documentId={source.documentId} />
          </Card>
        )}
      </Tabs.Panel>
      <Tabs.Panel value="timeline" pt={16}>
        <Card>
          <Timeline entries={order?.timeline ?? []} />
        </Card>
      </Tabs.Panel>
      <Tabs.Panel value="comments" pt={16}>
        <Card>
          <Comments exception={exception} onAdd={onComment} />
        </Card>
      </Tabs.Panel>
    </Tabs>
  );
}

const TAB_NAMES: Record<string, string> = {
  compare: 'Compare',
  evidence: 'Evidence',
  source: 'Source',
  timeline: 'What happened',
  comments: 'Comments',
};

/** The file, and the document in it, that the exception is about. */
function useSource(exception: Exception): { fileId: string; documentId: string } | undefined {
  const { evidence } = exception;
  const documentId = exception.documentId || evidence.find((one) => one.documentId)?.documentId || '';
  const { data: document } = useQuery(documentQuery(documentId));
  const fileId = exception.fileId || evidence.find((one) => one.fileId)?.fileId || document?.fileId || '';
  return fileId === '' ? undefined : { fileId, documentId };
}

function Comments({ exception, onAdd }: { exception: Exception; onAdd: () => void }) {
  const { role } = useSession();
  return (
    <div className={styles.comments}>
      {exception.comments.length === 0 ? <EmptyState title="No comments" /> : null}
      {exception.comments.map((comment, index) => (
        <article key={index}>
          <p>
            <strong>{comment.author}</strong> <When at={comment.at} />
          </p>
          <p className={styles.comment}>{comment.text}</p>
        </article>
      ))}
      {role === 'viewer' ? null : (
        <Button size="xs" variant="default" className={styles.add} onClick={onAdd}>
          Add a comment
        </Button>
      )}
    </div>
  );
}

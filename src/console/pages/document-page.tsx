import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRouteId } from '../data/address.ts';
import { documentQuery, usePartnerName } from '../data/queries.ts';
import { LongText } from '../parts/long-text.tsx';
import { Card, Fact, Facts, Page } from '../parts/page.tsx';
import { SourceView } from '../parts/source-view.tsx';
import { ErrorState, LoadingRows } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import { When } from '../parts/when.tsx';
import { humanise } from '../words/format.ts';
import styles from './document-page.module.css';

/** One document: where it comes from, what was read of it, and its place in the file. */
export function DocumentPage() {
  const id = useRouteId();
  const partnerName = usePartnerName();
  const query = useQuery(documentQuery(id));
  const { data: document } = query;
  if (document === undefined) {
    return (
      <Page title="Document">
        {query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Card flush>
            <LoadingRows rows={14} height={32} />
          </Card>
        )}
      </Page>
    );
  }
  const title = `${humanise(document.documentType)} ${document.number}`;
  return (
    <Page
      title={title}
      above={
        <>
          <Link to="/files/$id" params={{ id: document.fileId }}>
            {document.direction === 'inbound' ? 'File from' : 'File to'} {partnerName(document.partnerId)}
          </Link>
          <span aria-hidden="true">/</span> {document.transactionType} {document.controlNumber}
        </>
      }
      heading={
        <>
          {title} <Status code={document.status} />
        </>
      }
    >
      <Card>
        <Facts>
          <Fact name="Partner">{partnerName(document.partnerId) || 'not known'}</Fact>
          <Fact name={document.direction === 'inbound' ? 'Received' : 'Made'}>
            <When at={document.createdAt} />
          </Fact>
          <Fact name="Acknowledgment">
            <Status code={document.acknowledgmentStatus} bare />
          </Fact>
          <Fact name="Map">{document.map === undefined ? '–' : <code>{document.map}</code>}</Fact>
          <Fact name="Orders">
            {document.orderIds.length === 0
              ? 'none'
              : document.orderIds.map((orderId) => (
                  <span key={orderId} className={styles.order}>
                    <Link to="/orders/$id" params={{ id: orderId }}>
                      {orderId}
                    </Link>
                  </span>
                ))}
          </Fact>
          <Fact name="Segments that no rule uses">
            {document.unconsumed === undefined || document.unconsumed.length === 0 ? (
              'none'
            ) : (
              <LongText
                text={document.unconsumed
                  .map(({ segment, segmentId }) => `${segmentId} (${segment})`)
                  .join(', ')}
              />
            )}
          </Fact>
        </Facts>
      </Card>
      <Card title="Source and what was read from it" flush>
        <SourceView fileId={document.fileId} documentId={document.id} onlyDocument />
      </Card>
      {document.document === undefined ? null : (
        <Card>
          <details>
            <summary className={styles.summary}>Canonical document as JSON</summary>
            <pre className={styles.json}>{JSON.stringify(document.document, null, 2)}</pre>
          </details>
        </Card>
      )}
    </Page>
  );
}

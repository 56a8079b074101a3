import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useAddress, useRouteId } from '../data/address.ts';
import { useState } from 'react';
import { fileQuery, segmentsQuery, usePartnerName, useSession } from '../data/queries.ts';
import { useSending } from '../data/sending.ts';
import type { FileDetail } from '../data/types.ts';
import { As2Messages } from '../parts/as2-messages.tsx';
import { ReasonForm } from '../parts/dialog-form.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { DocumentTable } from '../parts/document-table.tsx';
import { FindingList } from '../parts/findings.tsx';
import { InterchangeTree } from '../parts/interchange-tree.tsx';
import { Card, Fact, Facts, Page } from '../parts/page.tsx';
import { SourceView } from '../parts/source-view.tsx';
import { ErrorState, LoadingRows } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import { When } from '../parts/when.tsx';
import { describeChannel } from '../words/channel.ts';
import { formatCount, formatSize } from '../words/format.ts';
import styles from './file-page.module.css';

/** S4: one file: what is in it, what was found, its acknowledgment, and its bytes as text. */
export function FilePage() {
  const id = useRouteId();
  const query = useQuery(fileQuery(id));
  if (query.data === undefined) {
    return (
      <Page title="File">
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
  return <FileContent detail={query.data} />;
}

function FileContent({ detail }: { detail: FileDetail }) {
  const { file, interchanges, documents, acknowledgments } = detail;
  const partnerName = usePartnerName();
  const { role } = useSession();
  const [search] = useAddress();
  const { data: page } = useQuery(segmentsQuery(file.id, 1));
  const [again, setAgain] = useState(false);
  const findings = page?.findings ?? [];
  const unit = file.syntax === 'x12' || file.syntax === 'edifact' ? 'segment' : 'line';
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  const chosenDocument = search['document'] ?? (documents.length === 1 ? documents[0]!.id : '');
  const raw = `/api/files/${encodeURIComponent(file.id)}/raw`;
  return (
    <Page
      title={file.name}
      above={
        <>
          <Link to="/files">Files</Link> <span aria-hidden="true">/</span>
          {file.direction === 'inbound' ? 'from' : 'to'} {partnerName(file.partnerId) || 'an unknown partner'}
        </>
      }
      heading={
        <>
          {file.name} <Status code={file.status} />
        </>
      }
      tools={
        <>
          <Button component="a" href={raw} variant="default">
            Download
          </Button>
          {file.direction === 'inbound' && role !== 'viewer' ? (
            <Button variant="default" onClick={() => setAgain(true)}>
              Process again
            </Button>
          ) : null}
        </>
      }
    >
      <Card>
        <Facts>
          <Fact name="What">{file.summary ?? 'not known'}</Fact>
          <Fact name="Channel">{describeChannel(file)}</Fact>
          <Fact name={file.direction === 'inbound' ? 'Received' : 'Made'}>
            <When at={file.createdAt} />
          </Fact>
          <Fact name="Size">{formatSize(file.sizeBytes)}</Fact>
          <Fact name="SHA-256">
            {/* All of it, though not all is seen: what is marked and copied, or printed, is whole. */}
            <code className={styles.hash} title={file.sha256}>
              {file.sha256}
            </code>
            <CopyButton text={file.sha256} label="Copy the SHA-256" />
          </Fact>
          <Fact name={wordsOfAnswer(file)}>
            {acknowledgments.length === 0
              ? 'none'
              : acknowledgments.map((one) => (
                  <span key={one.id} className={styles.acknowledgment}>
                    <Link to="/files/$id" params={{ id: one.id }}>
                      {one.name}
                    </Link>{' '}
                    <Status code={one.status} bare />
                  </span>
                ))}
          </Fact>
        </Facts>
      </Card>
      <div className={styles.columns}>
        <Card
          title={
            <>
              Content{' '}
              <span className={styles.count}>{page === undefined ? '' : formatCount(page.total, unit)}</span>
            </>
          }
          flush
        >
          <SourceView fileId={file.id} documentId={chosenDocument} />
        </Card>
        <div className={styles.side}>
          <Card
            title={
              <>
                Findings <span className={styles.count}>{findings.length === 0 ? '' : findings.length}</span>
              </>
            }
            tools={
              errors === 0 ? undefined : <Status code="error" text={formatCount(errors, 'error')} bare />
            }
          >
            {findings.length === 0 ? (
              <p className={styles.none}>Nothing was found wrong.</p>
            ) : (
              <FindingList
                findings={findings.slice(0, 50)}
                unit={unit === 'line' ? 'Line' : 'Segment'}
                segmentOf={(index) => page?.findingSegments[index] ?? undefined}
              />
            )}
            {findings.length > 50 ? <p>and {findings.length - 50} more, shown at their places</p> : null}
          </Card>
          {file.channel === 'as2' ? <As2Messages fileId={file.id} /> : null}
          {interchanges.length === 0 ? null : (
            <Card title="In this file">
              <InterchangeTree
                interchanges={interchanges}
                documents={documents}
                segmentOf={(documentId) => page?.documentSegments[documentId]}
              />
            </Card>
          )}
          <Card title="Documents" flush>
            <DocumentTable documents={documents} />
          </Card>
        </div>
      </div>
      {again ? <ReprocessDialog id={file.id} onClose={() => setAgain(false)} /> : null}
    </Page>
  );
}

/** What the related files are: those that answer this one, or the one that this one answers. */
function wordsOfAnswer({ direction, answersFileId = '' }: FileDetail['file']): string {
  if (answersFileId !== '') return 'Acknowledges';
  return direction === 'inbound' ? 'Our acknowledgment' : 'Their acknowledgment';
}

function ReprocessDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const run = useSending();
  return (
    <Dialog title="Process again" onClose={onClose}>
      <p>
        The archived bytes run again with the maps and partners of today. Only what is missing is applied; the
        partner gets a new acknowledgment only if the first one was a rejection.
      </p>
      <ReasonForm
        label="Process again"
        onClose={onClose}
        onSubmit={(reason) =>
          run(`files/${encodeURIComponent(id)}/reprocess`, { reason }, 'The file is being processed again.')
        }
      />
    </Dialog>
  );
}

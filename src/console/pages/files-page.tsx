import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { filesQuery, partnersQuery, usePartnerName, useSession } from '../data/queries.ts';
import type { GatewayFile } from '../data/types.ts';
import { Icon } from '../parts/icons.tsx';
import { Choice, ListPage, useFilters } from '../parts/list-page.tsx';
import { EmptyState } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import type { Column } from '../parts/table.tsx';
import { UploadDialog } from '../parts/upload-dialog.tsx';
import { When } from '../parts/when.tsx';
import { describeChannel } from '../words/channel.ts';
import { formatSize, humanise } from '../words/format.ts';
import styles from './files-page.module.css';

const STATUSES = [
  'received',
  'processed',
  'partlyProcessed',
  'rejected',
  'ignored',
  'queued',
  'awaitingReceipt',
  'sent',
  'failed',
];

/** S4: what came in and what went out. */
export function FilesPage() {
  const partnerName = usePartnerName();
  const [search] = useFilters();
  const { role } = useSession();
  const { data: partners } = useQuery(partnersQuery);
  const [upload, setUpload] = useState(false);
  const columns: Column<GatewayFile>[] = [
    {
      name: 'File',
      cell: (file) => (
        <div className={styles.file}>
          <Icon
            name={file.direction === 'inbound' ? 'in' : 'out'}
            width="16"
            height="16"
            aria-label={file.direction === 'inbound' ? 'In' : 'Out'}
          />
          <div>
            <Link to="/files/$id" params={{ id: file.id }}>
              {file.name}
            </Link>
            <p>{file.summary ?? humanise(file.syntax ?? 'not read yet')}</p>
          </div>
        </div>
      ),
    },
    { name: 'Partner', cell: (file) => partnerName(file.partnerId) || 'not known' },
    {
      name: 'State',
      cell: (file) => (
        <span className={styles.state}>
          <Status code={file.status} />
          {file.worst === undefined || file.worst === 'info' ? null : (
            <Status code={file.worst} text={file.worst === 'error' ? 'has errors' : 'has warnings'} bare />
          )}
        </span>
      ),
    },
    { name: 'Channel', extra: true, cell: (file) => describeChannel(file) },
    { name: 'Size', numeric: true, extra: true, cell: (file) => formatSize(file.sizeBytes) },
    { name: 'When', extra: true, cell: (file) => <When at={file.createdAt} /> },
  ];
  return (
    <>
      <ListPage
        title="Files"
        query={filesQuery(search)}
        columns={columns}
        keyOf={(file) => file.id}
        tools={
          role === 'viewer' ? null : (
            <Button
              variant="default"
              leftSection={<Icon name="upload" width="16" height="16" />}
              onClick={() => setUpload(true)}
            >
              Try a file
            </Button>
          )
        }
        filters={
          <>
            <Choice
              label="Direction"
              name="direction"
              options={[
                ['inbound', 'In'],
                ['outbound', 'Out'],
              ]}
            />
            <Choice
              label="Partner"
              name="partnerId"
              options={(partners?.records ?? []).map(({ id, name }) => [id, name] as const)}
            />
            <Choice
              label="State"
              name="status"
              options={STATUSES.map((status) => [status, humanise(status)] as const)}
            />
          </>
        }
        empty={
          <EmptyState title="No files yet">
            <p>Files appear here the moment they are picked up from a partner’s channel or sent to one.</p>
          </EmptyState>
        }
      />
      {upload ? <UploadDialog onClose={() => setUpload(false)} /> : null}
    </>
  );
}

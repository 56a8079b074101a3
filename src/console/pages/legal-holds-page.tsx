import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { legalHoldsQuery, usePartnerName, useSession } from '../data/queries.ts';
import type { LegalHold } from '../data/types.ts';
import { Form, useSending } from '../parts/claim-dialogs.tsx';
import { Dialog } from '../parts/dialog.tsx';
import styles from '../parts/exception-dialogs.module.css';
import { Card, Page } from '../parts/page.tsx';
import { EmptyState, ErrorState, LoadingRows } from '../parts/states.tsx';
import { Table } from '../parts/table.tsx';
import { When } from '../parts/when.tsx';
import { humanise } from '../words/format.ts';
import { HOLD_SCOPES } from '../words/repeats.ts';

/** What has to be kept whatever its age, because somebody may have to prove it. */
export function LegalHoldsPage() {
  const { role } = useSession();
  const partnerName = usePartnerName();
  const holds = useQuery(legalHoldsQuery);
  const [placing, setPlacing] = useState(false);
  const [releasing, setReleasing] = useState<LegalHold>();
  const may = role === 'admin';
  const subjectOf = ({ scope, subject }: LegalHold) =>
    scope === 'all'
      ? 'Everything'
      : `${humanise(scope)} ${scope === 'partner' ? partnerName(subject) : subject}`;
  return (
    <Page
      title="Legal holds"
      tools={may ? <Button onClick={() => setPlacing(true)}>Place a hold</Button> : undefined}
    >
      {holds.isError ? (
        <ErrorState error={holds.error} onRetry={() => void holds.refetch()} />
      ) : (
        <Card flush>
          {holds.data === undefined ? (
            <LoadingRows />
          ) : holds.data.records.length === 0 ? (
            <EmptyState title="Nothing is held">
              <p>Content goes when its time is over, as company.yaml says under retention.</p>
            </EmptyState>
          ) : (
            <Table
              caption="Legal holds"
              rows={holds.data.records}
              keyOf={({ id }) => id}
              columns={[
                { name: 'Kept', cell: subjectOf },
                { name: 'Why', cell: ({ reason }) => reason },
                { name: 'Placed by', extra: true, cell: ({ placedBy }) => placedBy },
                { name: 'Since', extra: true, cell: ({ placedAt }) => <When at={placedAt} /> },
                {
                  name: 'End',
                  cell: (hold) =>
                    may ? (
                      <Button size="compact-sm" variant="default" onClick={() => setReleasing(hold)}>
                        Release
                      </Button>
                    ) : (
                      '–'
                    ),
                },
              ]}
            />
          )}
        </Card>
      )}
      {placing ? <PlaceDialog onClose={() => setPlacing(false)} /> : null}
      {releasing === undefined ? null : (
        <ReleaseDialog
          hold={releasing}
          subject={subjectOf(releasing)}
          onClose={() => setReleasing(undefined)}
        />
      )}
    </Page>
  );
}

function PlaceDialog({ onClose }: { onClose: () => void }) {
  const run = useSending();
  const [scope, setScope] = useState<LegalHold['scope']>('partner');
  const [subject, setSubject] = useState('');
  const [reason, setReason] = useState('');
  const given = scope === 'all' ? '' : subject.trim();
  return (
    <Dialog title="Place a hold" onClose={onClose}>
      <Form
        label="Place the hold"
        disabled={reason.trim() === '' || (scope !== 'all' && given === '')}
        onClose={onClose}
        onSubmit={() => {
          onClose();
          void run('legal-holds', { scope, subject: given, reason: reason.trim() }, 'It is kept.');
        }}
      >
        <NativeSelect
          label="What"
          data={HOLD_SCOPES.map(([value, label]) => ({ value, label }))}
          value={scope}
          onChange={(event) => setScope(event.currentTarget.value as LegalHold['scope'])}
        />
        {scope === 'all' ? null : (
          <TextInput
            label="Its id"
            value={subject}
            onChange={(event) => setSubject(event.currentTarget.value)}
          />
        )}
        <Textarea
          label="Reason"
          description="It is kept in the audit log."
          rows={3}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </Form>
    </Dialog>
  );
}

function ReleaseDialog({
  hold,
  subject,
  onClose,
}: {
  hold: LegalHold;
  subject: string;
  onClose: () => void;
}) {
  const run = useSending();
  const [reason, setReason] = useState('');
  return (
    <Dialog title="Release a hold" onClose={onClose}>
      <div className={styles.preview}>
        <strong>{subject}</strong>
        <p>{hold.reason}</p>
        <p>What it kept goes when its time is over.</p>
      </div>
      <Form
        label="Release the hold"
        disabled={reason.trim() === ''}
        onClose={onClose}
        onSubmit={() => {
          onClose();
          const path = `legal-holds/${encodeURIComponent(hold.id)}/release`;
          void run(path, { reason: reason.trim() }, 'The hold has ended.');
        }}
      >
        <Textarea
          label="Reason"
          rows={3}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </Form>
    </Dialog>
  );
}

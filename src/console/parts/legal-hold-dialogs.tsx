import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { LegalHold } from '../data/types.ts';
import { HOLD_SCOPES } from '../words/repeats.ts';
import { Form, useSending } from './claim-dialogs.tsx';
import { Dialog } from './dialog.tsx';
import styles from './exception-dialogs.module.css';

export function PlaceHoldDialog({ onClose }: { onClose: () => void }) {
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

export function ReleaseHoldDialog({
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

import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useSending } from '../data/sending.ts';
import type { LegalHold } from '../data/types.ts';
import { HOLD_SCOPES } from '../words/repeats.ts';
import { ReasonForm } from './dialog-form.tsx';
import { Dialog } from './dialog.tsx';
import styles from './exception-dialogs.module.css';

export function PlaceHoldDialog({ onClose }: { onClose: () => void }) {
  const run = useSending();
  const [scope, setScope] = useState<LegalHold['scope']>('partner');
  const [subject, setSubject] = useState('');
  const given = scope === 'all' ? '' : subject.trim();
  return (
    <Dialog title="Place a hold" onClose={onClose}>
      <ReasonForm
        label="Place the hold"
        description="It is kept in the audit log."
        disabled={scope !== 'all' && given === ''}
        onClose={onClose}
        onSubmit={(reason) => run('legal-holds', { scope, subject: given, reason }, 'It is kept.')}
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
      </ReasonForm>
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
  return (
    <Dialog title="Release a hold" onClose={onClose}>
      <div className={styles.preview}>
        <strong>{subject}</strong>
        <p>{hold.reason}</p>
        <p>What it kept goes when its time is over.</p>
      </div>
      <ReasonForm
        label="Release the hold"
        onClose={onClose}
        onSubmit={(reason) =>
          run(`legal-holds/${encodeURIComponent(hold.id)}/release`, { reason }, 'The hold has ended.')
        }
      />
    </Dialog>
  );
}

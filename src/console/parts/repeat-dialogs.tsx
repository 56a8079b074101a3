import { NativeSelect, Textarea } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useSending } from '../data/sending.ts';
import type { Approval, RepeatResult, RepeatVerb } from '../data/types.ts';
import { describeRepeat, REPEAT_VERBS } from '../words/repeats.ts';
import { DialogForm } from './dialog-form.tsx';
import { Dialog, DialogButton, STAYS } from './dialog.tsx';
import styles from './exception-dialogs.module.css';
import { Status } from './status.tsx';
import { Table } from './table.tsx';

/** Many at once: first what would happen to each, then the same for good. */
export function RunRepeatDialog({ onClose }: { onClose: () => void }) {
  const run = useSending();
  const navigate = useNavigate();
  const [verb, setVerb] = useState<RepeatVerb>('retransmit');
  const [text, setText] = useState('');
  const [reason, setReason] = useState('');
  const [shown, setShown] = useState<{ of: string; result: RepeatResult }>();
  const ids = [...new Set(text.split(/[\s,;]+/).filter((id) => id !== ''))];
  const takes = REPEAT_VERBS.find(([name]) => name === verb)?.[2] ?? 'Ids';
  const body = { verb, ids, reason: reason.trim() };
  // A preview that comes when something else is asked already must not be what is agreed to.
  const asked = JSON.stringify([verb, ids]);
  const preview = shown?.of === asked ? shown.result : undefined;
  const possible = preview?.items.filter(({ outcome }) => outcome === 'possible').length ?? 0;
  const ask = async () => {
    const result = await run<RepeatResult>(
      'repeats',
      { ...body, dryRun: true },
      'Nothing has been done yet.',
    );
    setShown({ of: asked, result });
    return STAYS;
  };
  const act = async () => {
    const result = await run<RepeatResult>('repeats', body, 'It stands under Repeats.');
    if (result.runId === undefined) {
      setShown({ of: asked, result });
      return STAYS;
    }
    void navigate({ to: '/repeats/$id', params: { id: result.runId } });
    return undefined;
  };
  return (
    <Dialog title="Do again" wide onClose={onClose}>
      <DialogForm
        label={possible > 0 ? `Do it for ${possible}` : 'Preview'}
        disabled={ids.length === 0 || reason.trim() === '' || preview?.approvalId !== undefined}
        onClose={onClose}
        onSubmit={() => (possible > 0 ? act() : ask())}
      >
        <NativeSelect
          label="What"
          data={REPEAT_VERBS.map(([value, label]) => ({ value, label }))}
          value={verb}
          onChange={(event) => setVerb(event.currentTarget.value as RepeatVerb)}
        />
        <Textarea
          label={takes}
          description="One in each line, or with commas between them."
          rows={4}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Textarea
          label="Reason"
          description="It is kept in the audit log."
          rows={2}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {preview === undefined ? null : <Preview result={preview} />}
      </DialogForm>
    </Dialog>
  );
}

function Preview({ result }: { result: RepeatResult }) {
  return (
    <>
      {result.secondPerson === undefined ? null : (
        <div className={styles.preview}>
          <strong>
            {result.approvalId === undefined
              ? 'A second person has to agree'
              : 'It waits for a second person now'}
          </strong>
          <p>{result.secondPerson}</p>
        </div>
      )}
      <RepeatItems items={result.items} />
    </>
  );
}

/** What happens, or has happened, to each. `begun`: what is still possible has not been reached. */
export function RepeatItems({ items, begun = false }: { items: RepeatResult['items']; begun?: boolean }) {
  return (
    <Table
      caption="What happens to each"
      rows={items}
      keyOf={({ id }) => id}
      columns={[
        { name: 'What', cell: ({ name }) => name },
        {
          name: 'Outcome',
          cell: ({ outcome }) => (
            <Status code={`repeat:${begun && outcome === 'possible' ? 'stopped' : outcome}`} />
          ),
        },
        { name: 'Effects', cell: ({ text, effects }) => [text, ...effects].filter(Boolean).join(' ') },
      ]}
    />
  );
}

/** A second person looks at what waits, and agrees or refuses. */
export function ApprovalDialog({ approval, onClose }: { approval: Approval; onClose: () => void }) {
  const run = useSending();
  const [reason, setReason] = useState('');
  const decide = (approve: boolean) => {
    const path = `approvals/${encodeURIComponent(approval.id)}/decision`;
    return run(path, { approve, reason: reason.trim() }, approve ? 'Agreed and done.' : 'Refused.');
  };
  return (
    <Dialog title={describeRepeat(approval.verb, approval.ids.length)} onClose={onClose}>
      <div className={styles.preview}>
        <strong>
          {approval.requestedBy}: {approval.reason}
        </strong>
        <p>{approval.because}</p>
      </div>
      <DialogForm
        label="Agree, and do it"
        disabled={reason.trim() === ''}
        onClose={onClose}
        onSubmit={() => decide(true)}
      >
        <Textarea
          label="Your reason"
          description="The one who asked for it cannot agree to it."
          rows={3}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <div>
          <DialogButton variant="default" disabled={reason.trim() === ''} onPress={() => decide(false)}>
            Refuse
          </DialogButton>
        </div>
      </DialogForm>
    </Dialog>
  );
}

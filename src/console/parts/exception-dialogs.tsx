import { Textarea, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { ApiProblem } from '../data/api.ts';
import { useExceptionActions } from '../data/exception-actions.ts';
import { useSession } from '../data/queries.ts';
import type { Exception } from '../data/types.ts';
import { wordsOfAction } from '../words/actions.ts';
import { DialogForm, ReasonForm } from './dialog-form.tsx';
import { Dialog, DialogButton } from './dialog.tsx';
import { LongText } from './long-text.tsx';
import { PartnerContacts } from './partner-contacts.tsx';
import styles from './exception-dialogs.module.css';

/** What is being asked about an exception. */
export type Asking = { kind: 'assign' | 'snooze' | 'comment' } | { kind: 'decide'; action: string };

/** The dialog for an action; nothing leaves the building without it. */
export function ExceptionDialog({
  exception,
  asking,
  onClose,
}: {
  exception: Exception;
  asking: Asking;
  onClose: () => void;
}) {
  switch (asking.kind) {
    case 'assign':
      return <AssignDialog exception={exception} onClose={onClose} />;
    case 'snooze':
      return <SnoozeDialog exception={exception} onClose={onClose} />;
    case 'comment':
      return <CommentDialog exception={exception} onClose={onClose} />;
    case 'decide':
      return <DecideDialog exception={exception} action={asking.action} onClose={onClose} />;
  }
}

interface Props {
  exception: Exception;
  onClose: () => void;
}

function DecideDialog({ exception, action, onClose }: Props & { action: string }) {
  const { decide } = useExceptionActions();
  const words = wordsOfAction(action);
  const [values, setValues] = useState<Record<string, string>>({});
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ''));
  const counter = action === 'counter';
  // What is on the screen is asked for again all the time; decided is what was read, before the reason was typed.
  const seen = useRef<number | undefined>(exception.revision);
  const submit = async (reason: string) => {
    const { revision, detail } = exception;
    if (seen.current !== undefined && seen.current !== revision) {
      seen.current = revision;
      throw new Error(
        `This has changed since you opened it. It says now: ${detail} Look again, then decide.`,
      );
    }
    const decision = { action, reason, ...(counter ? { values: given } : {}) };
    try {
      await decide(exception, decision, words.done ?? `${words.label}: done.`);
    } catch (error) {
      // Told by the gateway: what comes next was looked at.
      if (error instanceof ApiProblem && error.code === 'CONFLICT') seen.current = undefined;
      throw error;
    }
  };
  const field = (name: string, label: string, type = 'text', mode: 'decimal' | 'text' = 'text') => (
    <TextInput
      label={label}
      type={type}
      inputMode={mode}
      value={values[name] ?? ''}
      onChange={(event) => {
        const { value } = event.currentTarget;
        setValues((old) => ({ ...old, [name]: value }));
      }}
    />
  );
  return (
    <Dialog title={words.label} onClose={onClose}>
      <div className={styles.preview}>
        <strong>{exception.title}</strong>
        <LongText text={exception.detail} />
        <p>{words.consequence}</p>
      </div>
      {action === 'askSupplier' ? <PartnerContacts partnerId={exception.partnerId} /> : null}
      <ReasonForm
        label={words.label}
        {...(action === 'askSupplier'
          ? { asks: 'Your question' }
          : { description: 'Kept with the decision, for whoever asks later.' })}
        disabled={counter && Object.keys(given).length === 0}
        onClose={onClose}
        onSubmit={submit}
      >
        {counter ? (
          <div className={styles.values}>
            {field('quantity', 'Quantity', 'text', 'decimal')}
            {field('date', 'Delivery date', 'date')}
            {field('priceAmount', 'Price', 'text', 'decimal')}
          </div>
        ) : null}
      </ReasonForm>
    </Dialog>
  );
}

function AssignDialog({ exception, onClose }: Props) {
  const { assign } = useExceptionActions();
  const { name } = useSession();
  const [assignee, setAssignee] = useState(exception.assignee === '' ? name : exception.assignee);
  return (
    <Dialog title="Assign" onClose={onClose}>
      <DialogForm label="Assign" onClose={onClose} onSubmit={() => assign(exception, assignee.trim())}>
        <TextInput
          label="Who takes care of it"
          description="A name as in the sign-in; empty for nobody."
          value={assignee}
          onChange={(event) => setAssignee(event.currentTarget.value)}
        />
      </DialogForm>
    </Dialog>
  );
}

function CommentDialog({ exception, onClose }: Props) {
  const { comment } = useExceptionActions();
  const [text, setText] = useState('');
  return (
    <Dialog title="Comment" onClose={onClose}>
      <DialogForm
        label="Add comment"
        disabled={text.trim() === ''}
        onClose={onClose}
        onSubmit={() => comment(exception, text.trim())}
      >
        <Textarea
          label="For your colleagues"
          rows={4}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </DialogForm>
    </Dialog>
  );
}

const HOUR_MS = 3_600_000;

function SnoozeDialog({ exception, onClose }: Props) {
  const { snooze } = useExceptionActions();
  const [other, setOther] = useState('');
  const choose = (until: Date, words: string) => snooze(exception, until.toISOString(), words);
  const choices: [string, Date, string][] = [
    ['For an hour', new Date(Date.now() + HOUR_MS), 'for an hour'],
    ['For four hours', new Date(Date.now() + 4 * HOUR_MS), 'for four hours'],
    ['Until tomorrow, 8:00', morning(1), 'until tomorrow'],
    ['Until Monday, 8:00', morning((8 - new Date().getDay()) % 7 || 7), 'until Monday'],
  ];
  return (
    <Dialog title="Snooze" onClose={onClose}>
      <p className={styles.note}>
        It comes back by itself then, or earlier when the same trouble happens again.
      </p>
      <div className={styles.choices}>
        {choices.map(([label, until, words], index) => (
          <DialogButton
            key={label}
            variant="default"
            data-first={index === 0 ? true : undefined}
            onPress={() => choose(until, words)}
          >
            {label}
          </DialogButton>
        ))}
      </div>
      <DialogForm
        label="Snooze"
        disabled={!(Date.parse(other) > Date.now())}
        onClose={onClose}
        onSubmit={() => choose(new Date(other), `until ${other.replace('T', ' ')}`)}
      >
        <TextInput
          type="datetime-local"
          label="Another time"
          value={other}
          onChange={(event) => setOther(event.currentTarget.value)}
        />
      </DialogForm>
    </Dialog>
  );
}

function morning(days: number): Date {
  const at = new Date();
  at.setDate(at.getDate() + days);
  at.setHours(8, 0, 0, 0);
  return at;
}

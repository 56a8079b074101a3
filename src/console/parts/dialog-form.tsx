import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useDialogRequest } from './dialog.tsx';
import styles from './exception-dialogs.module.css';

/** What a dialog asks for, with the buttons below it. */
export function DialogForm({
  label,
  disabled = false,
  onSubmit,
  onClose,
  children,
}: {
  /** What the button does. */
  label: string;
  disabled?: boolean;
  onSubmit: () => Promise<unknown>;
  onClose: () => void;
  children: ReactNode;
}) {
  const { busy, run } = useDialogRequest();
  const [submitted, setSubmitted] = useState(false);
  const submit = async () => {
    setSubmitted(true);
    await run(onSubmit);
    setSubmitted(false);
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={(event) => {
        // In a text Enter is a new line: with Ctrl it sends, without a way over two buttons.
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.repeat) return;
        event.preventDefault();
        if (!disabled && !busy) event.currentTarget.requestSubmit();
      }}
    >
      {children}
      <div className={styles.buttons}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={submitted && busy} disabled={disabled || busy}>
          {label}
        </Button>
      </div>
    </form>
  );
}

/** Asks for the reason beside whatever else (`children`), without which nothing is done. */
export function ReasonForm({
  label,
  asks = 'Reason',
  description,
  disabled = false,
  onSubmit,
  onClose,
  children,
}: {
  label: string;
  asks?: string;
  description?: string;
  disabled?: boolean;
  onSubmit: (reason: string) => Promise<unknown>;
  onClose: () => void;
  children?: ReactNode;
}) {
  const [reason, setReason] = useState('');
  return (
    <DialogForm
      label={label}
      disabled={disabled || reason.trim() === ''}
      onClose={onClose}
      onSubmit={() => onSubmit(reason.trim())}
    >
      {children}
      <Textarea
        label={asks}
        description={description}
        rows={3}
        required
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </DialogForm>
  );
}

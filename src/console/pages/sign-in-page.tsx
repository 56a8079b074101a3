import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useId, useLayoutEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { send } from '../data/api.ts';
import styles from './sign-in-page.module.css';

export function SignInPage() {
  return (
    <main className={styles.page}>
      <SignInForm className={styles.card}>
        <img src="/icon.svg" width="40" height="40" alt="" />
        <h1>Sign in to Tradelane</h1>
        <p>
          Open the link that the gateway printed when it started, or paste an API token. The first one lies in
          the file <code>admin-token</code> of the data folder.
        </p>
      </SignInForm>
    </main>
  );
}

/** The session has ended while somebody works: what he has open and typed stays behind it, out of sight. */
export function SignInAgain() {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog?.open === false) dialog.showModal();
    dialog?.querySelector('input')?.focus();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className={styles.again}
      aria-labelledby={heading}
      onCancel={(event) => event.preventDefault()}
      // The browser closes at the second Escape by itself.
      onClose={() => {
        if (ref.current?.open === false) ref.current.showModal();
      }}
    >
      <SignInForm className={styles.card}>
        <h2 id={heading}>Sign in again</h2>
        <p>Your session has ended. What you have open and typed is still there.</p>
      </SignInForm>
    </dialog>
  );
}

function SignInForm({ className, children }: { className: string | undefined; children: ReactNode }) {
  const queryClient = useQueryClient();
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState(
    new URLSearchParams(window.location.search).has('signIn')
      ? 'The token in that link is not known. It may be an old link.'
      : '',
  );
  const [busy, setBusy] = useState(false);

  const signIn = async () => {
    setBusy(true);
    try {
      await send('POST', 'session', { token });
      await queryClient.invalidateQueries();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      className={className}
      onSubmit={(event) => {
        event.preventDefault();
        void signIn();
      }}
    >
      {children}
      <TextInput
        type="password"
        label="API token"
        autoComplete="current-password"
        value={token}
        error={problem === '' ? undefined : problem}
        onChange={(event) => setToken(event.currentTarget.value)}
      />
      <Button type="submit" loading={busy} disabled={token.trim() === ''}>
        Sign in
      </Button>
    </form>
  );
}

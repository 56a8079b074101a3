import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { send } from '../data/api.ts';
import styles from './sign-in-page.module.css';

export function SignInPage() {
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
    <main className={styles.page}>
      <form
        className={styles.card}
        onSubmit={(event) => {
          event.preventDefault();
          void signIn();
        }}
      >
        <img src="/icon.svg" width="40" height="40" alt="" />
        <h1>Sign in to Tradelane</h1>
        <p>
          Open the link that the gateway printed when it started, or paste an API token. The first one lies in
          the file <code>admin-token</code> of the data folder.
        </p>
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
    </main>
  );
}

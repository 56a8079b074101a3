import { UnstyledButton } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useId, useRef, useState } from 'react';
import { send } from '../data/api.ts';
import { useSession } from '../data/queries.ts';
import { useShortcutsEnabled } from './shortcuts.ts';
import { useToasts } from './toasts.tsx';
import styles from './user-menu.module.css';

export function UserMenu({ onHelp }: { onHelp: () => void }) {
  const session = useSession();
  const queryClient = useQueryClient();
  const toasts = useToasts();
  const [open, setOpen] = useState(false);
  const [shortcuts, setShortcuts] = useShortcutsEnabled();
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useId();

  useEffect(() => {
    if (!open) return undefined;
    const onPointer = (event: PointerEvent) => {
      if (event.target instanceof Node && root.current?.contains(event.target) === false) setOpen(false);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener('pointerdown', onPointer);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', onPointer);
      document.removeEventListener('keydown', onKey);
    };
  }, [open]);

  const signOut = async () => {
    try {
      await send('DELETE', 'session');
      queryClient.clear();
      window.location.assign('/');
    } catch (error) {
      toasts.fail(error instanceof Error ? error.message : String(error));
    }
  };

  return (
    <div ref={root} className={styles.root}>
      <UnstyledButton
        ref={button}
        className={styles.button}
        aria-expanded={open}
        aria-controls={panel}
        aria-label={`${session.name}, ${session.role}: your settings`}
        onClick={() => setOpen(!open)}
      >
        {session.name.slice(0, 2).toUpperCase()}
      </UnstyledButton>
      {open ? (
        <div id={panel} className={styles.panel}>
          <p className={styles.who}>
            <strong>{session.name}</strong>
            <span>
              {session.role} · {session.company}
            </span>
          </p>
          <label className={styles.item}>
            <input
              type="checkbox"
              checked={shortcuts}
              onChange={(event) => setShortcuts(event.currentTarget.checked)}
            />
            Single-key shortcuts
          </label>
          <Link to="/repeats" className={styles.item} onClick={() => setOpen(false)}>
            Repeats and approvals
          </Link>
          <Link to="/retention" className={styles.item} onClick={() => setOpen(false)}>
            Retention and legal holds
          </Link>
          <UnstyledButton
            className={styles.item}
            onClick={() => {
              setOpen(false);
              onHelp();
            }}
          >
            Keyboard help <kbd>?</kbd>
          </UnstyledButton>
          <a className={styles.item} href="/api/openapi.json" target="_blank" rel="noreferrer">
            API description
          </a>
          <UnstyledButton className={styles.item} onClick={() => void signOut()}>
            Sign out
          </UnstyledButton>
        </div>
      ) : null}
    </div>
  );
}

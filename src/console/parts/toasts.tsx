import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { UnstyledButton } from '@mantine/core';
import { Icon } from './icons.tsx';
import styles from './toasts.module.css';

interface Toast {
  id: number;
  text: string;
  failed: boolean;
  undo?: () => void;
}

interface Toasts {
  /** Tells what was done; with `undo` it can be taken back for as long as it is shown. */
  tell(text: string, undo?: () => void): void;
  fail(text: string): void;
  /** Takes back the latest that can be taken back. */
  undoLatest(): void;
  /** A modal dialog, beside which nothing can be read or pressed, shows them until the function that it gets is called. */
  showIn: (dialog: HTMLElement) => () => void;
}

const SHOWN_MS = 8_000;

const ToastContext = createContext<Toasts | undefined>(undefined);

export function useToasts(): Toasts {
  const toasts = useContext(ToastContext);
  if (toasts === undefined) throw new Error('useToasts is used outside of ToastProvider');
  return toasts;
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const [dialogs, setDialogs] = useState<readonly HTMLElement[]>([]);
  const latest = useRef<Toast[]>([]);
  const next = useRef(1);
  useEffect(() => {
    latest.current = toasts;
  }, [toasts]);

  const remove = useCallback((id: number) => {
    setToasts((shown) => shown.filter((toast) => toast.id !== id));
  }, []);

  const add = useCallback(
    (text: string, failed: boolean, undo?: () => void) => {
      const id = next.current++;
      setToasts((shown) => [
        ...shown.slice(-3),
        { id, text, failed, ...(undo === undefined ? {} : { undo }) },
      ]);
      setTimeout(() => remove(id), failed ? SHOWN_MS * 2 : SHOWN_MS);
    },
    [remove],
  );

  const [value] = useState<Toasts>(() => ({
    tell: (text, undo) => add(text, false, undo),
    fail: (text) => add(text, true),
    undoLatest: () => {
      const toast = latest.current.findLast((shown) => shown.undo !== undefined);
      if (toast === undefined) return;
      remove(toast.id);
      toast.undo?.();
    },
    showIn: (dialog) => {
      setDialogs((open) => [...open, dialog]);
      return () => setDialogs((open) => open.filter((one) => one !== dialog));
    },
  }));

  const dialog = dialogs.at(-1);
  const area = (
    <div className={`${styles.area} no-print`} role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className={styles.toast} data-failed={toast.failed}>
          <span>{toast.text}</span>
          {toast.undo === undefined ? null : (
            <UnstyledButton
              className={styles.undo}
              onClick={() => {
                remove(toast.id);
                toast.undo?.();
              }}
            >
              Undo {dialog === undefined ? <kbd>z</kbd> : null}
            </UnstyledButton>
          )}
          <UnstyledButton
            className={styles.close}
            aria-label="Close message"
            onClick={() => remove(toast.id)}
          >
            <Icon name="close" width="14" height="14" />
          </UnstyledButton>
        </div>
      ))}
    </div>
  );
  return (
    <ToastContext value={value}>
      {children}
      {dialog === undefined ? area : createPortal(area, dialog)}
    </ToastContext>
  );
}

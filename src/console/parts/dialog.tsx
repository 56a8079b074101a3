import { Button, UnstyledButton } from '@mantine/core';
import type { ButtonProps } from '@mantine/core';
import { createContext, useContext, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import styles from './dialog.module.css';
import { Icon } from './icons.tsx';
import { useToasts } from './toasts.tsx';

/** What a request resolves to where the dialog has more to show or to ask after it. */
export const STAYS = Symbol('the dialog stays');

interface DialogRequest {
  /** An answer is awaited. */
  busy: boolean;
  /**
   * Sends, once: nothing while an answer is awaited. The dialog closes with the gateway's yes (unless it is `STAYS`); what
   * `work` throws is shown in it, with everything that was typed.
   */
  run: (work: () => Promise<unknown>) => Promise<void>;
}

const DialogContext = createContext<DialogRequest | undefined>(undefined);

export function useDialogRequest(): DialogRequest {
  const request = useContext(DialogContext);
  if (request === undefined) throw new Error('useDialogRequest is used outside of Dialog');
  return request;
}

/** A modal dialog of the browser's own: it keeps the focus inside, closes on Escape and gives the focus back. */
export function Dialog({
  title,
  onClose,
  wide,
  children,
}: {
  title: string;
  onClose: () => void;
  wide?: boolean;
  children: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const pressedOutside = useRef(false);
  const heading = useId();
  const { request, problem } = useRequest(ref, onClose);
  const { showIn } = useToasts();
  // Closed before it is taken out of the page: the browser gives the focus back at its closing only.
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog?.open === false) dialog.showModal();
    // What is to be filled in comes first, not the way out.
    dialog?.querySelector<HTMLElement>('input, textarea, select, form button, [data-first]')?.focus();
    return () => dialog?.close();
  }, []);
  useEffect(() => showIn(ref.current!), [showIn]);
  // An answer that is awaited is not left by a slip; the buttons still close.
  const slip = () => {
    if (!request.busy) onClose();
  };
  return (
    <dialog
      ref={ref}
      className={styles.dialog}
      data-wide={wide === true}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        slip();
      }}
      // The browser closes at the second Escape by itself.
      onClose={() => {
        if (ref.current?.open === false) onClose();
      }}
      onPointerDown={(event) => {
        pressedOutside.current = event.target === ref.current;
      }}
      onClick={(event) => {
        // Text that is marked with the mouse until outside of the dialog is a click there too.
        if (event.target === ref.current && pressedOutside.current) slip();
      }}
    >
      <div className={styles.body}>
        <header className={styles.header}>
          <h2 id={heading}>{title}</h2>
          <UnstyledButton className={styles.close} aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </UnstyledButton>
        </header>
        <DialogContext value={request}>{children}</DialogContext>
        {problem === undefined ? null : <Problem text={problem} />}
      </div>
    </dialog>
  );
}

function useRequest(
  dialog: { readonly current: HTMLDialogElement | null },
  onClose: () => void,
): { request: DialogRequest; problem: string | undefined } {
  const toasts = useToasts();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const underWay = useRef(false);
  const pressed = useRef<Element>(null);
  useEffect(() => {
    // A button that is disabled while an answer is awaited loses the focus.
    if (!busy && pressed.current instanceof HTMLElement) pressed.current.focus();
    pressed.current = null;
  }, [busy]);
  const run = async (work: () => Promise<unknown>) => {
    if (underWay.current) return;
    underWay.current = true;
    pressed.current = document.activeElement;
    setProblem(undefined);
    setBusy(true);
    try {
      if ((await work()) !== STAYS && dialog.current !== null) onClose();
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (dialog.current === null) toasts.fail(text);
      else setProblem(text);
    }
    underWay.current = false;
    setBusy(false);
  };
  return { request: { busy, run }, problem };
}

function Problem({ text }: { text: string }) {
  const ref = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    ref.current?.scrollIntoView({ block: 'nearest' });
  }, [text]);
  return (
    <p ref={ref} role="alert" className={styles.problem}>
      {text}
    </p>
  );
}

/** A button of a dialog that sends by itself, beside the one of its form. */
export function DialogButton({
  onPress,
  disabled = false,
  children,
  ...rest
}: Omit<ButtonProps, 'disabled' | 'loading'> & {
  onPress: () => Promise<unknown>;
  disabled?: boolean;
  children: ReactNode;
  'data-first'?: true | undefined;
}) {
  const { busy, run } = useDialogRequest();
  const [pressed, setPressed] = useState(false);
  const press = async () => {
    setPressed(true);
    await run(onPress);
    setPressed(false);
  };
  return (
    <Button {...rest} loading={pressed} disabled={disabled || busy} onClick={() => void press()}>
      {children}
    </Button>
  );
}

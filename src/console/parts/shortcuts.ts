import { useEffect, useRef, useSyncExternalStore } from 'react';

const STORAGE_KEY = 'tradelane-shortcuts';
const listeners = new Set<() => void>();

/** Single-key shortcuts can be turned off (WCAG 2.1.4); the choice is kept in the browser. */
export function useShortcutsEnabled(): [boolean, (enabled: boolean) => void] {
  const enabled = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => localStorage.getItem(STORAGE_KEY) !== 'off',
  );
  const setEnabled = (value: boolean) => {
    localStorage.setItem(STORAGE_KEY, value ? 'on' : 'off');
    for (const listener of listeners) listener();
  };
  return [enabled, setEnabled];
}

/** How long the second key of `g o` may take. */
const SEQUENCE_MS = 1_000;

/**
 * Single keys (`j`, `?`) and sequences (`g o`). They never fire while something is typed, in a dialog, or with a
 * modifier held.
 */
export function useShortcuts(keys: Record<string, (() => void) | undefined>): void {
  const [enabled] = useShortcutsEnabled();
  const current = useRef(keys);
  useEffect(() => {
    current.current = keys;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    let prefix = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
      const action = current.current[prefix === '' ? event.key : `${prefix} ${event.key}`];
      clearTimeout(timer);
      const startsSequence =
        prefix === '' && Object.keys(current.current).some((key) => key.startsWith(`${event.key} `));
      prefix = startsSequence ? event.key : '';
      if (startsSequence) timer = setTimeout(() => (prefix = ''), SEQUENCE_MS);
      if (action === undefined) return;
      // A button or link in focus keeps its own Enter.
      if (
        event.key === 'Enter' &&
        event.target instanceof Element &&
        event.target.closest('a, button') !== null
      )
        return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('keydown', onKeyDown);
    };
  }, [enabled]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

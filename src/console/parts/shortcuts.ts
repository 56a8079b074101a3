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

type Keys = Record<string, (() => void) | undefined>;

/** How long the second key of `g o` may take. */
const SEQUENCE_MS = 1_000;

/** What may go on while a key is held down; everything else happens once. */
const REPEATING = ['j', 'k', 'ArrowDown', 'ArrowUp'];

/** Of the page and of the frame around it. One listener knows them all: the second key of a sequence is nobody else's. */
const mounted: { readonly current: Keys }[] = [];
let prefix = '';
let timer: ReturnType<typeof setTimeout> | undefined;

function onKeyDown(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
  if (event.key === 'Shift' || (event.repeat && !REPEATING.includes(event.key))) return;
  const first = prefix === '';
  const key = first ? event.key : `${prefix} ${event.key}`;
  const action = mounted.find(({ current }) => current[key] !== undefined)?.current[key];
  clearTimeout(timer);
  prefix = first && startsSequence(event.key) ? event.key : '';
  if (prefix !== '') timer = setTimeout(() => (prefix = ''), SEQUENCE_MS);
  if (action === undefined) return;
  // What is in focus keeps its own Enter.
  if (
    event.key === 'Enter' &&
    event.target instanceof Element &&
    event.target.closest('a, button, summary') !== null
  )
    return;
  event.preventDefault();
  action();
}

function startsSequence(key: string): boolean {
  return mounted.some(({ current }) => Object.keys(current).some((one) => one.startsWith(`${key} `)));
}

/**
 * Single keys (`j`, `?`) and sequences (`g o`). They never fire while something is typed, in a dialog, or with a
 * modifier held.
 */
export function useShortcuts(keys: Keys): void {
  const [enabled] = useShortcutsEnabled();
  const current = useRef(keys);
  useEffect(() => {
    current.current = keys;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    mounted.push(current);
    if (mounted.length === 1) window.addEventListener('keydown', onKeyDown);
    return () => {
      mounted.splice(mounted.indexOf(current), 1);
      if (mounted.length === 0) window.removeEventListener('keydown', onKeyDown);
    };
  }, [enabled]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';

/**
 * Of an element whose content may go away: the focus that was in it stays with it, and does not fall to the beginning of the
 * page. The element needs a `tabIndex`.
 */
export function useHeldFocus<E extends HTMLElement>(): RefObject<E | null> {
  const ref = useRef<E>(null);
  const last = useRef<Element>(null);
  useEffect(() => {
    // Not by React's own events: it tells none of what its changes of the page do to the focus.
    const onFocusIn = ({ target }: FocusEvent) => {
      last.current = target instanceof Element && ref.current?.contains(target) === true ? target : null;
    };
    const onFocusOut = ({ target }: FocusEvent) => {
      // What is taken away is not left by anybody.
      queueMicrotask(() => {
        if (last.current === target && last.current?.isConnected === true) last.current = null;
      });
    };
    document.addEventListener('focusin', onFocusIn);
    document.addEventListener('focusout', onFocusOut);
    return () => {
      document.removeEventListener('focusin', onFocusIn);
      document.removeEventListener('focusout', onFocusOut);
    };
  }, []);
  useEffect(() => {
    if (last.current?.isConnected !== false) return;
    last.current = null;
    if (document.activeElement === document.body) ref.current?.focus();
  });
  return ref;
}

/** How long a title has to stand until it is told: a page is called after its data when that has come. */
const SETTLED_MS = 500;

/**
 * A new page begins at `content`: whoever works by keyboard or by ear is there, not at the link that has gone. Gives what a
 * screen reader is to say.
 */
export function usePageStart(content: RefObject<HTMLElement | null>): string {
  const router = useRouter();
  const [announced, setAnnounced] = useState('');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = router.subscribe('onRendered', ({ fromLocation, toLocation }) => {
      if (fromLocation === undefined || pageOf(fromLocation) === pageOf(toLocation)) return;
      const paged = fromLocation.pathname === toLocation.pathname;
      // What a page has put the focus on stays.
      if (paged || content.current?.contains(document.activeElement) !== true) {
        content.current?.focus({ preventScroll: true });
      }
      clearTimeout(timer);
      timer = setTimeout(() => setAnnounced(document.title), SETTLED_MS);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [router, content]);
  return announced;
}

function pageOf({ pathname, search }: { pathname: string; search: { after?: string } }): string {
  return `${pathname} ${search.after ?? ''}`;
}

import { useSyncExternalStore } from 'react';

const PRINT = window.matchMedia('print');

function subscribe(listener: () => void): () => void {
  PRINT.addEventListener('change', listener);
  return () => PRINT.removeEventListener('change', listener);
}

/** While the page is being printed: what a click would show has to be there. */
export function usePrinting(): boolean {
  return useSyncExternalStore(subscribe, () => PRINT.matches);
}

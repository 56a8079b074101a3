import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';

/** What the address holds after the `?`: plain text, so that a link reads as it is meant. */
export type Search = Record<string, string | undefined>;

/** `step`: the browser's Back leads to what was before, and the page begins at its top. */
export type ChangeAddress = (change: Search, options?: { step?: boolean }) => void;

/** The search part of the address, and a way to change some of it; without a step in the history unless it is asked for. */
export function useAddress(): [Search, ChangeAddress] {
  const navigate = useNavigate();
  const search: Search = useSearch({ strict: false });
  return [
    search,
    (change, { step = false } = {}) =>
      void navigate({
        to: '.',
        search: (old: Search) => ({ ...old, ...change }),
        replace: !step,
        resetScroll: step,
      }),
  ];
}

/** How long the typing rests before the address follows it. */
const REST_MS = 250;

/**
 * A text of the address that is typed. What is typed stands at once, the address follows when the typing rests: one that
 * came back by way of the address would be late, and letters would fall into the wrong place.
 */
export function useTypedAddress(
  inAddress: string,
  change: (text: string) => void,
): [text: string, type: (text: string) => void] {
  const [text, setText] = useState(inAddress);
  /** What the address is about to be, by us. */
  const sent = useRef<string[]>([]);
  const latest = useRef(change);
  useEffect(() => {
    latest.current = change;
  });
  useEffect(() => {
    const at = sent.current.indexOf(inAddress);
    sent.current = at === -1 ? [] : sent.current.slice(at);
    // Changed by somebody else: a link, Back.
    if (at === -1) setText(inAddress);
  }, [inAddress]);
  useEffect(() => {
    if (text === (sent.current.at(-1) ?? inAddress)) return undefined;
    const timer = setTimeout(() => {
      sent.current.push(text);
      latest.current(text);
    }, REST_MS);
    return () => clearTimeout(timer);
    // Not when the address changes: what was typed before must not be sent once more.
  }, [text]);
  return [text, setText];
}

/** The id in the path of a detail page. */
export function useRouteId(): string {
  const params: { id?: string } = useParams({ strict: false });
  return params.id ?? '';
}

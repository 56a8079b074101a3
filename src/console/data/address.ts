import { useNavigate, useParams, useSearch } from '@tanstack/react-router';

/** What the address holds after the `?`: plain text, so that a link reads as it is meant. */
export type Search = Record<string, string | undefined>;

/** The search part of the address, and a way to change some of it without a step in the history. */
export function useAddress(): [Search, (change: Search) => void] {
  const navigate = useNavigate();
  const search: Search = useSearch({ strict: false });
  return [
    search,
    (change) => void navigate({ to: '.', search: (old: Search) => ({ ...old, ...change }), replace: true }),
  ];
}

/** The id in the path of a detail page. */
export function useRouteId(): string {
  const params: { id?: string } = useParams({ strict: false });
  return params.id ?? '';
}

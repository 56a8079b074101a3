import { useState } from 'react';

interface Identified {
  id: string;
}

/**
 * Keeps a list in its order while it is read: what changes, changes in its place; what is new waits until it is asked for;
 * what has gone stays, marked. Nothing moves under the cursor.
 */
export function useStableList<T extends Identified>(key: string, records: readonly T[] | undefined) {
  const [shown, setShown] = useState<{ key: string; ids: string[]; known: Map<string, T> }>();

  let current = shown;
  if (records !== undefined && (shown === undefined || shown.key !== key)) {
    current = { key, ids: records.map(({ id }) => id), known: new Map(records.map((one) => [one.id, one])) };
    setShown(current);
  }

  const fresh = new Map((records ?? []).map((one) => [one.id, one]));
  const ids = current?.key === key ? current.ids : [];
  const rows = ids.map((id) => {
    const record = fresh.get(id) ?? current!.known.get(id)!;
    return { record, gone: records !== undefined && !fresh.has(id) };
  });
  const added = (records ?? []).filter(({ id }) => !ids.includes(id)).length;

  return {
    rows,
    /** How many have come since. */
    added,
    /** Takes in what has come and lets go of what has gone. */
    refresh: () => {
      if (records === undefined) return;
      setShown({ key, ids: records.map(({ id }) => id), known: fresh });
    },
  };
}

import { useState } from 'react';

interface Identified {
  id: string;
}

/**
 * Keeps a list in its order while it is read: what changes, changes in its place; what is new waits until it is asked for;
 * what has gone stays, marked. Nothing moves under the cursor. `key` is what is listed; `records` are of it, or undefined as
 * long as they are not known.
 */
export function useStableList<T extends Identified>(key: string, records: readonly T[] | undefined) {
  const [shown, setShown] = useState<{ key: string; ids: string[]; known: Map<string, T> }>();

  let current = shown?.key === key ? shown : undefined;
  if (records !== undefined && current === undefined) {
    current = { key, ids: records.map(({ id }) => id), known: new Map(records.map((one) => [one.id, one])) };
    setShown(current);
  }

  const fresh = new Map((records ?? []).map((one) => [one.id, one]));
  const ids = current?.ids ?? [];
  const rows = ids.map((id) => {
    const record = fresh.get(id) ?? current!.known.get(id)!;
    return { record, gone: records !== undefined && !fresh.has(id) };
  });
  const added = (records ?? []).filter(({ id }) => !ids.includes(id)).length;

  return {
    rows,
    /** Something of this list has come, were it that it is empty. */
    known: current !== undefined,
    /** How many have come since. */
    added,
    /** Takes in what has come and lets go of what has gone. */
    refresh: () => {
      if (records === undefined) return;
      setShown({ key, ids: records.map(({ id }) => id), known: fresh });
    },
  };
}

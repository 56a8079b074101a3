import { useState } from 'react';

interface Identified {
  id: string;
}

interface Neighbours {
  /** Where it stands in the list, from 0; -1 where it is not in it, or not any more. */
  at: number;
  before: string | undefined;
  after: string | undefined;
}

/**
 * What stands before and after one in a list. Of one that has left the list, because it was decided, those that it stood
 * between: whoever works through the list goes on where he was. `records` are undefined as long as they are not known.
 */
export function useNeighbours(id: string, records: readonly Identified[] | undefined): Neighbours {
  const [last, setLast] = useState<readonly Identified[]>([]);
  const at = records?.findIndex((record) => record.id === id) ?? -1;
  if (records !== undefined && at !== -1 && records !== last) setLast(records);
  const list = at === -1 ? last : records!;
  const stood = list.findIndex((record) => record.id === id);
  if (stood === -1) return { at, before: undefined, after: undefined };
  const present = new Set(records?.map((record) => record.id));
  const isPresent = (record: Identified) => present.has(record.id);
  return {
    at,
    before: list.slice(0, stood).findLast(isPresent)?.id,
    after: list.slice(stood + 1).find(isPresent)?.id,
  };
}

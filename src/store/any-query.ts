import type { Condition } from '../pipeline/ports/store.ts';

export type Where = Readonly<Record<string, Condition | undefined>>;

/** A Query with its type of record forgotten. */
export interface AnyQuery {
  where?: Where;
  orderBy?: string;
  descending?: boolean;
  after?: string;
}

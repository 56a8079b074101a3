export type { Clock } from '../../common/time.ts';

/** The only source of identities. Ids sort by the time they were made (UUIDv7). */
export interface IdSource {
  next(): string;
}

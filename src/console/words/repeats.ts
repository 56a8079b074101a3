import type { RepeatVerb } from '../data/types.ts';

/** What can be done again, and the ids that it takes. */
export const REPEAT_VERBS: readonly (readonly [verb: RepeatVerb, label: string, takes: string])[] = [
  ['retransmit', 'Retransmit: the same bytes', 'Ids of files that were sent'],
  ['reissue', 'Reissue: the same document in a new envelope', 'Ids of documents'],
  ['reprocess', 'Reprocess: with the maps of today', 'Ids of files that came in'],
  ['redrive', 'Redrive: a step that was given up', 'Ids of deliveries'],
];

export const HOLD_SCOPES = [
  ['partner', 'A partner'],
  ['order', 'An order'],
  ['file', 'A file'],
  ['all', 'Everything'],
] as const;

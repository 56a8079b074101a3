import type { RepeatRules, RepeatRun, RepeatVerb, RetentionClass } from '../data/types.ts';
import { formatCount, formatMoney, humanise } from './format.ts';

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

/** `Retransmit 24 files`. */
export function describeRepeat(verb: RepeatVerb, count: number): string {
  return `${humanise(verb)} ${formatCount(count, ...THINGS[verb])}`;
}

/** How a run went: one that has come to its end has not always done something. */
export function statusOfRun({ status, done, count }: Pick<RepeatRun, 'status' | 'done' | 'count'>): string {
  if (status !== 'done' || done === count) return `run:${status}`;
  return done === 0 ? 'run:nothingDone' : 'run:partlyDone';
}

const THINGS: Record<RepeatVerb, readonly [one: string, many: string]> = {
  retransmit: ['file', 'files'],
  reissue: ['document', 'documents'],
  reprocess: ['file', 'files'],
  redrive: ['delivery', 'deliveries'],
};

export function describeRules({
  atMost,
  secondPersonItems,
  secondPersonAbove,
  currency,
}: RepeatRules): string {
  const worth =
    secondPersonAbove === undefined
      ? ''
      : `, or anything worth more than ${formatMoney(secondPersonAbove, currency)},`;
  return `At most ${atMost} at once. More than ${secondPersonItems}${worth} wait until a second person agrees.`;
}

export const RETENTION_CLASSES: Record<RetentionClass, string> = {
  raw: 'Bytes of files and AS2 messages',
  canonical: 'What documents say',
};

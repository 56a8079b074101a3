import type { Structure, Transaction } from '../../edi/model.ts';
import type { SegmentMap } from '../compile/compiled-map.ts';
import { completeReading, type Reading, type Unconsumed } from './read.ts';
import { Frame } from './frame.ts';
import { LoopTexts } from './loop-texts.ts';
import { readSegments } from './read-segments.ts';
import type { ReadOptions } from './segment-reading.ts';

/** What a map reads of a transaction. */
export type ReadableTransaction = Pick<Transaction, 'segments' | 'interchange' | 'group' | 'transaction'>;

/**
 * Reads an X12 transaction set or EDIFACT message. `structure` is the validator's answer for the map's grammar. Never throws
 * on any content; the document is missing when what was read is none.
 */
export function readTransaction(
  map: SegmentMap,
  transaction: ReadableTransaction,
  structure: Structure,
  options: ReadOptions = {},
): Reading {
  const { fields, findings, trace, unconsumed } = readSegments(map, transaction, structure, options);
  const { segments } = transaction;
  const unused = unconsumed.map((position): Unconsumed => ({
    position,
    name: segments.id(position - 1),
    text: segments.raw(position - 1),
    range: segments.range(position - 1),
  }));
  segments.forgetText();
  return completeReading(map.document, fields, findings, trace, unused, map.check);
}

/** True when the map's own condition (`message.when`) holds for the transaction, or it has none. */
export function mapApplies(map: SegmentMap, transaction: ReadableTransaction, structure: Structure): boolean {
  const { when, root } = map;
  if (!when) return true;
  const texts = new LoopTexts(map);
  texts.open(transaction.segments, structure.slots);
  return texts.hold(when, new Frame(root, undefined, 0, {}), 0);
}

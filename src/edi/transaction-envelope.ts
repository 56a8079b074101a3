import type { Place } from '../common/finding.ts';
import { ControlNumberSet, equalControlNumbers } from './control-number.ts';
import { FUNCTIONAL_IDS } from './functional-id.ts';
import type { EnvelopeContext } from './envelope-context.ts';
import { statesCount } from './envelope-context.ts';
import { reportMisdeclared } from './misdeclared.ts';
import type { FunctionalGroup, Interchange, Transaction } from './model.ts';
import { SegmentSlice } from './token-table.ts';

/**
 * Not a literal: V8 makes what comes from one in the old generation once some of it has lived long, and with each
 * transaction its offset tables would stay until a full collection.
 */
class StartedTransaction implements Transaction {
  standard: Transaction['standard'];
  type = '';
  release = '';
  controlNumber = '';
  implementation = '';
  segments: Transaction['segments'];
  findings: Transaction['findings'] = [];
  interchange: number;
  group: number;
  transaction: number;

  constructor(
    { standard, interchange }: Interchange,
    segments: SegmentSlice,
    groupOrdinal: number,
    { transactionCount }: FunctionalGroup,
  ) {
    this.standard = standard;
    this.segments = segments;
    this.interchange = interchange;
    this.group = groupOrdinal;
    this.transaction = transactionCount;
  }
}

/** ST..SE and UNH..UNT: opens and closes the transactions of one interchange and checks their own envelope. */
export class TransactionEnvelope {
  /** First record of the open transaction in the page. */
  record = -1;

  readonly #context: EnvelopeContext;
  #numbers = new ControlNumberSet();
  #group: FunctionalGroup | undefined;
  #transaction: Transaction | undefined;
  /** The table of a transaction that is too large to keep, and how many of its segments were not kept. */
  #kept: SegmentSlice | undefined;
  #dropped = 0;

  constructor(context: EnvelopeContext) {
    this.#context = context;
  }

  get isOpen(): boolean {
    return this.#transaction !== undefined;
  }

  /** The open transaction is too large to keep. */
  get isTruncated(): boolean {
    return this.#kept !== undefined && this.isOpen;
  }

  /** A new group: ST02 is unique in its group, UNH 0062 in its interchange. */
  groupStarted(): void {
    if (this.#context.x12) this.#numbers = new ControlNumberSet();
  }

  open(slice: SegmentSlice, record: number, group: FunctionalGroup, groupOrdinal: number): void {
    group.transactionCount++;
    this.record = record;
    this.#group = group;
    this.#kept = undefined;
    this.#dropped = 0;
    const x12 = this.#context.x12;
    const at = (e: number, c = 1): string => slice.value(0, e, c);
    const transaction = new StartedTransaction(this.#context.interchange, slice, groupOrdinal, group);
    transaction.type = x12 ? at(1) : at(2);
    transaction.release = x12 ? group.version : joinRelease(at(2, 2), at(2, 3));
    transaction.controlNumber = x12 ? at(2) : at(1);
    transaction.implementation = x12 ? at(3) : at(2, 5);
    this.#transaction = transaction;
    this.#checkHeader(transaction, slice);
  }

  #checkHeader(transaction: Transaction, slice: SegmentSlice): void {
    const { x12 } = this.#context;
    const { type, controlNumber } = transaction;
    const segmentId = x12 ? 'ST' : 'UNH';
    const place = (element: number): Place => ({
      segment: 1,
      segmentId,
      element,
      range: slice.range(0, element),
    });
    if (type === '')
      this.#context.reportTransaction(
        transaction,
        'TRANSACTION_HEADER_INVALID',
        place(x12 ? 1 : 2),
        `${segmentId} does not say which transaction it starts.`,
      );
    this.#checkGroup(transaction, place(x12 ? 1 : 2));
    const [min, max] = x12 ? [4, 9] : [1, 14];
    if (controlNumber.length < min || controlNumber.length > max)
      this.#context.reportTransaction(
        transaction,
        'TRANSACTION_CONTROL_NUMBER_INVALID',
        place(x12 ? 2 : 1),
        `Transaction control number "${controlNumber}" has ${controlNumber.length} characters instead of ${min} to ${max}.`,
        { actual: controlNumber, expected: `${min} to ${max} characters` },
      );
    if (controlNumber !== '' && !this.#numbers.add(controlNumber))
      this.#context.reportTransaction(
        transaction,
        'TRANSACTION_CONTROL_NUMBER_DUPLICATE',
        place(x12 ? 2 : 1),
        `Transaction control number ${controlNumber} was already used in this ${x12 ? 'group' : 'interchange'}.`,
        { actual: controlNumber },
      );
  }

  /** GS01 and UNG 0038 name the one kind of transaction that the group holds; no X12 acknowledgment has a code for it. */
  #checkGroup(transaction: Transaction, place: Place): void {
    const { implicit, functionalId } = this.#group!;
    const { type } = transaction;
    const { x12 } = this.#context;
    const expected = x12 ? (FUNCTIONAL_IDS[type] ?? functionalId) : type;
    if (implicit || functionalId === '' || type === '' || functionalId === expected) return;
    this.#context.reportTransaction(
      transaction,
      'TRANSACTION_GROUP_MISMATCH',
      place,
      x12
        ? `${type} stands in a group of ${functionalId}; its own is ${expected}.`
        : `${type} stands in a group of ${functionalId}.`,
      { actual: type, expected: functionalId, ...(x12 ? { tolerated: true } : {}) },
    );
  }

  /** Too large to keep: the segments before record `end` are the table; what follows is only counted. */
  truncate(end: number, limit: number): void {
    const transaction = this.#transaction!;
    if (this.#kept === undefined) {
      this.#kept = this.#slice(end);
      const last = this.#kept.length - 1;
      this.#context.reportTransaction(
        transaction,
        'TRANSACTION_TOO_LARGE',
        { segment: last + 1, segmentId: this.#kept.id(last), range: this.#kept.range(last) },
        `The transaction is larger than ${limit} bytes; its segments from here on were not read.`,
        { expected: `at most ${limit} bytes` },
      );
    } else this.#dropped += end - this.record;
    this.record = end;
  }

  #slice(end: number): SegmentSlice {
    return new SegmentSlice(this.#context.page, this.record, end - this.record, this.#context.rules);
  }

  /** Gives the transaction its segments up to record `end`; returns how many it had in the file. */
  #complete(transaction: Transaction, end: number): number {
    const segments = this.#kept ?? this.#slice(end);
    transaction.segments = segments;
    reportMisdeclared(this.#context, transaction, segments);
    return this.#kept === undefined
      ? transaction.segments.length
      : this.#kept.length + this.#dropped + end - this.record;
  }

  #emit(transaction: Transaction): void {
    this.#transaction = undefined;
    this.#context.sink.transaction(this.#context.interchange, this.#group!, transaction);
  }

  /** SE or UNT at `record`. */
  close(slice: SegmentSlice, record: number): void {
    const context = this.#context;
    const transaction = this.#transaction!;
    const count = this.#complete(transaction, record + 1);
    const stated = slice.value(0, 1);
    const number = slice.value(0, 2);
    const segmentId = context.x12 ? 'SE' : 'UNT';
    if (!statesCount(stated, count))
      context.reportTransaction(
        transaction,
        'TRANSACTION_COUNT_WRONG',
        { segment: count, segmentId, element: 1, range: slice.range(0, 1) },
        `${segmentId} counts ${stated === '' ? 'nothing' : stated}, but the transaction has ${count} segments from its header to ${segmentId}.`,
        { actual: stated, expected: String(count) },
      );
    if (number !== transaction.controlNumber)
      context.reportTransaction(
        transaction,
        'TRANSACTION_CONTROL_NUMBER_MISMATCH',
        { segment: count, segmentId, element: 2, range: slice.range(0, 2) },
        `${segmentId} ends transaction "${number}", but "${transaction.controlNumber}" was started.`,
        {
          actual: number,
          expected: transaction.controlNumber,
          tolerated:
            context.leniency.controlNumbers === true ||
            (context.leniency.controlNumberPadding === true &&
              equalControlNumbers(number, transaction.controlNumber)),
        },
      );
    this.#emit(transaction);
  }

  /** The transaction ends before record `end`, without its trailer. Returns the file offset where. */
  end(end: number): number {
    const transaction = this.#transaction!;
    const count = this.#complete(transaction, end);
    const table = transaction.segments;
    const at = table.range(table.length - 1)[1];
    const trailer = this.#context.x12 ? 'SE' : 'UNT';
    this.#context.reportTransaction(
      transaction,
      'TRANSACTION_TRAILER_MISSING',
      { segment: count, range: [at, at] },
      `${trailer} is missing: the transaction ends after segment ${count}.`,
      { expected: trailer },
    );
    this.#emit(transaction);
    return at;
  }
}

function joinRelease(version: string, release: string): string {
  return release === '' ? version : `${version}.${release}`;
}

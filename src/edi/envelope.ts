import { equalControlNumbers } from './control-number.ts';
import { EnvelopeContext, statesCount } from './envelope-context.ts';
import { OutsideRun } from './envelope-outside.ts';
import { acceptNetworkSegment } from './envelope-network.ts';
import { EnvelopePackage, objectLength } from './envelope-package.ts';
import { EnvelopeSecurity } from './envelope-security.ts';
import { GroupEnvelope } from './group-envelope.ts';
import { checkHeaderElements, checkTrailerElements } from './header-elements.ts';
import { SEGMENT_ID, SEGMENT_STRIDE, SegmentSlice, packSegmentId } from './token-table.ts';
import { TransactionEnvelope } from './transaction-envelope.ts';

const IEA = packSegmentId('IEA');
const UNZ = packSegmentId('UNZ');
const UNO = packSegmentId('UNO');

/**
 * The envelope of one interchange: hands its segments to those who open and close groups, transactions and packages as they
 * come, and judges the interchange itself. Works alike for ISA/GS/ST and UNB/UNG/UNH.
 */
export class Envelope {
  readonly context: EnvelopeContext;
  readonly transactions: TransactionEnvelope;
  readonly #groups: GroupEnvelope;
  /** Messages and packages. */
  #messages = 0;
  readonly #package: EnvelopePackage;
  readonly #security = new EnvelopeSecurity();
  readonly #outside: OutsideRun;
  /** File offset of the end of the last segment: what is missing behind it is reported there. */
  #lastEnd: number;

  constructor(context: EnvelopeContext, headerEnd: number) {
    this.context = context;
    this.#lastEnd = headerEnd;
    this.#groups = new GroupEnvelope(context);
    this.transactions = new TransactionEnvelope(context);
    this.#package = new EnvelopePackage(context);
    this.#outside = new OutsideRun(context);
    context.sink.interchangeStarted(context.interchange);
  }

  /** A complete envelope segment of the page; true when it ended the interchange. */
  segment(record: number): boolean {
    const slice = new SegmentSlice(this.context.page, record, 1, this.context.rules);
    const ended = this.#dispatch(slice, record);
    this.#lastEnd = slice.range(0)[1];
    return ended;
  }

  #dispatch(slice: SegmentSlice, record: number): boolean {
    switch (slice.id(0)) {
      case 'ST':
      case 'UNH':
        this.#openTransaction(slice, record);
        return false;
      case 'SE':
      case 'UNT':
        if (this.transactions.isOpen) this.transactions.close(slice, record);
        else this.outside(record, record + 1);
        return false;
      case 'UNO':
        this.#openPackage(slice, record);
        return false;
      case 'UNP':
        if (this.#package.isOpen) this.#package.close(slice);
        else this.outside(record, record + 1);
        return false;
      case 'GS':
      case 'UNG':
        this.#openGroup(slice, record);
        return false;
      case 'GE':
      case 'UNE':
        this.#closeGroup(slice, record);
        return false;
      case 'TA1':
        this.#acknowledgment(slice, record);
        return false;
      case 'IEA':
      case 'UNZ':
        this.#close(slice, record);
        return true;
      default:
        this.outside(record, record + 1);
        return false;
    }
  }

  /** True for IEA and UNZ. */
  isTrailer(record: number): boolean {
    const id = this.context.page.segments[record * SEGMENT_STRIDE + SEGMENT_ID];
    return id === (this.context.x12 ? IEA : UNZ);
  }

  /** Bytes behind the UNO at `record` that are the object of its package; 0 for any other segment. */
  objectLength(record: number): number {
    const id = this.context.page.segments[record * SEGMENT_STRIDE + SEGMENT_ID];
    return id === UNO && !this.context.x12
      ? objectLength(new SegmentSlice(this.context.page, record, 1, this.context.rules), 0)
      : 0;
  }

  /** Records `from` up to (not including) `to` stand in no transaction. */
  outside(from: number, to: number): void {
    if (to <= from) return;
    const slice = new SegmentSlice(this.context.page, from, to - from, this.context.rules);
    for (let s = 0; s < slice.length; s++) {
      const id = slice.id(s);
      const range = slice.range(s);
      this.#lastEnd = range[1];
      if (this.context.x12 ? this.#isOfNetwork(slice, s) : this.#isSecurity(slice, s)) continue;
      this.#outside.add(id, range);
    }
  }

  #isOfNetwork(slice: SegmentSlice, s: number): boolean {
    return this.#groups.current === undefined && acceptNetworkSegment(slice, s, this.context);
  }

  #isSecurity(slice: SegmentSlice, s: number): boolean {
    if (!this.#outside.isEmpty) return false;
    const group = this.#groups.current;
    if (group?.implicit === false) return this.#groups.acceptSecurity(slice, s);
    const { findings } = this.context.interchange;
    return this.#security.accept(slice, s, this.#groups.ordinal > 0, this.context, findings);
  }

  #acknowledgment(slice: SegmentSlice, record: number): void {
    if (this.transactions.isOpen) return;
    if (this.#groups.current !== undefined) {
      this.outside(record, record + 1);
      return;
    }
    this.#outside.flush();
    for (const { place, message } of checkHeaderElements(slice, this.context.interchange))
      this.context.report('INTERCHANGE_ACKNOWLEDGMENT_INVALID', place, message);
    const elements = Array.from({ length: slice.elementCount(0) }, (_, i) => slice.value(0, i + 1));
    this.context.interchange.interchangeAcknowledgments.push(['TA1', ...elements]);
  }

  #openGroup(slice: SegmentSlice, record: number): void {
    const { x12 } = this.context;
    this.#outside.flush();
    this.#endGroup(record);
    if (!x12 && this.#messages > 0 && this.#groups.explicit === 0)
      this.#reportMixed(slice, 'A group (UNG) follows messages that stand in no group.');
    this.#groups.open(slice);
    this.transactions.groupStarted();
  }

  #reportMixed(slice: SegmentSlice, message: string): void {
    this.context.report(
      'INTERCHANGE_GROUPS_MIXED',
      { segmentId: slice.id(0), range: slice.range(0) },
      message,
    );
  }

  #openTransaction(slice: SegmentSlice, record: number): void {
    this.#openContent(slice, record);
    this.transactions.open(slice, record, this.#groups.current!, this.#groups.ordinal);
  }

  #openPackage(slice: SegmentSlice, record: number): void {
    this.#openContent(slice, record);
    this.#package.open(slice);
  }

  /** A transaction or a package begins. */
  #openContent(slice: SegmentSlice, record: number): void {
    this.#outside.flush();
    this.#endTransaction(record);
    if (this.#groups.current === undefined) {
      this.#groups.openImplicit();
      this.transactions.groupStarted();
      const place = { segmentId: slice.id(0), range: slice.range(0) };
      if (this.context.x12)
        this.context.report(
          'GROUP_HEADER_MISSING',
          place,
          'ST stands in no functional group: GS is missing.',
          {
            expected: 'GS',
          },
        );
      else if (this.#groups.explicit > 0)
        this.#reportMixed(slice, 'A message outside groups follows a group (UNG..UNE).');
    }
    this.#messages++;
    this.#groups.contentStarted();
  }

  #closeGroup(slice: SegmentSlice, record: number): void {
    this.#endTransaction(record);
    if (this.#groups.current?.implicit !== false) {
      this.outside(record, record + 1);
      return;
    }
    this.#outside.flush();
    this.#groups.close(slice);
  }

  #endTransaction(record: number): void {
    this.#package.end(this.#lastEnd);
    if (this.transactions.isOpen) this.#lastEnd = Math.max(this.#lastEnd, this.transactions.end(record));
  }

  /** The open transaction and group end before record `record`, without their trailers where they should have some. */
  #endGroup(record: number): void {
    this.#endTransaction(record);
    this.#groups.end(this.#lastEnd);
  }

  /** IEA or UNZ. */
  #close(slice: SegmentSlice, record: number): void {
    this.#endGroup(record);
    this.#outside.flush();
    const { interchange, x12 } = this.context;
    const segmentId = slice.id(0);
    const stated = slice.value(0, 1);
    const number = slice.value(0, 2);
    interchange.statedCount = stated;
    const groups = x12 || this.#groups.explicit > 0;
    const count = x12 ? this.#groups.ordinal : groups ? this.#groups.explicit : this.#messages;
    if (!statesCount(stated, count))
      this.context.report(
        'INTERCHANGE_COUNT_WRONG',
        { segmentId, element: 1, range: slice.range(0, 1) },
        `${segmentId} counts ${stated === '' ? 'nothing' : stated}, but the interchange has ${count} ${groups ? 'groups' : 'messages'}.`,
        { actual: stated, expected: String(count) },
      );
    const equal = x12
      ? equalControlNumbers(number, interchange.controlNumber.trim())
      : number === interchange.controlNumber;
    if (!equal)
      this.context.report(
        'INTERCHANGE_CONTROL_NUMBER_MISMATCH',
        { segmentId, element: 2, range: slice.range(0, 2) },
        `${segmentId} ends interchange "${number}", but "${interchange.controlNumber}" was started.`,
        { actual: number, expected: interchange.controlNumber },
      );
    for (const { place, message, report } of checkTrailerElements(slice, this.context.interchange))
      this.context.report('INTERCHANGE_ELEMENT_INVALID', place, message, report);
    this.#finish(slice.range(0));
  }

  #finish(range: readonly [number, number]): void {
    const { interchange, x12, sink } = this.context;
    this.#security.close(range[0], this.context, interchange.findings);
    if (this.#groups.ordinal === 0 && interchange.interchangeAcknowledgments.length === 0)
      this.context.report(
        'INTERCHANGE_EMPTY',
        { range },
        `The interchange contains no ${x12 ? 'group' : 'message'}.`,
      );
    sink.interchangeEnded(interchange);
  }

  /** The interchange ends at file offset `at`, before record `record`, without its trailer. */
  end(record: number, at: number, why: 'file' | 'header' | 'terminator'): void {
    this.#endGroup(record);
    this.#outside.flush();
    const trailer = this.context.x12 ? 'IEA' : 'UNZ';
    const because = {
      file: 'the file ends',
      header: 'another interchange starts',
      terminator: 'no segment terminator follows',
    };
    this.context.report(
      'INTERCHANGE_TRAILER_MISSING',
      { range: [at, at] },
      `${trailer} is missing: ${because[why]} here.`,
      {
        expected: trailer,
        acknowledgment: this.context.x12 && why !== 'file' ? '022' : undefined,
      },
    );
    this.#finish([at, at]);
  }
}

import type { Place } from '../common/finding.ts';
import { ControlNumberSet, equalControlNumbers, withoutZeros } from './control-number.ts';
import { EnvelopeContext, statesCount } from './envelope-context.ts';
import type { EnvelopeCode, EnvelopeReport } from './envelope-findings.ts';
import { OutsideRun } from './envelope-outside.ts';
import { EnvelopePackage, objectLength } from './envelope-package.ts';
import { EnvelopeSecurity } from './envelope-security.ts';
import { checkHeaderElements } from './header-elements.ts';
import type { HeaderFault } from './header-elements.ts';
import type { FunctionalGroup } from './model.ts';
import { SEGMENT_ID, SEGMENT_STRIDE, SegmentSlice, packSegmentId } from './token-table.ts';
import { TransactionEnvelope } from './transaction-envelope.ts';

const IEA = packSegmentId('IEA');
const UNZ = packSegmentId('UNZ');
const UNO = packSegmentId('UNO');
/** X12 control segments between ISA and the first GS: grade of service, deferred delivery, delivery notice. */
const CONTROL_SEGMENTS: readonly string[] = ['ISB', 'ISE', 'TA3'];
const GROUP_NUMBER = /^\d{1,9}$/;

/**
 * The envelope of one interchange: opens and closes groups and transactions as their segments come, and judges counts,
 * control numbers and order. Works alike for ISA/GS/ST and UNB/UNG/UNH.
 */
export class Envelope {
  readonly context: EnvelopeContext;
  readonly transactions: TransactionEnvelope;
  readonly #groupNumbers = new ControlNumberSet();
  #group: FunctionalGroup | undefined;
  #groupOrdinal = 0;
  #explicitGroups = 0;
  /** Messages and packages, in the interchange and in the open group. */
  #messages = 0;
  #groupMessages = 0;
  readonly #package: EnvelopePackage;
  readonly #security = new EnvelopeSecurity();
  #groupSecurity = new EnvelopeSecurity();
  readonly #outside: OutsideRun;
  /** File offset of the end of the last segment: what is missing behind it is reported there. */
  #lastEnd: number;

  constructor(context: EnvelopeContext, headerEnd: number) {
    this.context = context;
    this.#lastEnd = headerEnd;
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
      if (
        this.context.x12
          ? this.#group === undefined && CONTROL_SEGMENTS.includes(id)
          : this.#isSecurity(slice, s)
      )
        continue;
      this.#outside.add(id, range);
    }
  }

  #isSecurity(slice: SegmentSlice, s: number): boolean {
    if (!this.#outside.isEmpty) return false;
    const group = this.#group;
    if (group === undefined || group.implicit) {
      const { findings } = this.context.interchange;
      return this.#security.accept(slice, s, this.#groupOrdinal > 0, this.context, findings);
    }
    return this.#groupSecurity.accept(slice, s, this.#groupMessages > 0, this.context, group.findings);
  }

  #acknowledgment(slice: SegmentSlice, record: number): void {
    if (this.transactions.isOpen) return;
    if (this.#group !== undefined) {
      this.outside(record, record + 1);
      return;
    }
    this.#outside.flush();
    for (const { place, message } of this.#faultsOf(slice))
      this.context.report('INTERCHANGE_ACKNOWLEDGMENT_INVALID', place, message);
    const elements = Array.from({ length: slice.elementCount(0) }, (_, i) => slice.value(0, i + 1));
    this.context.interchange.interchangeAcknowledgments.push(['TA1', ...elements]);
  }

  #reportGroup(code: EnvelopeCode, place: Place, message: string, report?: EnvelopeReport): void {
    const finding = this.context.finding(code, { group: this.#groupOrdinal, ...place }, message, report);
    this.#group!.findings.push(finding);
  }

  #startGroup(group: FunctionalGroup): void {
    this.#group = group;
    this.#groupMessages = 0;
    this.#groupOrdinal++;
    this.transactions.groupStarted();
    this.context.sink.groupStarted(this.context.interchange, group);
  }

  #openGroup(slice: SegmentSlice, record: number): void {
    const { x12 } = this.context;
    this.#outside.flush();
    this.#endGroup(record);
    if (!x12 && this.#messages > 0 && this.#explicitGroups === 0)
      this.#reportMixed(slice, 'A group (UNG) follows messages that stand in no group.');
    this.#explicitGroups++;
    const at = (e: number, c = 1): string => slice.value(0, e, c);
    const group: FunctionalGroup = {
      implicit: false,
      functionalId: at(1),
      applicationSender: at(2),
      applicationReceiver: at(3),
      date: at(4),
      time: x12 ? at(5) : at(4, 2),
      controlNumber: x12 ? at(6) : at(5),
      version: x12 ? at(8) : '',
      statedCount: '',
      transactionCount: 0,
      transactions: [],
      findings: [],
    };
    this.#startGroup(group);
    this.#checkGroupHeader(group, slice);
  }

  #reportMixed(slice: SegmentSlice, message: string): void {
    this.context.report(
      'INTERCHANGE_GROUPS_MIXED',
      { segmentId: slice.id(0), range: slice.range(0) },
      message,
    );
  }

  #checkGroupHeader(group: FunctionalGroup, slice: SegmentSlice): void {
    const { x12 } = this.context;
    const segmentId = slice.id(0);
    const place = (element: number): Place => ({ segmentId, element, range: slice.range(0, element) });
    const numberElement = x12 ? 6 : 5;
    for (const { place: at, message, report } of this.#faultsOf(slice))
      if (!x12 || at.element !== numberElement || group.controlNumber === '')
        this.#reportGroup('GROUP_HEADER_INVALID', at, message, report);
    const number = group.controlNumber;
    if (number === '') return;
    if (x12 && !GROUP_NUMBER.test(number))
      this.#reportGroup(
        'GROUP_CONTROL_NUMBER_INVALID',
        place(6),
        `GS06 is "${number}" instead of one to nine digits.`,
        {
          actual: number,
          expected: 'one to nine digits',
        },
      );
    if (!this.#groupNumbers.add(x12 ? withoutZeros(number) : number))
      this.#reportGroup(
        'GROUP_CONTROL_NUMBER_DUPLICATE',
        place(numberElement),
        `Group control number ${number} was already used in this interchange.`,
        { actual: number },
      );
  }

  #faultsOf(slice: SegmentSlice): HeaderFault[] {
    const { standard, version } = this.context.interchange;
    return checkHeaderElements(slice, standard, version);
  }

  /** What a trailer has beyond its count and its control number, which are judged by themselves. */
  #excessOf(slice: SegmentSlice): HeaderFault[] {
    if (slice.elementCount(0) <= 2) return [];
    return this.#faultsOf(slice).filter(({ place }) => place.element! > 2);
  }

  #openTransaction(slice: SegmentSlice, record: number): void {
    this.#openContent(slice, record);
    this.transactions.open(slice, record, this.#group!, this.#groupOrdinal);
  }

  #openPackage(slice: SegmentSlice, record: number): void {
    this.#openContent(slice, record);
    this.#package.open(slice);
  }

  /** A transaction or a package begins. */
  #openContent(slice: SegmentSlice, record: number): void {
    this.#outside.flush();
    this.#endTransaction(record);
    if (this.#group === undefined) {
      this.#startGroup(implicitGroup());
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
      else if (this.#explicitGroups > 0)
        this.#reportMixed(slice, 'A message outside groups follows a group (UNG..UNE).');
    }
    this.#messages++;
    this.#groupMessages++;
  }

  #closeGroup(slice: SegmentSlice, record: number): void {
    const group = this.#group;
    this.#endTransaction(record);
    if (group === undefined || group.implicit) {
      this.outside(record, record + 1);
      return;
    }
    this.#outside.flush();
    const segmentId = slice.id(0);
    const stated = slice.value(0, 1);
    const number = slice.value(0, 2);
    group.statedCount = stated;
    if (!statesCount(stated, this.#groupMessages))
      this.#reportGroup(
        'GROUP_COUNT_WRONG',
        { segmentId, element: 1, range: slice.range(0, 1) },
        `${segmentId} counts ${stated === '' ? 'nothing' : stated}, but the group has ${this.#groupMessages} transactions.`,
        { actual: stated, expected: String(this.#groupMessages) },
      );
    const equal = this.context.x12
      ? equalControlNumbers(number, group.controlNumber)
      : number === group.controlNumber;
    if (!equal)
      this.#reportGroup(
        'GROUP_CONTROL_NUMBER_MISMATCH',
        { segmentId, element: 2, range: slice.range(0, 2) },
        `${segmentId} ends group "${number}", but "${group.controlNumber}" was started.`,
        { actual: number, expected: group.controlNumber },
      );
    for (const { place, message, report } of this.#excessOf(slice))
      this.#reportGroup('GROUP_TRAILER_INVALID', place, message, report);
    this.#finishGroup(group, slice.range(0));
  }

  #finishGroup(group: FunctionalGroup, range: readonly [number, number]): void {
    this.#groupSecurity.close(range[0], this.context, group.findings);
    this.#groupSecurity = new EnvelopeSecurity();
    if (this.#groupMessages === 0)
      this.#reportGroup('GROUP_EMPTY', { range }, `Group ${group.controlNumber} contains no transaction.`);
    this.#group = undefined;
    this.context.sink.groupEnded(this.context.interchange, group);
  }

  #endTransaction(record: number): void {
    this.#package.end(this.#lastEnd);
    if (this.transactions.isOpen) this.#lastEnd = Math.max(this.#lastEnd, this.transactions.end(record));
  }

  /** The open transaction and group end before record `record`, without their trailers where they should have some. */
  #endGroup(record: number): void {
    this.#endTransaction(record);
    const group = this.#group;
    if (group === undefined) return;
    const at = this.#lastEnd;
    if (!group.implicit) {
      const trailer = this.context.x12 ? 'GE' : 'UNE';
      this.#reportGroup(
        'GROUP_TRAILER_MISSING',
        { range: [at, at] },
        `${trailer} of group ${group.controlNumber} is missing.`,
        {
          expected: trailer,
        },
      );
    }
    this.#finishGroup(group, [at, at]);
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
    const groups = x12 || this.#explicitGroups > 0;
    const count = x12 ? this.#groupOrdinal : groups ? this.#explicitGroups : this.#messages;
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
    for (const { place, message, report } of this.#excessOf(slice))
      this.context.report('INTERCHANGE_ELEMENT_INVALID', place, message, report);
    this.#finish(slice.range(0));
  }

  #finish(range: readonly [number, number]): void {
    const { interchange, x12, sink } = this.context;
    this.#security.close(range[0], this.context, interchange.findings);
    if (this.#groupOrdinal === 0 && interchange.interchangeAcknowledgments.length === 0)
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

/** Holds transactions that stand in no group of the file. */
function implicitGroup(): FunctionalGroup {
  return {
    implicit: true,
    functionalId: '',
    applicationSender: '',
    applicationReceiver: '',
    date: '',
    time: '',
    controlNumber: '',
    version: '',
    statedCount: '',
    transactionCount: 0,
    transactions: [],
    findings: [],
  };
}

import type { Place } from '../common/finding.ts';
import { ControlNumberSet, equalControlNumbers, withoutZeros } from './control-number.ts';
import type { EnvelopeContext } from './envelope-context.ts';
import { statesCount } from './envelope-context.ts';
import type { EnvelopeCode, EnvelopeReport } from './envelope-findings.ts';
import { EnvelopeSecurity } from './envelope-security.ts';
import { checkHeaderElements, checkTrailerElements } from './header-elements.ts';
import type { FunctionalGroup } from './model.ts';
import type { SegmentSlice } from './token-table.ts';

const GROUP_NUMBER = /^\d{1,9}$/;

/** GS..GE and UNG..UNE: opens and closes the groups of one interchange and checks their own envelope. */
export class GroupEnvelope {
  /** Groups so far, the implicit one of an EDIFACT interchange included. */
  ordinal = 0;
  /** Groups with a header of their own. */
  explicit = 0;
  readonly #context: EnvelopeContext;
  readonly #numbers = new ControlNumberSet();
  #group: FunctionalGroup | undefined;
  /** Messages and packages in the open group. */
  #contents = 0;
  #security = new EnvelopeSecurity();

  constructor(context: EnvelopeContext) {
    this.#context = context;
  }

  /** The open group. */
  get current(): FunctionalGroup | undefined {
    return this.#group;
  }

  /** GS or UNG. */
  open(slice: SegmentSlice): void {
    const { x12 } = this.#context;
    this.explicit++;
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
    this.#start(group);
    this.#checkHeader(group, slice);
  }

  /** A group for transactions that stand in none. */
  openImplicit(): void {
    this.#start(implicitGroup());
  }

  #start(group: FunctionalGroup): void {
    this.#group = group;
    this.#contents = 0;
    this.ordinal++;
    this.#context.sink.groupStarted(this.#context.interchange, group);
  }

  /** A transaction or a package begins in the open group. */
  contentStarted(): void {
    this.#contents++;
  }

  /** True when segment `s` belongs to the security of the open group. */
  acceptSecurity(slice: SegmentSlice, s: number): boolean {
    return this.#security.accept(slice, s, this.#contents > 0, this.#context, this.#group!.findings);
  }

  #report(code: EnvelopeCode, place: Place, message: string, report?: EnvelopeReport): void {
    const finding = this.#context.finding(code, { group: this.ordinal, ...place }, message, report);
    this.#group!.findings.push(finding);
  }

  #checkHeader(group: FunctionalGroup, slice: SegmentSlice): void {
    const { x12 } = this.#context;
    const segmentId = slice.id(0);
    const place = (element: number): Place => ({ segmentId, element, range: slice.range(0, element) });
    const numberElement = x12 ? 6 : 5;
    for (const { place: at, message, report } of checkHeaderElements(slice, this.#context.interchange))
      if (!x12 || at.element !== numberElement || group.controlNumber === '')
        this.#report('GROUP_HEADER_INVALID', at, message, report);
    const number = group.controlNumber;
    if (number === '') return;
    if (x12 && !GROUP_NUMBER.test(number))
      this.#report(
        'GROUP_CONTROL_NUMBER_INVALID',
        place(6),
        `GS06 is "${number}" instead of one to nine digits.`,
        {
          actual: number,
          expected: 'one to nine digits',
        },
      );
    if (!this.#numbers.add(x12 ? withoutZeros(number) : number))
      this.#report(
        'GROUP_CONTROL_NUMBER_DUPLICATE',
        place(numberElement),
        `Group control number ${number} was already used in this interchange.`,
        { actual: number },
      );
  }

  /** GE or UNE of the open group. */
  close(slice: SegmentSlice): void {
    const group = this.#group!;
    const segmentId = slice.id(0);
    const stated = slice.value(0, 1);
    const number = slice.value(0, 2);
    group.statedCount = stated;
    if (!statesCount(stated, this.#contents))
      this.#report(
        'GROUP_COUNT_WRONG',
        { segmentId, element: 1, range: slice.range(0, 1) },
        `${segmentId} counts ${stated === '' ? 'nothing' : stated}, but the group has ${this.#contents} transactions.`,
        { actual: stated, expected: String(this.#contents) },
      );
    const equal = this.#context.x12
      ? equalControlNumbers(number, group.controlNumber)
      : number === group.controlNumber;
    if (!equal)
      this.#report(
        'GROUP_CONTROL_NUMBER_MISMATCH',
        { segmentId, element: 2, range: slice.range(0, 2) },
        `${segmentId} ends group "${number}", but "${group.controlNumber}" was started.`,
        { actual: number, expected: group.controlNumber },
      );
    for (const { place, message, report } of checkTrailerElements(slice, this.#context.interchange))
      this.#report('GROUP_TRAILER_INVALID', place, message, report);
    this.#finish(group, slice.range(0));
  }

  #finish(group: FunctionalGroup, range: readonly [number, number]): void {
    this.#security.close(range[0], this.#context, group.findings);
    this.#security = new EnvelopeSecurity();
    if (this.#contents === 0)
      this.#report('GROUP_EMPTY', { range }, `Group ${group.controlNumber} contains no transaction.`);
    this.#group = undefined;
    this.#context.sink.groupEnded(this.#context.interchange, group);
  }

  /** The open group ends at file offset `at`, without its trailer where it should have one. */
  end(at: number): void {
    const group = this.#group;
    if (group === undefined) return;
    if (!group.implicit) {
      const trailer = this.#context.x12 ? 'GE' : 'UNE';
      this.#report(
        'GROUP_TRAILER_MISSING',
        { range: [at, at] },
        `${trailer} of group ${group.controlNumber} is missing.`,
        {
          expected: trailer,
        },
      );
    }
    this.#finish(group, [at, at]);
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

import type { Finding } from '../../common/finding.ts';
import type { Interchange } from '../model.ts';
import { answerRelease, copyName, copyText, limited } from './copy.ts';
import { again } from './again.ts';
import { combineVerdicts } from './decision.ts';
import type { StreamedGroup, TransactionDecision, Verdict } from './decision.ts';
import { isAcknowledgmentType } from '../functional-id.ts';
import type { WriteElement } from '../segment-writer.ts';
import type { WriteSegment } from '../write.ts';
import type { StreamedAcknowledgment } from './outbound.ts';
import type { AcknowledgmentPolicy } from './policy.ts';

/** The two functional acknowledgments of X12 differ in three segment ids. */
interface Dialect {
  segment: 'AK3' | 'IK3';
  element: 'AK4' | 'IK4';
  transaction: 'AK5' | 'IK5';
  /** 005010 and later: AK103, AK203, repetition positions, element codes 12 and 13. */
  modern: boolean;
}

/** Most faults listed of one transaction; a broken file must not become an answer larger than itself. */
const MAX_SEGMENTS = 500;
/** Repeat of AK4 in AK3. */
const MAX_ELEMENTS = 99;
/** AK5 and AK9 have room for five codes. */
const MAX_CODES = 5;

/** 997 or 999 that answers one functional group. */
export function buildFunctionalAcknowledgment(
  interchange: Interchange,
  decision: StreamedGroup<unknown>,
  policy: AcknowledgmentPolicy,
): StreamedAcknowledgment {
  const { group } = decision;
  const release = answerRelease(group.version);
  const modern = isModern(release);
  const implementation = modern && policy.implementation === true;
  const dialect: Dialect = implementation
    ? { segment: 'IK3', element: 'IK4', transaction: 'IK5', modern }
    : { segment: 'AK3', element: 'AK4', transaction: 'AK5', modern };
  return {
    standard: 'x12',
    type: implementation ? '999' : '997',
    release,
    implementation: '',
    functionalId: 'FA',
    sender: interchange.receiver,
    receiver: interchange.sender,
    applicationSender: copyText(group.applicationReceiver, 15),
    applicationReceiver: copyText(group.applicationSender, 15),
    test: interchange.test,
    segments: again(function* () {
      yield segment('AK1', group.functionalId, group.controlNumber, modern ? release : '');
      const tally = new Tally();
      for (const transaction of decision.transactions) {
        tally.add(transaction);
        if (isAcknowledgmentType(transaction.checked.type)) continue;
        if (policy.acceptedSets || transaction.verdict !== 'accepted')
          yield* transactionLoop(transaction, dialect);
      }
      yield summary(decision, tally);
    }),
  };
}

function isModern(version: string): boolean {
  return /^00[5-9]|^0[1-9]/.test(version);
}

/** A segment without its trailing empty elements. */
export function segment(id: string, ...elements: WriteElement[]): WriteSegment {
  while (elements.at(-1) === '') elements.pop();
  return [id, ...elements];
}

const CODES: Record<Verdict | 'partial', string> = {
  accepted: 'A',
  acceptedWithErrors: 'E',
  partial: 'P',
  rejected: 'R',
};

/**
 * What AK9 says of the transactions. An acknowledgment among them is received, but never answered: its faults are told to
 * nobody outside, so it counts as accepted unless all else is rejected.
 */
class Tally {
  readonly #verdicts = new Set<Verdict>();
  #accepted = 0;
  #acknowledgments = 0;

  add({ checked, verdict }: TransactionDecision<unknown>): void {
    if (isAcknowledgmentType(checked.type)) {
      this.#acknowledgments++;
      return;
    }
    this.#verdicts.add(verdict);
    if (verdict !== 'rejected') this.#accepted++;
  }

  verdict(otherwise: Verdict | 'partial'): Verdict | 'partial' {
    return this.#verdicts.size === 0 ? otherwise : combineVerdicts([...this.#verdicts]);
  }

  accepted(verdict: Verdict | 'partial'): number {
    return verdict === 'rejected' ? 0 : this.#accepted + this.#acknowledgments;
  }
}

/** AK9: stated, received and accepted counts, and AK905 codes. */
function summary(decision: StreamedGroup<unknown>, tally: Tally): WriteSegment {
  const { group } = decision;
  const received = String(decision.received);
  const stated = /^\d{1,6}$/.test(group.statedCount) ? group.statedCount : received;
  const verdict = tally.verdict(decision.verdict);
  return segment(
    'AK9',
    CODES[verdict],
    stated,
    received,
    String(tally.accepted(verdict)),
    ...codesOf(group.findings, 'group'),
  );
}

function codesOf(findings: readonly Finding[], level: string): string[] {
  const codes = findings
    .filter((finding) => finding.severity === 'error' && finding.acknowledgment?.level === level)
    .map((finding) => finding.acknowledgment?.code ?? '');
  return [...new Set(codes)].slice(0, MAX_CODES);
}

function transactionLoop(decision: TransactionDecision<unknown>, dialect: Dialect): WriteSegment[] {
  const { checked, verdict, findings } = decision;
  const faults = verdict === 'accepted' ? [] : segmentLoops(findings, dialect);
  const codes = codesOf(findings, 'transaction');
  if (faults.length > 0 && codes.length < MAX_CODES) codes.push('5');
  return [
    segment(
      'AK2',
      copyName(checked.type, 3),
      copyName(checked.controlNumber, 9),
      dialect.modern ? copyName(checked.implementation, 35) : '',
    ),
    ...faults,
    segment(dialect.transaction, CODES[verdict], ...new Set(codes)),
  ];
}

/** AK3 for each segment in error, with its AK4s; several faults of one segment share an AK3 with code 8. */
function segmentLoops(findings: readonly Finding[], dialect: Dialect): WriteSegment[] {
  const segments: WriteSegment[] = [];
  let open = '';
  let loops = 0;
  let elements = 0;
  for (const finding of findings) {
    const { acknowledgment, place } = finding;
    if (finding.severity !== 'error' || !acknowledgment) continue;
    if (acknowledgment.level !== 'segment' && acknowledgment.level !== 'element') continue;
    const inside = acknowledgment.level === 'element';
    const key = inside ? `${place.segment ?? 0}` : '';
    if (key === '' || key !== open) {
      if (loops >= MAX_SEGMENTS) break;
      segments.push(segmentNote(finding, inside ? '8' : acknowledgment.code, dialect));
      loops += 1;
      elements = 0;
      open = key;
    }
    if (!inside || elements >= MAX_ELEMENTS) continue;
    elements += 1;
    segments.push(elementNote(finding, acknowledgment.code, dialect));
  }
  return segments;
}

/** AK301 must look like a segment id, whatever the partner sent in its place. */
function segmentNote(finding: Finding, code: string, dialect: Dialect): WriteSegment {
  const id = (finding.place.segmentId ?? '').replace(/[^A-Za-z0-9]/g, '').slice(0, 3);
  return segment(
    dialect.segment,
    id.length < 2 ? 'ZZZ' : id,
    limited(finding.place.segment ?? 1, 6),
    '',
    code,
  );
}

function elementNote(finding: Finding, code: string, dialect: Dialect): WriteSegment {
  const { element = 0, component, repetition, elementId = '' } = finding.place;
  const position = [limited(element, 2), component === undefined ? '' : limited(component, 2)];
  if (dialect.modern && repetition !== undefined) position.push(limited(repetition, 4));
  while (position.at(-1) === '') position.pop();
  const reference = /^\d{1,4}$/.test(elementId) ? String(Number(elementId)) : '';
  const known = !dialect.modern && (code === '12' || code === '13') ? '3' : code;
  return segment(
    dialect.element,
    position.length > 1 ? position : (position[0] ?? ''),
    reference,
    known,
    copyOf(finding, code),
  );
}

/** AK404: a copy of the bad data, but never of characters that were the very fault. */
function copyOf(finding: Finding, code: string): string {
  const { actual = '' } = finding;
  const printable = /^[\x20-\x7e]*$/.test(actual);
  const copied = code === '4' || code === '5' || code === '7' || code === '8' || code === '9' || code === '6';
  return printable && copied ? actual.slice(0, 99) : '';
}

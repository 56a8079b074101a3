import type { Finding } from '../../common/finding.ts';
import type { EnvelopeParty } from '../model.ts';
import { segment } from './build-functional.ts';
import { copyComponents, copyText, limited } from './copy.ts';
import { again } from './again.ts';
import type { StreamedDecision, StreamedGroup, TransactionDecision } from './decision.ts';
import type { WriteElement } from '../segment-writer.ts';
import type { WriteSegment } from '../write.ts';
import type { StreamedAcknowledgment } from './outbound.ts';
import type { AcknowledgmentPolicy } from './policy.ts';
import { repertoireOf } from '../repertoire.ts';
import type { Repertoire } from '../repertoire.ts';

/** DE 0083. */
const REJECTED = '4';
const ACKNOWLEDGED = '7';
const RECEIVED = '8';

/** Repeats of UCS in UCM and UCD in UCS. */
const MAX_SEGMENTS = 999;
const MAX_ELEMENTS = 99;

/** S009: 0065, 0052, 0054, 0051, 0057. */
const IDENTIFIER_LENGTHS = [6, 3, 3, 2, 6];

/** CONTRL that answers one interchange, in its own syntax version. */
export function buildContrl(
  decision: StreamedDecision<unknown>,
  policy: AcknowledgmentPolicy,
): StreamedAcknowledgment {
  const { interchange } = decision;
  return {
    standard: 'edifact',
    type: 'CONTRL',
    release: interchange.version.includes(':4') ? '4.1' : 'D.3',
    implementation: '',
    functionalId: '',
    sender: interchange.receiver,
    receiver: interchange.sender,
    applicationSender: '',
    applicationReceiver: '',
    test: interchange.test,
    segments: again(function* () {
      yield interchangeResponse(decision, policy);
      yield* bodyResponses(decision, policy);
    }),
  };
}

/**
 * UNB 0031 = 2: the sender asks to hear that the interchange arrived, and no more. A receipt promises to tell what is rejected
 * later: where something is, that is said at once.
 */
function isReceiptOnly(
  { interchange, verdict }: StreamedDecision<unknown>,
  policy: AcknowledgmentPolicy,
): boolean {
  if (policy.functional !== 'onRequest' || interchange.acknowledgmentRequest !== '2') return false;
  return verdict !== 'rejected' && verdict !== 'partial';
}

function interchangeResponse(
  decision: StreamedDecision<unknown>,
  policy: AcknowledgmentPolicy,
): WriteSegment {
  const { interchange, errors } = decision;
  const repertoire = repertoireOfAnswer(decision);
  const parties = [party(interchange.sender, repertoire), party(interchange.receiver, repertoire)];
  const error = errors[0];
  const reference = copyText(interchange.controlNumber, 14, repertoire);
  if (!error) {
    const action = isReceiptOnly(decision, policy) ? RECEIVED : ACKNOWLEDGED;
    return segment('UCI', reference, ...parties, action);
  }
  const code = error.acknowledgment?.code ?? '18';
  return segment('UCI', reference, ...parties, REJECTED, code, ...serviceSegment(error, 'UNB', 'UNZ'));
}

/** What the answer may be written with: it goes back at the syntax level of what it answers. */
function repertoireOfAnswer({ interchange }: StreamedDecision<unknown>): Repertoire {
  return repertoireOf(interchange.version.split(':')[0] ?? '');
}

function party({ id, qualifier, internalId = '' }: EnvelopeParty, repertoire: Repertoire): WriteElement {
  const components = copyComponents([id, qualifier, internalId], [35, 4, 14], repertoire);
  return components.length > 1 ? components : (components[0] ?? '');
}

/** 0013 / 0135 and S011: which service segment, and where in it, counted with the segment tag as 1. */
function serviceSegment(finding: Finding, header: string, trailer: string): WriteElement[] {
  const { segmentId, element, component } = finding.place;
  if (segmentId !== header && segmentId !== trailer) return [isOfTrailer(finding) ? trailer : header];
  return element === undefined ? [segmentId] : [segmentId, position(element, component)];
}

function isOfTrailer({ code }: Finding): boolean {
  return /_(TRAILER_MISSING|COUNT_WRONG|CONTROL_NUMBER_MISMATCH|TERMINATOR_MISSING)$/.test(code);
}

function position(element: number, component?: number): WriteElement {
  const first = limited(element + 1, 3);
  return component === undefined ? first : [first, limited(component, 3)];
}

function* bodyResponses(
  decision: StreamedDecision<unknown>,
  policy: AcknowledgmentPolicy,
): Generator<WriteSegment> {
  if (decision.errors.length > 0 || isReceiptOnly(decision, policy)) return;
  const repertoire = repertoireOfAnswer(decision);
  for (const group of decision.groups) {
    if (group.group.implicit) yield* messages(group, policy, repertoire);
    else yield* groupResponse(group, policy, repertoire);
  }
}

function* groupResponse(
  decision: StreamedGroup<unknown>,
  policy: AcknowledgmentPolicy,
  repertoire: Repertoire,
): Generator<WriteSegment> {
  const { group } = decision;
  const ids = [
    copyText(group.controlNumber, 14, repertoire),
    copyText(group.applicationSender, 35, repertoire),
    copyText(group.applicationReceiver, 35, repertoire),
  ];
  const error = group.findings.find((finding) => finding.severity === 'error');
  if (error) {
    const code = error.acknowledgment?.code ?? '18';
    yield segment('UCF', ...ids, REJECTED, code, ...serviceSegment(error, 'UNG', 'UNE'));
    return;
  }
  yield segment('UCF', ...ids, ACKNOWLEDGED);
  yield* messages(decision, policy, repertoire);
}

/** UCI and UCF with 7 acknowledge everything below that is not rejected itself. */
function* messages(
  { transactions }: StreamedGroup<unknown>,
  policy: AcknowledgmentPolicy,
  repertoire: Repertoire,
): Generator<WriteSegment> {
  for (const decided of transactions)
    if (decided.checked.type !== 'CONTRL' && (policy.acceptedSets || decided.verdict === 'rejected'))
      yield* messageResponse(decided, repertoire);
}

function messageResponse(decision: TransactionDecision<unknown>, repertoire: Repertoire): WriteSegment[] {
  const { checked, verdict, findings } = decision;
  const identifier = copyComponents(checked.identifier, IDENTIFIER_LENGTHS, repertoire);
  const ids = [copyText(checked.controlNumber, 14, repertoire), identifier];
  if (verdict !== 'rejected') return [segment('UCM', ...ids, ACKNOWLEDGED)];
  const errors = findings.filter((finding) => finding.severity === 'error' && finding.acknowledgment);
  const whole = errors.find((finding) => finding.acknowledgment?.level === 'transaction');
  const reason = whole ? [whole.acknowledgment?.code ?? '18', ...serviceSegment(whole, 'UNH', 'UNT')] : [];
  return [segment('UCM', ...ids, REJECTED, ...reason), ...segmentErrors(errors)];
}

/** UCS for each segment in error, with its UCDs. A missing segment is reported at the one before it. */
function segmentErrors(errors: readonly Finding[]): WriteSegment[] {
  const segments: WriteSegment[] = [];
  let open = 0;
  let elements = 0;
  let count = 0;
  for (const { acknowledgment, place, code } of errors) {
    if (acknowledgment?.level !== 'segment' && acknowledgment?.level !== 'element') continue;
    const inside = acknowledgment.level === 'element';
    const at = place.segment ?? 1;
    if (!inside || open !== at) {
      if (count >= MAX_SEGMENTS) break;
      count += 1;
      elements = 0;
      open = inside ? at : 0;
      const reported = code === 'SEGMENT_MISSING' ? Math.max(1, at - 1) : at;
      segments.push(segment('UCS', limited(reported, 6), inside ? '' : acknowledgment.code));
    }
    if (!inside || elements >= MAX_ELEMENTS) continue;
    elements += 1;
    segments.push(segment('UCD', acknowledgment.code, position(place.element ?? 1, place.component)));
  }
  return segments;
}

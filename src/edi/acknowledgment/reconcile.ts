import type { AcknowledgmentCode, Finding } from '../../common/finding.ts';
import type { Instant } from '../../common/time.ts';
import type {
  FunctionalAcknowledgmentReport,
  ReportedGroup,
  ReportedSegment,
  ReportedTransaction,
  ReportedVerdict,
} from './acknowledgment-report.ts';
import { isAccepted, isFinal, type AcknowledgmentStatus } from './status.ts';

export interface SentTransaction {
  /** The caller's own id of it. */
  id: string;
  type: string;
  /** ST02 / UNH 0062. */
  controlNumber: string;
  status: AcknowledgmentStatus;
}

/** One functional group (or, without groups, the messages of one interchange) that we sent. */
export interface SentGroup {
  standard: 'x12' | 'edifact';
  sentAt: Instant;
  /** ISA13 / UNB 0020. */
  interchangeControlNumber: string;
  /** ISA06 and ISA08, UNB 0004 and 0010. */
  senderId: string;
  receiverId: string;
  /** GS02 and GS03; '' in EDIFACT without groups. */
  applicationSender: string;
  applicationReceiver: string;
  /** GS01; '' in EDIFACT. */
  functionalId: string;
  /** GS06 / UNG 0048; '' in EDIFACT without groups. */
  controlNumber: string;
  /** GS08, as sent; compared with AK103 where both are known. */
  version?: string;
  /** Sent as test data (ISA15, UNB 0035): only an answer that is test data, too, means it. Absent: either does. */
  test?: boolean;
  transactions: SentTransaction[];
}

/** What an acknowledgment changes for one transaction that we sent. */
export interface AcknowledgmentResult {
  id: string;
  group: SentGroup;
  /** Status from now on. */
  status: AcknowledgmentStatus;
  previous: AcknowledgmentStatus;
  /** Codes for the whole transaction, its group or its interchange: each level has a list of its own. */
  codes: AcknowledgmentCode[];
  /** Faults at positions of our own segments. */
  segments: ReportedSegment[];
}

export interface Reconciliation {
  /** Only what changed, or was rejected again. */
  results: AcknowledgmentResult[];
  findings: Finding[];
  /** Every answer repeats what was known: nothing to do. */
  duplicate: boolean;
}

export interface ReconcileOptions {
  /** Control numbers roll over: older groups are not matched. Default 90 days. */
  windowDays?: number;
}

/**
 * Holds an acknowledgment against what we sent (5.11.4 of the domain rules). Pure: the caller stores the results, clears the
 * acknowledgment's deadline of whatever became final, and opens FA_REJECTED for what was rejected.
 */
export function reconcileAcknowledgment(
  report: FunctionalAcknowledgmentReport,
  sent: readonly SentGroup[],
  now: Instant,
  options: ReconcileOptions = {},
): Reconciliation {
  const state: Reconciling = { results: [], findings: [], repeated: 0 };
  const since = Date.parse(now) - (options.windowDays ?? 90) * DAY_MS;
  // No upper bound: what is answered was sent, even where the clock was set back since, or runs ahead on the node that sent it.
  const recent = sent
    .filter((group) => Date.parse(group.sentAt) >= since && (group.test ?? report.test) === report.test)
    .sort((a, b) => b.sentAt.localeCompare(a.sentAt));
  if (report.interchange) reconcileInterchange(state, report, recent);
  else for (const group of report.groups) reconcileGroup(state, report, group, recent);
  const { results, findings, repeated } = state;
  const duplicate = repeated > 0 && results.length === 0 && findings.length === 0;
  return { results, findings: duplicate ? [duplicateFinding(report)] : findings, duplicate };
}

const DAY_MS = 86_400_000;

interface Reconciling {
  results: AcknowledgmentResult[];
  findings: Finding[];
  /** Answers that say again what was final already. */
  repeated: number;
}

/** One answer for one transaction. */
interface Answer {
  status: AcknowledgmentStatus;
  codes: AcknowledgmentCode[];
  segments: ReportedSegment[];
}

/** 997 and 999: our GS02, their GS03, AK101 = GS01, AK102 = GS06; the newest in the window. */
function reconcileGroup(
  state: Reconciling,
  report: FunctionalAcknowledgmentReport,
  group: ReportedGroup,
  recent: readonly SentGroup[],
): void {
  const sent = recent.find(
    (candidate) =>
      candidate.standard === 'x12' &&
      candidate.applicationSender === report.receiverId &&
      candidate.applicationReceiver === report.senderId &&
      candidate.functionalId === group.functionalId &&
      sameNumber(candidate.controlNumber, group.controlNumber),
  );
  if (!sent) {
    const what = `group ${group.controlNumber || '(no number)'} (${group.functionalId || 'no functional id'})`;
    state.findings.push(
      unmatched(report, `${what} from ${report.receiverId} to ${report.senderId}`, group.controlNumber),
    );
    return;
  }
  checkVersion(state, report, group, sent);
  checkCounts(state, report, group, sent);
  answerTransactions(state, report, group, sent, group.verdict);
}

function answerTransactions(
  state: Reconciling,
  report: FunctionalAcknowledgmentReport,
  group: ReportedGroup,
  sent: SentGroup,
  whole: ReportedVerdict | undefined,
  level: 'group' | 'interchange' = 'group',
): void {
  const listed = listTransactions(state, report, group, sent);
  const untold: SentTransaction[] = [];
  for (const transaction of sent.transactions) {
    const answer = answerFor(listed.get(transaction), group, whole, level);
    if (answer) settle(state, report, sent, transaction, answer);
    else untold.push(transaction);
  }
  if (untold.length > 0) reportUntold(state, report, untold);
}

/** What the answer lists, by the transaction of ours that it means; without a verdict where it does not fit. */
function listTransactions(
  state: Reconciling,
  report: FunctionalAcknowledgmentReport,
  group: ReportedGroup,
  sent: SentGroup,
): Map<SentTransaction, ReportedTransaction> {
  const listed = new Map<SentTransaction, ReportedTransaction>();
  const where = `group ${sent.controlNumber || sent.interchangeControlNumber}`;
  for (const transaction of group.transactions) {
    const number = transaction.controlNumber;
    const ours = sent.transactions.find(({ controlNumber }) => sameNumber(controlNumber, number));
    if (!ours) {
      state.findings.push(unmatched(report, `transaction ${number} of ${where}`, number));
      continue;
    }
    const known = listed.get(ours);
    const fits = isSameType(ours, transaction) && (!known || known.verdict === transaction.verdict);
    listed.set(ours, fits ? transaction : { ...transaction, verdict: undefined, codes: [], segments: [] });
    if (!isSameType(ours, transaction)) {
      const { type } = transaction;
      const message = `${report.type} answers transaction ${number} of ${where} as ${type}, which we sent as ${ours.type}.`;
      state.findings.push(mismatch(message, `${type} ${number}`, ours.type));
    } else if (!fits) {
      const message = `${report.type} answers transaction ${number} of ${where} twice, and not alike.`;
      state.findings.push(mismatch(message, number));
    }
  }
  return listed;
}

/** AK201 and UCM S009 name the type; syntax 4 may leave it out. */
function isSameType(ours: SentTransaction, { type }: ReportedTransaction): boolean {
  return type === '' || type === ours.type;
}

/** AK103 repeats GS08; some leave out the suffix of an industry. */
function checkVersion(
  state: Reconciling,
  report: FunctionalAcknowledgmentReport,
  { version, controlNumber }: ReportedGroup,
  sent: SentGroup,
): void {
  const ours = sent.version ?? '';
  if (version === '' || ours === '' || ours.startsWith(version) || version.startsWith(ours)) return;
  const message = `${report.type} answers group ${controlNumber} in version ${version}, which we sent in ${ours}.`;
  state.findings.push(mismatch(message, version, ours));
}

/** Nothing that is answered stays as it is without a word. */
function reportUntold(
  state: Reconciling,
  report: FunctionalAcknowledgmentReport,
  untold: readonly SentTransaction[],
): void {
  const names = untold.slice(0, 5).map(({ type, controlNumber }) => `${type} ${controlNumber}`);
  const more = untold.length > names.length ? ` and ${untold.length - names.length} more` : '';
  const message = `${report.type} says nothing for certain of ${names.join(', ')}${more}: what was known of it stays.`;
  state.findings.push(mismatch(message, names.join(', ')));
}

/**
 * A transaction that is not listed takes the verdict of its group; P means accepted, for accepted ones may be left out, but
 * not of one that is listed without a verdict.
 */
function answerFor(
  listed: ReportedTransaction | undefined,
  group: ReportedGroup,
  whole: ReportedVerdict | undefined,
  level: 'group' | 'interchange' = 'group',
): Answer | undefined {
  const verdict = whole === 'rejected' ? whole : (listed?.verdict ?? whole);
  if (verdict === undefined || (verdict === 'partial' && listed)) return undefined;
  const status = verdict === 'partial' ? 'accepted' : verdict;
  const codes = [
    ...(listed?.codes ?? []).map((code) => ({ level: 'transaction' as const, code })),
    ...(status === 'rejected' && whole === 'rejected' ? group.codes : []).map((code) => ({ level, code })),
  ];
  return { status, codes, segments: listed?.segments ?? [] };
}

/** Keeps the first final answer, but lets a partner who processed again after a rejection accept. */
function settle(
  state: Reconciling,
  report: FunctionalAcknowledgmentReport,
  group: SentGroup,
  transaction: SentTransaction,
  answer: Answer,
): void {
  const previous = transaction.status;
  const change = { id: transaction.id, group, previous, ...answer };
  if (!isFinal(previous)) {
    if (previous === answer.status) state.repeated += 1;
    else if (answer.status !== 'receivedOnly' || previous === 'pending' || previous === 'notExpected')
      state.results.push(change);
    return;
  }
  if (previous === answer.status || answer.status === 'receivedOnly') {
    state.repeated += 1;
    return;
  }
  const reprocessed = previous === 'rejected' && isAccepted(answer.status);
  if (reprocessed) state.results.push(change);
  const kept = reprocessed ? 'the new answer counts' : 'the first answer counts';
  state.findings.push({
    code: 'FA_CONFLICT',
    severity: reprocessed ? 'info' : 'warning',
    message: `${report.type} says ${answer.status} of ${transaction.type} ${transaction.controlNumber}, which was ${previous}: ${kept}.`,
    place: {},
    actual: answer.status,
    expected: previous,
  });
}

/** AK902 and AK903 are what we sent; AK904 is what the answer itself accepts. */
function checkCounts(
  state: Reconciling,
  report: FunctionalAcknowledgmentReport,
  group: ReportedGroup,
  sent: SentGroup,
): void {
  const count = sent.transactions.length;
  const differ = (element: string, actual: number | undefined, expected: number, what: string): void => {
    if (actual === undefined || actual === expected) return;
    state.findings.push({
      code: 'FA_COUNT_MISMATCH',
      severity: 'warning',
      message: `${report.type} for group ${group.controlNumber}: ${element} is ${actual}, expected ${expected}, ${what}.`,
      place: { segmentId: 'AK9' },
      actual: String(actual),
      expected: String(expected),
    });
  };
  differ('AK902', group.included, count, 'the transactions that we sent');
  differ('AK903', group.received, count, 'the transactions that we sent');
  if (group.verdict === undefined) return;
  const answers = sent.transactions.map((transaction) =>
    answerFor(
      group.transactions.find(({ controlNumber }) => sameNumber(controlNumber, transaction.controlNumber)),
      group,
      group.verdict,
    ),
  );
  const accepted = answers.filter((answer) => answer && isAccepted(answer.status)).length;
  differ('AK904', group.accepted, accepted, 'the transactions that it accepts');
}

/** TA1 and CONTRL name the interchange; a TA1 settles nothing below it unless it rejects. */
function reconcileInterchange(
  state: Reconciling,
  report: FunctionalAcknowledgmentReport,
  recent: readonly SentGroup[],
): void {
  const { interchange } = report;
  if (!interchange) return;
  const standard = report.type === 'TA1' ? 'x12' : 'edifact';
  const newest = recent.find(
    (group) =>
      group.standard === standard &&
      group.senderId === interchange.senderId &&
      group.receiverId === interchange.receiverId &&
      sameNumber(group.interchangeControlNumber, interchange.controlNumber),
  );
  if (!newest) {
    const what = `interchange ${interchange.controlNumber} from ${interchange.senderId} to ${interchange.receiverId}`;
    state.findings.push(unmatched(report, what, interchange.controlNumber));
    return;
  }
  const groups = recent.filter(
    (group) =>
      group.standard === standard &&
      group.sentAt === newest.sentAt &&
      group.interchangeControlNumber === newest.interchangeControlNumber &&
      group.senderId === newest.senderId &&
      group.receiverId === newest.receiverId,
  );
  for (const { controlNumber } of report.groups)
    if (!groups.some((group) => sameNumber(group.controlNumber, controlNumber))) {
      const which = controlNumber === '' ? 'messages without a group' : `group ${controlNumber}`;
      const what = `${which} of interchange ${interchange.controlNumber}`;
      state.findings.push(unmatched(report, what, controlNumber));
    }
  for (const group of groups) answerGroupOfInterchange(state, report, group);
}

function answerGroupOfInterchange(
  state: Reconciling,
  report: FunctionalAcknowledgmentReport,
  group: SentGroup,
): void {
  const { interchange } = report;
  const told = report.groups.find(({ controlNumber }) => sameNumber(controlNumber, group.controlNumber));
  const rejected = interchange?.verdict === 'rejected';
  const whole = report.type === 'TA1' && !rejected ? 'receivedOnly' : interchange?.verdict;
  const codes = rejected ? interchange.codes : (told?.codes ?? []);
  const answered: ReportedGroup = {
    functionalId: '',
    controlNumber: group.controlNumber,
    version: '',
    verdict: whole,
    codes,
    included: undefined,
    received: undefined,
    accepted: undefined,
    transactions: told?.transactions ?? [],
  };
  const level = rejected ? 'interchange' : 'group';
  answerTransactions(state, report, answered, group, rejected ? whole : (told?.verdict ?? whole), level);
}

/** Numeric control numbers are equal by value: partners drop and add leading zeros. */
function sameNumber(a: string, b: string): boolean {
  if (a === b) return true;
  return /^\d+$/.test(a) && /^\d+$/.test(b) && a.replace(/^0+/, '') === b.replace(/^0+/, '');
}

function unmatched(report: FunctionalAcknowledgmentReport, what: string, number: string): Finding {
  return {
    code: 'FA_UNMATCHED',
    severity: 'warning',
    message: `${report.type} answers ${what}, which we did not send this partner as ${report.test ? 'test' : 'production'} data within the match window.`,
    place: {},
    actual: number,
  };
}

/** It was answered, but not as what we sent under that number. */
function mismatch(message: string, actual: string, expected?: string): Finding {
  return {
    code: 'FA_MISMATCH',
    severity: 'warning',
    message,
    place: {},
    actual,
    ...(expected !== undefined && { expected }),
  };
}

function duplicateFinding(report: FunctionalAcknowledgmentReport): Finding {
  return {
    code: 'FA_DUPLICATE',
    severity: 'info',
    message: `${report.type} repeats an answer that was received before; nothing changes.`,
    place: {},
  };
}

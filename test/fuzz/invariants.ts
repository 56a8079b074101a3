import type { Finding } from '../../src/common/finding.ts';
import {
  DEFAULT_ACKNOWLEDGMENT_POLICY,
  acknowledgeInterchange,
  readAcknowledgments,
} from '../../src/edi/acknowledgment/index.ts';
import type { AcknowledgmentPolicy } from '../../src/edi/acknowledgment/index.ts';
import {
  ENVELOPE_FINDINGS,
  createEdiReader,
  parseFile,
  scanFile,
  toTree,
  writeTree,
} from '../../src/edi/index.ts';
import type {
  EdiEvent,
  FunctionalGroup,
  Interchange,
  Leniency,
  ParsedFile,
  TokenTable,
  Transaction,
} from '../../src/edi/index.ts';
import { findGrammar, validateTransaction } from '../../src/edi/grammar/index.ts';
import { TOKEN_SHIFT } from '../../src/edi/token-table.ts';
import { writeAnswer } from '../support/write-answer.ts';

/** What may vary from run to run beside the bytes. */
export interface Circumstances {
  leniency: Leniency;
  policy: AcknowledgmentPolicy;
  /** Lengths of the pieces that the file is read in, used in turn. */
  pieces: readonly number[];
}

const STANDARD: Circumstances = {
  leniency: {},
  policy: DEFAULT_ACKNOWLEDGMENT_POLICY,
  pieces: [1],
};

class Broken extends Error {}

function must(condition: boolean, law: string): asserts condition {
  if (!condition) throw new Broken(law);
}

/**
 * Holds everything against the bytes that is promised for any bytes at all; undefined when all of it holds, else the law
 * that was broken, or the error that was thrown.
 */
export function findBreach(bytes: Uint8Array, circumstances: Circumstances = STANDARD): string | undefined {
  try {
    checkLaws(bytes, circumstances);
    return undefined;
  } catch (error) {
    if (error instanceof Broken) return error.message;
    return `thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}

function checkLaws(bytes: Uint8Array, { leniency, policy, pieces }: Circumstances): void {
  const file = parseFile(bytes, { leniency });
  for (const finding of envelopeFindings(file)) checkFinding(finding, bytes);
  for (const interchange of file.interchanges) checkInterchange(interchange, bytes, leniency, policy);
  must(
    dumpEvents(readPieces(bytes, pieces, leniency)) === dumpFile(file),
    `read in pieces of ${pieces.join(', ')} the file is another`,
  );
  must(scan(bytes, leniency) === dumpFile(file), 'shown one transaction after the other the file is another');
  const tree = toTree(file);
  must(sameBytes(writeTree(tree).bytes, bytes), 'the tree gives other bytes than its file');
}

function envelopeFindings(file: ParsedFile): Finding[] {
  const groups = file.interchanges.flatMap((interchange) => interchange.groups);
  const transactions = groups.flatMap((group) => group.transactions);
  return [file, ...file.interchanges, ...groups, ...transactions].flatMap(({ findings }) => findings);
}

/** What a program says of values that it does not have. A file may hold such a word, and is quoted then. */
const SLIP = /undefined|NaN|\[object/;

/** The file as far as a finding may quote it: without release characters and line breaks. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes).replace(/[?\r\n]/g, '');
}

function checkFinding({ place, message, code }: Finding, bytes: Uint8Array): void {
  const size = bytes.length;
  const [start, end] = place.range ?? [0, 0];
  const inside =
    Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start <= end && end <= size;
  must(inside, `${code} points at ${start}–${end} of ${size} bytes`);
  must(message !== '' && message.length < 1000, `${code} says "${message.slice(0, 200)}"`);
  const slip = SLIP.exec(message)?.[0];
  must(
    slip === undefined || textOf(bytes).includes(slip),
    `${code} says by mistake "${message.slice(0, 200)}"`,
  );
  must(!(code in ENVELOPE_FINDINGS) || place.range !== undefined, `${code} names no place`);
}

function checkInterchange(
  interchange: Interchange,
  bytes: Uint8Array,
  leniency: Leniency,
  policy: AcknowledgmentPolicy,
): void {
  const validations = new Map<Transaction, readonly Finding[]>();
  for (const transaction of interchange.groups.flatMap((group) => group.transactions)) {
    const { findings } = validate(interchange, transaction, leniency);
    validations.set(transaction, findings);
    for (const finding of findings) checkTransactionFinding(finding, transaction.segments, bytes);
  }
  readAcknowledgments(interchange);
  checkAnswer(interchange, validations, policy);
}

function validate(interchange: Interchange, { ...transaction }: Transaction, leniency: Leniency) {
  const { standard, type, release, implementation } = transaction;
  const grammar = findGrammar(standard, type, release, {
    implementation,
    syntaxVersion: interchange.version.endsWith(':4') ? '4' : '3',
  });
  return validateTransaction(transaction, grammar, leniency);
}

function checkTransactionFinding(finding: Finding, segments: TokenTable, bytes: Uint8Array): void {
  checkFinding(finding, bytes);
  const { place, actual, severity, acknowledgment, code } = finding;
  must(severity === 'error' || acknowledgment === undefined, `${code} is a warning and is acknowledged`);
  const { segment = 0, element, component, repetition } = place;
  if (actual === undefined || element === undefined || component === undefined) return;
  must(
    segments.value(segment - 1, element, component, repetition) === actual,
    `${code} quotes another text than its place has`,
  );
}

/** An answer is in order by its own grammar, and is never answered itself. */
function checkAnswer(
  interchange: Interchange,
  validations: ReadonlyMap<Transaction, readonly Finding[]>,
  policy: AcknowledgmentPolicy,
): void {
  const answer = acknowledgeInterchange(interchange, validations, policy);
  const bytes = writeAnswer(interchange, answer);
  if (bytes === undefined) return;
  const [written] = parseFile(bytes).interchanges;
  must(written !== undefined, 'the answer is no interchange');
  const transactions = written.groups.flatMap((group) => group.transactions);
  must(transactions.length === answer.functional.length, 'the answer has other messages than were built');
  const contents = new Map(transactions.map((one) => [one, validate(written, one, {}).findings]));
  const findings = [
    ...written.findings,
    ...written.groups.flatMap((group) => group.findings),
    ...transactions.flatMap((one) => [...one.findings, ...(contents.get(one) ?? [])]),
  ];
  const fault = findings.find((finding) => !isOfCopy(finding));
  must(fault === undefined, `the answer is not in order: ${fault?.message ?? ''}`);
  const reply = acknowledgeInterchange(written, contents, {
    ...policy,
    functional: 'always',
    interchange: 'always',
  });
  must(reply.functional.length === 0, 'the answer would be answered');
}

/**
 * What an answer copies is named as it was sent, so that it can be found again: a number that is too short, a release
 * that has no dictionary, letters of another character set.
 */
function isOfCopy({ code, place }: Finding): boolean {
  const { segmentId = '', element = 0 } = place;
  if (code === 'RELEASE_NEAREST' || code === 'CHARACTERS_MISDECLARED') return true;
  if (code === 'INTERCHANGE_ACKNOWLEDGMENT_INVALID') return element <= 3;
  const copied = { AK1: 1, AK2: 3, UCI: 3, UCF: 3, UCM: 2 }[segmentId] ?? 0;
  return element <= copied && ['ELEMENT_MISSING', 'ELEMENT_TOO_SHORT', 'ELEMENT_INVALID_CODE'].includes(code);
}

function readPieces(bytes: Uint8Array, pieces: readonly number[], leniency: Leniency): EdiEvent[] {
  const reader = createEdiReader({ leniency });
  const events: EdiEvent[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const next = at + pieces[i % pieces.length]!;
    events.push(...reader.push(bytes.subarray(at, next)));
    at = next;
  }
  return [...events, ...reader.end()];
}

/** Equal for two readings of the same bytes if all that they say is equal: every token, every finding, every header. */
function dumpFile(file: ParsedFile): string {
  const parts = file.interchanges.flatMap((interchange) => [
    ...interchange.groups.flatMap((group) => [
      ...group.transactions.map(dumpTransaction),
      dumpEnvelope(group),
    ]),
    dumpEnvelope(interchange),
  ]);
  return [...parts, JSON.stringify([file.findings, file.byteOrderMark])].join('\n');
}

function dumpEvents(events: readonly EdiEvent[]): string {
  const parts = events.flatMap((event): string[] => {
    if (event.type === 'transaction') return [dumpTransaction(event.transaction)];
    if (event.type === 'groupEnded') return [dumpEnvelope(event.group)];
    if (event.type === 'interchangeEnded') return [dumpEnvelope(event.interchange)];
    return event.type === 'fileEnded' ? [JSON.stringify([event.findings, event.byteOrderMark])] : [];
  });
  return parts.join('\n');
}

function scan(bytes: Uint8Array, leniency: Leniency): string {
  const parts: string[] = [];
  const { findings, byteOrderMark } = scanFile(
    bytes,
    {
      transaction: (_interchange, _group, transaction) => parts.push(dumpTransaction(transaction)),
      groupEnded: (_interchange, group) => parts.push(dumpEnvelope(group)),
      interchangeEnded: (interchange) => parts.push(dumpEnvelope(interchange)),
    },
    { leniency },
  );
  return [...parts, JSON.stringify([findings, byteOrderMark])].join('\n');
}

/** A group or an interchange without what stands in it: a reader does not keep it. */
function dumpEnvelope(level: FunctionalGroup | Interchange): string {
  return JSON.stringify({ ...level, groups: [], transactions: [] });
}

function dumpTransaction({ segments, ...transaction }: Transaction): string {
  const { tokens, segments: records, first, length, base } = segments;
  const numbers: number[] = [];
  for (let s = 0; s < length; s++) {
    const record = (first + s) * 4;
    numbers.push(records[record]! + base, records[record + 2]!, records[record + 3]!);
    for (let t = records[record + 1]!; t < records[record + 5]!; t++)
      numbers.push((tokens[t]! >> TOKEN_SHIFT) + base, tokens[t]! & ((1 << TOKEN_SHIFT) - 1));
  }
  const text =
    length === 0 ? '' : segments.raw(length - 1) + segments.value(0, 1) + segments.value(length - 1, 1);
  return `${JSON.stringify(transaction)} ${text} ${numbers.join(' ')}`;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

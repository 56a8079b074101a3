import type { FunctionalGroup, Interchange, SegmentTable, Transaction } from '../model.ts';
import type {
  FunctionalAcknowledgmentReport,
  ReportedGroup,
  ReportedSegment,
  ReportedTransaction,
  ReportedVerdict,
} from './acknowledgment-report.ts';

/** True for what answers and is never answered itself. */
export function isAcknowledgment(transaction: Transaction): boolean {
  return /^(997|999|CONTRL)$/.test(transaction.type);
}

/** Every acknowledgment of an interchange: its TA1s, 997s, 999s and CONTRLs. */
export function readAcknowledgments(interchange: Interchange): FunctionalAcknowledgmentReport[] {
  const received = interchange.interchangeAcknowledgments
    .filter((elements) => elements[0] === 'TA1')
    .map((elements) => readInterchangeAcknowledgment(elements, interchange));
  const functional = interchange.groups.flatMap((group) =>
    group.transactions
      .filter(isAcknowledgment)
      .map((transaction) => readAcknowledgment(transaction, group, interchange)),
  );
  return [...received, ...functional];
}

/** Reads one 997, 999 or CONTRL. What it does not say stays '' or undefined; nothing is judged here. */
function readAcknowledgment(
  transaction: Transaction,
  group: FunctionalGroup,
  interchange: Interchange,
): FunctionalAcknowledgmentReport {
  if (transaction.type === 'CONTRL') return readContrl(transaction.segments, interchange);
  return {
    type: transaction.type === '999' ? '999' : '997',
    interchange: undefined,
    groups: [readFunctional(transaction.segments)],
    senderId: group.applicationSender,
    receiverId: group.applicationReceiver,
    test: interchange.test,
  };
}

/** AK501 and IK501. */
const TRANSACTION_VERDICT: Readonly<Record<string, ReportedVerdict>> = {
  A: 'accepted',
  E: 'acceptedWithErrors',
  R: 'rejected',
  M: 'rejected',
  W: 'rejected',
  X: 'rejected',
};

/** AK901 and TA104. */
const X12_VERDICT: Readonly<Record<string, ReportedVerdict>> = { ...TRANSACTION_VERDICT, P: 'partial' };

/** TA1 by its elements, the id first. */
function readInterchangeAcknowledgment(
  elements: readonly string[],
  carrier: Interchange,
): FunctionalAcknowledgmentReport {
  const [, controlNumber = '', , , status = '', code = ''] = elements;
  return {
    type: 'TA1',
    interchange: {
      controlNumber,
      verdict: X12_VERDICT[status],
      codes: code === '' || code === '000' ? [] : [code],
      senderId: carrier.receiver.id,
      receiverId: carrier.sender.id,
    },
    groups: [],
    senderId: carrier.sender.id,
    receiverId: carrier.receiver.id,
    test: carrier.test,
  };
}

function emptyGroup(controlNumber: string): ReportedGroup {
  return {
    functionalId: '',
    controlNumber,
    version: '',
    verdict: undefined,
    codes: [],
    included: undefined,
    received: undefined,
    accepted: undefined,
    transactions: [],
  };
}

function readFunctional(table: SegmentTable): ReportedGroup {
  const group = emptyGroup('');
  for (let s = 0; s < table.length; s++) {
    const transaction = group.transactions.at(-1);
    const segment = transaction?.segments.at(-1);
    switch (table.id(s)) {
      case 'AK1':
        group.functionalId = table.value(s, 1);
        group.controlNumber = table.value(s, 2);
        group.version = table.value(s, 3);
        break;
      case 'AK2':
        group.transactions.push(emptyTransaction(table.value(s, 1), table.value(s, 2)));
        break;
      case 'AK3':
      case 'IK3':
        transaction?.segments.push(readSegmentNote(table, s));
        break;
      case 'AK4':
      case 'IK4':
        segment?.elements.push({
          element: readCount(table.value(s, 1)) ?? 0,
          component: readCount(table.value(s, 1, 2)) ?? 0,
          repetition: readCount(table.value(s, 1, 3)) ?? 0,
          elementId: table.value(s, 2),
          code: table.value(s, 3),
          copy: table.value(s, 4),
        });
        break;
      case 'AK5':
      case 'IK5':
        if (!transaction) break;
        transaction.verdict = TRANSACTION_VERDICT[table.value(s, 1)];
        transaction.codes = readCodes(table, s, 2);
        break;
      case 'AK9':
        group.verdict = X12_VERDICT[table.value(s, 1)];
        group.included = readCount(table.value(s, 2));
        group.received = readCount(table.value(s, 3));
        group.accepted = readCount(table.value(s, 4));
        group.codes = readCodes(table, s, 5);
        break;
      default:
    }
  }
  return group;
}

function emptyTransaction(type: string, controlNumber: string): ReportedTransaction {
  return { type, controlNumber, verdict: undefined, codes: [], segments: [] };
}

function readSegmentNote(table: SegmentTable, s: number): ReportedSegment {
  return {
    segmentId: table.value(s, 1),
    position: readCount(table.value(s, 2)) ?? 0,
    loop: table.value(s, 3),
    code: table.value(s, 4),
    elements: [],
  };
}

function readCodes(table: SegmentTable, s: number, from: number): string[] {
  const codes: string[] = [];
  for (let e = from; e <= table.elementCount(s); e++)
    if (table.value(s, e) !== '') codes.push(table.value(s, e));
  return codes;
}

function readCount(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

const ACTION: Readonly<Record<string, ReportedVerdict>> = {
  '4': 'rejected',
  '7': 'accepted',
  '8': 'receivedOnly',
};

function readContrl(table: SegmentTable, carrier: Interchange): FunctionalAcknowledgmentReport {
  const report: FunctionalAcknowledgmentReport = {
    type: 'CONTRL',
    interchange: undefined,
    groups: [],
    senderId: carrier.sender.id,
    receiverId: carrier.receiver.id,
    test: carrier.test,
  };
  for (let s = 0; s < table.length; s++) {
    const group = report.groups.at(-1);
    const transaction = group?.transactions.at(-1);
    switch (table.id(s)) {
      case 'UCI':
        report.interchange = {
          controlNumber: table.value(s, 1),
          verdict: ACTION[table.value(s, 4)],
          codes: readCode(table, s, 5),
          senderId: table.value(s, 2),
          receiverId: table.value(s, 3),
        };
        break;
      case 'UCF':
        report.groups.push({
          ...emptyGroup(table.value(s, 1)),
          verdict: ACTION[table.value(s, 4)],
          codes: readCode(table, s, 5),
        });
        break;
      case 'UCM': {
        const owner = group ?? emptyGroup('');
        if (!group) report.groups.push(owner);
        owner.transactions.push({
          ...emptyTransaction(table.value(s, 2), table.value(s, 1)),
          verdict: ACTION[table.value(s, 3)],
          codes: readCode(table, s, 4),
        });
        break;
      }
      case 'UCS':
        transaction?.segments.push({
          segmentId: '',
          position: readCount(table.value(s, 1)) ?? 0,
          loop: '',
          code: table.value(s, 2),
          elements: [],
        });
        break;
      case 'UCD':
        transaction?.segments.at(-1)?.elements.push({
          // 0098 counts the segment tag as 1.
          element: Math.max(0, (readCount(table.value(s, 2)) ?? 1) - 1),
          component: readCount(table.value(s, 2, 2)) ?? 0,
          repetition: readCount(table.value(s, 2, 3)) ?? 0,
          elementId: '',
          code: table.value(s, 1),
          copy: '',
        });
        break;
      default:
    }
  }
  return report;
}

function readCode(table: SegmentTable, s: number, e: number): string[] {
  const code = table.value(s, e);
  return code === '' ? [] : [code];
}

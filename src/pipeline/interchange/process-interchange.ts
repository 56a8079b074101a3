import { acknowledgeInterchange } from '../../edi/acknowledgment/acknowledge.ts';
import type { InterchangeAnswer } from '../../edi/acknowledgment/acknowledge.ts';
import type { Interchange, Transaction } from '../../edi/model.ts';
import type { PipelineContext } from '../context.ts';
import { decideInterchange, isSettled } from './decide-interchange.ts';
import { DocumentTally } from '../intake/file-outcome.ts';
import type { InterchangeOutcome } from '../intake/file-outcome.ts';
import type { InterchangeInProcess } from './interchange-in-process.ts';
import { reportCharacters, reportEnvelope, reportUndelivered } from './interchange-troubles.ts';
import { processTransaction } from './process-transaction.ts';
import type { DocumentRecord, FileRecord } from '../records.ts';
import { reconcileAcknowledgments } from './reconcile.ts';
import { sha256Of } from '../unit-of-work.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { validateForPartner } from './validate.ts';

/** Processes one interchange in one unit of work, which the caller commits: everything in it and its acknowledgment. */
export async function processInterchange(
  unit: UnitOfWork,
  context: PipelineContext,
  file: FileRecord,
  bytes: Uint8Array,
  interchange: Interchange,
  again: boolean,
): Promise<InterchangeOutcome> {
  const id = `${file.id}-${interchange.interchange}`;
  const known = await unit.get('interchanges', id);
  const contentSha256 = sha256Of(bytes.subarray(...interchange.range));
  const given = { file, bytes, interchange, id, contentSha256 };
  const record = isSettled(known, again)
    ? known
    : await decideInterchange(unit, context, given, known, (inProcess) =>
        processContent(unit, context, inProcess),
      );
  const documents = new DocumentTally();
  const listed = known === undefined ? newDocuments(unit, id) : await listDocuments(unit, id);
  for (const document of listed.sort(byPlace)) documents.add(document);
  return { interchange: record, documents };
}

/** Every transaction of it; returns the answer that the partner is due. */
async function processContent(
  unit: UnitOfWork,
  context: PipelineContext,
  inProcess: InterchangeInProcess,
): Promise<InterchangeAnswer> {
  const { interchange, partner } = inProcess;
  const transactions = interchange.groups.flatMap((group) => group.transactions);
  const validations = new Map(
    transactions.map((transaction) => [transaction, validateForPartner(partner, interchange, transaction)]),
  );
  const contentFindings = new Map(
    [...validations].map(([transaction, validation]) => [transaction, validation.findings]),
  );
  const answer = acknowledgeInterchange(interchange, contentFindings, partner.acknowledgments.send);
  for (const group of answer.decision.groups) {
    for (const decided of group.transactions) {
      await processTransaction(unit, context, inProcess, decided, validations.get(decided.transaction)!);
    }
  }
  await reconcileAcknowledgments(unit, context, inProcess, rejectedOf(answer));
  await reportEnvelope(unit, context, inProcess, answer.decision);
  await reportCharacters(unit, context, inProcess);
  await reportUndelivered(unit, context, inProcess);
  return answer;
}

function rejectedOf({ decision }: InterchangeAnswer): Set<Transaction> {
  const transactions = decision.groups.flatMap((group) => group.transactions);
  return new Set(
    transactions.filter(({ verdict }) => verdict === 'rejected').map(({ transaction }) => transaction),
  );
}

/** What the interchange holds, as it will be on record. */
async function listDocuments(unit: UnitOfWork, interchangeId: string): Promise<DocumentRecord[]> {
  return unit.findAll('documents', { interchangeId }, (record) => record.interchangeId === interchangeId);
}

/** Of an interchange that was not known before, the store holds none. */
function newDocuments(unit: UnitOfWork, interchangeId: string): DocumentRecord[] {
  return unit.operations.flatMap((operation) =>
    operation.collection === 'documents' &&
    operation.op === 'insert' &&
    operation.record.interchangeId === interchangeId
      ? [operation.record]
      : [],
  );
}

function byPlace({ ordinal: a }: DocumentRecord, { ordinal: b }: DocumentRecord): number {
  return (a?.group ?? 0) - (b?.group ?? 0) || (a?.transaction ?? 0) - (b?.transaction ?? 0);
}

import type { Finding } from '../../common/finding.ts';
import { withoutZeros } from '../../edi/control-number.ts';
import type { Interchange, Transaction } from '../../edi/model.ts';
import type { PipelineContext } from '../context.ts';
import type { InterchangeInProcess } from './interchange-in-process.ts';
import type { InterchangeRecord } from '../records.ts';

/** Scope and number: what must not come twice within the partner's window (5.12 of the domain rules). */
export function interchangeKey(interchange: Interchange): string {
  const { standard, sender, receiver, test, controlNumber } = interchange;
  const parties = `${sender.qualifier}/${sender.id}>${receiver.qualifier}/${receiver.id}`;
  return `${standard}|${parties}|${test ? 'T' : 'P'}|${withoutZeros(controlNumber)}`;
}

/** Id of the claim on a number, by its interchangeKey. */
export function claimOf(key: string): string {
  return `interchange|${key}`;
}

/** Id of the document record of a transaction: the same in every run of its file. */
export function documentIdOf(interchangeId: string, transaction: Transaction): string {
  return `${interchangeId}-${transaction.group}-${transaction.transaction}`;
}

/** What is decided about an interchange, beside what its envelope says. */
export interface InterchangeVerdict {
  status: InterchangeRecord['status'];
  partnerId: string;
  /** From beyond the syntax: the sender, a repeat, the usage. */
  findings: readonly Finding[];
  acknowledgmentFileIds: readonly string[];
  /** Where its content was decided on. */
  acceptedCount?: number;
}

export function toInterchangeRecord(
  context: PipelineContext,
  {
    file,
    interchange,
    id,
    contentSha256,
  }: Pick<InterchangeInProcess, 'file' | 'interchange' | 'id' | 'contentSha256'>,
  known: InterchangeRecord | undefined,
  { status, partnerId, findings, acknowledgmentFileIds, acceptedCount }: InterchangeVerdict,
): InterchangeRecord {
  return {
    id,
    revision: known?.revision ?? 0,
    fileId: file.id,
    direction: 'inbound',
    partnerId,
    standard: interchange.standard,
    senderId: interchange.sender.id,
    receiverId: interchange.receiver.id,
    controlNumber: interchange.controlNumber,
    controlKey: interchangeKey(interchange),
    groupKey: '',
    test: interchange.test,
    createdAt: known?.createdAt ?? context.clock.now(),
    status,
    contentSha256,
    ...(acceptedCount !== undefined && { acceptedCount }),
    acknowledgmentFileIds: [...acknowledgmentFileIds],
    findings: [
      ...findings,
      ...interchange.findings,
      ...interchange.groups.flatMap((group) => group.findings),
    ],
    groups: interchange.groups.map((group) => ({
      functionalId: group.functionalId,
      controlNumber: group.controlNumber,
      applicationSender: group.applicationSender,
      applicationReceiver: group.applicationReceiver,
      transactions: group.transactions.map((transaction) => ({
        type: transaction.type,
        controlNumber: transaction.controlNumber,
        documentId: documentIdOf(id, transaction),
      })),
    })),
  };
}

import type { Finding } from '../../common/finding.ts';
import type { Document } from '../../documents/document.ts';
import type { ChannelSettings } from '../../partners/channel-schema.ts';
import { findOutboundChannel } from '../../partners/outbound-channel.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import type { PipelineContext } from '../context.ts';
import type { EncodedInterchange } from './encoded-interchange.ts';
import { fileNameOf } from './file-name.ts';
import type { DocumentRecord, FileRecord } from '../records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { enqueue } from '../work/work-queue.ts';

/** What goes out in one file: the bytes, and what the store remembers of them. */
export interface OutboundInterchange {
  partner: Partner;
  encoded: EncodedInterchange;
  documentType: DocumentRecord['documentType'];
  /** Business number, for lists and the file name. */
  number: string;
  document?: Document;
  orderIds: readonly string[];
  summary: string;
  /** Work items with this key leave one after the other. */
  orderingKey: string;
  /** Whether the partner is to answer with a functional acknowledgment. */
  acknowledgmentExpected: boolean;
  /** The inbound file that this acknowledges. */
  answersFileId?: string;
  findings: Finding[];
}

/**
 * Records an encoded interchange with its bytes and the work item that will send it, all in the caller's commit: from then
 * on its control number is bound to these bytes for ever. Returns the id of the (first) document in it.
 */
export async function recordOutbound(
  unit: UnitOfWork,
  context: PipelineContext,
  outbound: OutboundInterchange,
): Promise<{ documentId: string; fileId: string }> {
  const { partner, encoded } = outbound;
  const now = context.clock.now();
  const fileId = context.ids.next();
  const interchangeId = context.ids.next();
  const documentId = context.ids.next();
  const sha256 = unit.archive(encoded.bytes);
  const direction = 'outbound' as const;
  const common = {
    revision: 0,
    direction,
    partnerId: partner.partner,
    createdAt: now,
    status: 'queued' as const,
  };
  const channel = findOutboundChannel(partner, outbound.documentType);
  const file: FileRecord = {
    ...common,
    id: fileId,
    // Without one the delivery becomes a dead letter that says so.
    channel: channel?.type ?? 'none',
    channelName: channel?.name ?? '',
    name: fileNameOf(channel?.fileName, outbound.documentType, outbound.number, encoded),
    sha256,
    sizeBytes: encoded.bytes.length,
    syntax: encoded.standard,
    findings: outbound.findings,
    summary: outbound.summary,
    ...(outbound.answersFileId !== undefined && { answersFileId: outbound.answersFileId }),
  };
  unit.insert('files', file);
  unit.insert('interchanges', {
    ...common,
    id: interchangeId,
    fileId,
    standard: encoded.standard,
    senderId: encoded.senderId,
    receiverId: encoded.receiverId,
    controlNumber: encoded.controlNumber,
    controlKey: encoded.controlKey,
    groupKey: encoded.groupKey,
    test: encoded.test,
    contentSha256: sha256,
    acknowledgmentFileIds: [],
    findings: [],
    groups: encoded.groups.map((group) => ({
      ...group,
      transactions: group.transactions.map((transaction) => ({ ...transaction, documentId })),
    })),
  });
  unit.insert('documents', {
    ...common,
    id: documentId,
    fileId,
    interchangeId,
    documentType: outbound.documentType,
    transactionType: encoded.transactionType,
    controlNumber: encoded.groups[0]?.transactions[0]?.controlNumber ?? '',
    number: outbound.number,
    acknowledgmentStatus: outbound.acknowledgmentExpected ? 'pending' : 'notExpected',
    findings: outbound.findings,
    ...(encoded.mapId !== undefined && { map: encoded.mapId }),
    ...(outbound.document !== undefined && { document: outbound.document }),
  });
  for (const orderId of outbound.orderIds) await linkOrder(unit, context, orderId, documentId);
  unit.add(
    enqueue(context, {
      kind: 'sendFile',
      key: `send/${fileId}`,
      orderingKey: orderingKeyOf(channel, partner.partner) ?? outbound.orderingKey,
      partnerId: partner.partner,
      payload: { fileId },
    }),
  );
  unit.afterCommit(context.wake);
  return { documentId, fileId };
}

/** A partner may want to have every file in the order in which it was made. */
function orderingKeyOf(channel: ChannelSettings | undefined, partnerId: string): string | undefined {
  const strict = channel?.type === 'as2' && channel.strictSequence;
  return strict ? `send-in-order:${partnerId}:${channel.name}` : undefined;
}

/** Joins a document to an order that it speaks of. */
export async function linkOrder(
  unit: UnitOfWork,
  context: PipelineContext,
  orderId: string,
  documentId: string,
): Promise<void> {
  const id = `${orderId}|${documentId}`;
  if ((await unit.get('orderDocuments', id)) !== undefined) return;
  unit.insert('orderDocuments', {
    id,
    revision: 0,
    orderId,
    documentId,
    createdAt: context.clock.now(),
  });
}

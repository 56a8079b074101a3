import type { Finding } from '../../common/finding.ts';
import type { Document } from '../../documents/document.ts';
import type { OrderEvent } from '../../tracking/model.ts';
import { stableText } from '../../tracking/stable-text.ts';
import type { PipelineContext } from '../context.ts';
import { applyAdvice } from './apply-advice.ts';
import { orderIdsOf } from './document-number.ts';
import { raiseException } from '../exceptions/exceptions.ts';
import { rematchByDeliveryNote } from '../invoices/awaited-delivery-notes.ts';
import { receiveInvoice } from '../invoices/receive-invoice.ts';
import { withOurOrderNumbers } from './order-number.ts';
import type { OrderRecord } from '../orders/order-records.ts';
import { applyOrderEvent } from '../orders/order-stream.ts';
import { linkOrder } from '../outbound/outbound.ts';
import type { DocumentRecord } from '../records.ts';
import type { AppliedDocument, ReceivedDocument } from './received-document.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { sha256Of } from '../unit-of-work.ts';

type OrderAnswer = Extract<Document, { documentType: 'orderResponse' | 'despatchAdvice' }>;

/** Lets a partner's document have its effect on the orders and invoices that it speaks of. */
export async function applyDocument(
  unit: UnitOfWork,
  context: PipelineContext,
  received: ReceivedDocument,
): Promise<AppliedDocument> {
  const document = await withOurOrderNumbers(unit, context, received.partner, received.document);
  switch (document.documentType) {
    case 'orderResponse':
    case 'despatchAdvice':
      return applyToOrders(unit, context, received, document);
    case 'invoice':
    case 'creditNote':
      return receiveInvoice(unit, context, received, document);
    case 'applicationAdvice':
      return document.regarding.documentType === 'order' || document.regarding.documentType === 'orderChange'
        ? applyAdvice(unit, context, received, document)
        : refuse(unit, context, received);
    default:
      return refuse(unit, context, received);
  }
}

async function applyToOrders(
  unit: UnitOfWork,
  context: PipelineContext,
  received: ReceivedDocument,
  document: OrderAnswer,
): Promise<AppliedDocument> {
  const statuses = new Set<DocumentRecord['status']>();
  const findings: Finding[] = [];
  for (const orderId of orderIdsOf(document)) {
    const order = await unit.get('orders', orderId);
    await linkOrder(unit, context, orderId, received.record.id);
    if (order?.state.phase === 'live' && order.partnerId !== received.partner.partner) {
      findings.push(await refuseForeign(unit, context, received, order));
      statuses.add('rejected');
    } else statuses.add(await applyToOrder(unit, context, received, document, orderId));
  }
  if (document.documentType === 'despatchAdvice')
    await rematchByDeliveryNote(unit, context, received.record, document);
  return { status: STATUS_BY_WEIGHT.find((status) => statuses.has(status)) ?? 'duplicate', findings };
}

/** Of a document that speaks of several orders: what became of it as a whole is the first of these. */
const STATUS_BY_WEIGHT: readonly DocumentRecord['status'][] = ['applied', 'parked', 'rejected'];

async function applyToOrder(
  unit: UnitOfWork,
  context: PipelineContext,
  { record, partner }: ReceivedDocument,
  document: OrderAnswer,
  orderId: string,
): Promise<DocumentRecord['status']> {
  const documentRef = {
    documentId: record.id,
    contentHash: sha256Of(stableText(document)),
    fileId: record.fileId,
  };
  const common = { id: `document/${record.id}`, documentRef, partnerId: partner.partner };
  const event: OrderEvent =
    document.documentType === 'orderResponse'
      ? { ...common, type: 'orderResponseReceived', document }
      : {
          ...common,
          type: 'despatchAdviceReceived',
          document,
          orderId,
          reusedSsccs: await claimSsccs(unit, context, partner.partner, document),
        };
  const decision = await applyOrderEvent(unit, context, orderId, partner.partner, event);
  if (!decision.changed) return 'duplicate';
  return decision.state.phase === 'parked' ? 'parked' : 'applied';
}

/** An order answers to its own supplier only, whatever others send. */
async function refuseForeign(
  unit: UnitOfWork,
  context: PipelineContext,
  { record, partner }: ReceivedDocument,
  order: OrderRecord,
): Promise<Finding> {
  await raiseException(unit, context, {
    type: 'SUPPLIER_MISMATCH',
    owner: 'buyer',
    subject: { partnerId: partner.partner, orderId: order.id, documentId: record.id, fileId: record.fileId },
    discriminator: record.id,
    detail:
      `${partner.name} sent ${record.transactionType} ${record.number} about order ${order.number}, which went to ` +
      `${order.partnerId}. Nothing of it was applied to that order.`,
  });
  return {
    ...refusalOf(record, 'FOREIGN_ORDER'),
    message: `Order ${order.number} is none that ${partner.name} was sent: nothing of ${record.transactionType} ${record.number} was applied to it.`,
    actual: order.number,
  };
}

function refusalOf({ ordinal }: DocumentRecord, code: string): Pick<Finding, 'code' | 'severity' | 'place'> {
  return { code, severity: 'error', place: { ...ordinal } };
}

/** SSCCs are unique for twelve months per partner: those that another shipment had are returned (5.5, check 5). */
async function claimSsccs(
  unit: UnitOfWork,
  context: PipelineContext,
  partnerId: string,
  document: Extract<Document, { documentType: 'despatchAdvice' }>,
): Promise<string[]> {
  const now = context.clock.now();
  const reused: string[] = [];
  for (const { sscc } of document.packages ?? []) {
    if (sscc === undefined) continue;
    const id = `sscc|${partnerId}|${sscc}`;
    const claim = await unit.get('claims', id);
    const mine = {
      id,
      revision: claim?.revision ?? 0,
      ownerId: document.id,
      contentSha256: '',
      createdAt: now,
    };
    const expired = claim !== undefined && Date.parse(now) - Date.parse(claim.createdAt) > 366 * 86_400_000;
    if (claim === undefined) unit.insert('claims', mine);
    else if (expired) unit.update('claims', mine);
    else if (claim.ownerId !== document.id) reused.push(sscc);
  }
  return reused;
}

/** Orders and receipts come from the ERP; a supplier who sends one has mistaken us for somebody else. */
async function refuse(
  unit: UnitOfWork,
  context: PipelineContext,
  { record, document, partner }: ReceivedDocument,
): Promise<AppliedDocument> {
  const message =
    `${partner.name} sent a document of type ${document.documentType}. From a supplier Tradelane takes order responses, despatch ` +
    'advices, invoices and credit notes; nothing was done with it.';
  await raiseException(unit, context, {
    type: 'MAP_ERROR',
    subject: { partnerId: partner.partner, documentId: record.id, fileId: record.fileId },
    detail: message,
  });
  return { status: 'rejected', findings: [{ ...refusalOf(record, 'DOCUMENT_UNEXPECTED'), message }] };
}

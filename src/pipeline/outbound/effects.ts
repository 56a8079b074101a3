import type { Finding } from '../../common/finding.ts';
import { sentence } from '../../common/sentence.ts';
import type { Effect, OrderEvent } from '../../tracking/model.ts';
import type { PipelineContext } from '../context.ts';
import { encodeDocument } from './encode-document.ts';
import { raiseException } from '../exceptions/exceptions.ts';
import { causeOf } from './unwritable.ts';
import { recordOutbound } from './outbound.ts';
import type { ErpCommand } from '../ports/erp.ts';
import type { WorkKind } from '../records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { enqueue } from '../work/work-queue.ts';

interface OrderEffect {
  orderId: string;
  partnerId: string;
  effect: Effect;
}

type EffectOf<K extends Effect['kind']> = Extract<Effect, { kind: K }>;

/**
 * Turns what a decision wants done outside into rows of the same commit: a document with its bytes, or a work item. Returns
 * what the order has to hear of it.
 */
export async function recordEffect(
  unit: UnitOfWork,
  context: PipelineContext,
  order: OrderEffect,
): Promise<OrderEvent | undefined> {
  const { effect } = order;
  switch (effect.kind) {
    case 'sendDocument':
      return sendDocument(unit, context, order, effect);
    case 'writeErp':
      return record(unit, context, order, 'writeErp', { command: toErpCommand(order, effect) });
    case 'rematchInvoices':
      return record(unit, context, order, 'rematchInvoices', {
        orderId: order.orderId,
        trigger: effect.trigger,
      });
    case 'notify':
      return record(unit, context, order, 'notify', {
        audience: effect.audience,
        template: effect.template,
        data: effect.data,
        orderId: order.orderId,
      });
  }
}

/** The key of an effect is the id of its work item: the same decision taken again finds it there. */
async function record(
  unit: UnitOfWork,
  context: PipelineContext,
  { orderId, partnerId, effect }: OrderEffect,
  kind: WorkKind,
  payload: Record<string, unknown>,
): Promise<undefined> {
  if ((await unit.get('work', effect.key)) !== undefined) return undefined;
  unit.add(
    enqueue(context, {
      id: effect.key,
      kind,
      key: effect.key,
      orderingKey: `${kind}:${orderId}`,
      partnerId,
      payload,
    }),
  );
  unit.afterCommit(context.wake);
  return undefined;
}

function toErpCommand({ orderId, partnerId }: OrderEffect, effect: EffectOf<'writeErp'>): ErpCommand {
  const document = 'document' in effect.payload ? { document: effect.payload.document } : {};
  return {
    key: effect.key,
    kind: effect.operation,
    orderIds: [orderId],
    partnerId,
    ...document,
    data: effect.payload,
  };
}

async function sendDocument(
  unit: UnitOfWork,
  context: PipelineContext,
  { orderId, partnerId }: OrderEffect,
  effect: EffectOf<'sendDocument'>,
): Promise<OrderEvent | undefined> {
  const { document, documentType, version } = effect;
  const partner = context.partners.partners.find((candidate) => candidate.partner === partnerId);
  if (partner === undefined) {
    const detail = `Order ${orderId} cannot be sent: there is no partner "${partnerId}" any more. Put its partner.yaml back, then reprocess.`;
    await raiseException(unit, context, { type: 'MAP_ERROR', subject: { partnerId, orderId }, detail });
    return undefined;
  }
  const { interchange, findings } = await encodeDocument(unit, context, partner, document);
  if (interchange === undefined) {
    const error = findings.find(isError);
    await raiseException(unit, context, {
      ...causeOf(error),
      subject: { partnerId, orderId },
      detail:
        `Order ${orderId} version ${version} cannot be written for ${partner.name}: ${sentence(error?.message ?? 'no map writes it')} ` +
        'Mend the map or the data, then reprocess: it goes out then.',
      evidence: findings.map((finding) => ({ text: finding.message, place: finding.place })),
    });
    return undefined;
  }
  const { documentId } = await recordOutbound(unit, context, {
    partner,
    encoded: interchange,
    documentType,
    number: document.id,
    document,
    orderIds: [orderId],
    summary: `${interchange.transactionType} for order ${document.id}, version ${version}`,
    orderingKey: `send:${orderId}`,
    acknowledgmentExpected: interchange.acknowledgmentExpected,
    findings,
  });
  return { type: 'documentQueued', id: `queued/${documentId}`, documentId, documentType, version };
}

function isError({ severity }: Finding): boolean {
  return severity === 'error';
}

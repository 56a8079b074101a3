import { hasErrors } from '../common/finding.ts';
import type { Effect } from '../tracking/model.ts';
import type { PipelineContext } from './context.ts';
import { encodeDocument } from './encode.ts';
import { raiseException } from './exceptions.ts';
import { applyOrderEvent } from './order-stream.ts';
import { recordOutbound } from './outbound.ts';
import type { ErpCommand } from './ports/erp.ts';
import type { WorkKind } from './records.ts';
import type { UnitOfWork } from './unit-of-work.ts';
import { enqueue } from './work-queue.ts';

interface OrderEffect {
  orderId: string;
  partnerId: string;
  effect: Effect;
}

type EffectOf<K extends Effect['kind']> = Extract<Effect, { kind: K }>;

/** Turns what a decision wants done outside into rows of the same commit: a document with its bytes, or a work item. */
export async function recordEffect(unit: UnitOfWork, context: PipelineContext, order: OrderEffect): Promise<void> {
  const { effect } = order;
  switch (effect.kind) {
    case 'sendDocument':
      return sendDocument(unit, context, order, effect);
    case 'writeErp':
      return record(unit, context, order, 'writeErp', { command: toErpCommand(order, effect) });
    case 'rematchInvoices':
      return record(unit, context, order, 'rematchInvoices', { orderId: order.orderId, trigger: effect.trigger });
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
): Promise<void> {
  if ((await unit.get('work', effect.key)) !== undefined) return;
  unit.add(
    enqueue(context, { id: effect.key, kind, key: effect.key, orderingKey: `${kind}:${orderId}`, partnerId, payload }),
  );
  unit.afterCommit(context.wake);
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
): Promise<void> {
  const partner = context.partners.partners.find((candidate) => candidate.partner === partnerId);
  const encoded = partner === undefined ? undefined : await encodeDocument(unit, context, partner, effect.document);
  if (partner === undefined || encoded === undefined || hasErrors(encoded.findings) || encoded.interchange === undefined) {
    const findings = encoded?.findings ?? [];
    await raiseException(unit, context, {
      type: 'MAP_ERROR',
      subject: { partnerId, orderId },
      discriminator: effect.key,
      detail:
        partner === undefined
          ? `Order ${orderId} cannot be sent: there is no partner "${partnerId}" any more.`
          : `Order ${orderId} version ${effect.version} cannot be written for ${partner.name}: ${findings[0]?.message ?? ''}`,
      evidence: findings.map((finding) => ({ text: finding.message, place: finding.place })),
    });
    return;
  }
  const { documentId } = await recordOutbound(unit, context, {
    partner,
    encoded: encoded.interchange,
    documentType: effect.documentType,
    number: effect.document.id,
    document: effect.document,
    orderIds: [orderId],
    summary: `${encoded.interchange.transactionType} for order ${effect.document.id}, version ${effect.version}`,
    orderingKey: `send:${orderId}`,
    acknowledgmentExpected: encoded.interchange.acknowledgmentExpected,
    findings: encoded.findings,
  });
  await applyOrderEvent(unit, context, orderId, partnerId, {
    type: 'documentQueued',
    id: `queued/${documentId}`,
    documentId,
    documentType: effect.documentType,
    version: effect.version,
  });
}

import { localDate } from '../common/calendar.ts';
import { GatewayError } from '../common/errors.ts';
import type { CreditNote, Invoice } from '../documents/invoice.ts';
import type { Partner } from '../partners/partner-schema.ts';
import { resolveMatchPolicy } from '../partners/resolve-match-policy.ts';
import type { ExceptionAction } from '../tracking/exception-model.ts';
import { buildMatchInput } from '../tracking/match/build-match-input.ts';
import type { PriorStatus } from '../tracking/match/facts.ts';
import { decideHold, DEFAULT_HOLD_RULES, isPayable, updateHolds } from '../tracking/match/hold.ts';
import type { HoldEffect, HoldState } from '../tracking/match/hold.ts';
import { plainInvoiceNumber } from '../tracking/match/identifiers.ts';
import { match } from '../tracking/match/match.ts';
import type { HoldAction, MatchDecision } from '../tracking/match/model.ts';
import { priorInvoiceOf, statusOf } from '../tracking/match/prior-invoice.ts';
import { proposeShortPay } from '../tracking/match/short-pay.ts';
import type { ReceivedDocument } from './apply-document.ts';
import type { PipelineContext } from './context.ts';
import { orderIdsOf } from './document-number.ts';
import type { Actor } from './gateway.ts';
import { findHeldInvoices } from './held-invoices.ts';
import { closeHoldExceptions, holdExceptionType, raiseHoldExceptions } from './hold-exceptions.ts';
import type { ExceptionRecord, InvoiceRecord, OrderRecord } from './order-records.ts';
import { applyOrderEvent } from './order-stream.ts';
import { linkOrder } from './outbound.ts';
import type { DocumentRecord } from './records.ts';
import { supplierFactOf } from './supplier-fact.ts';
import { sha256Of, UnitOfWork } from './unit-of-work.ts';
import { enqueue } from './work-queue.ts';

const GATEWAY: Actor = { name: 'gateway', roles: [] };

/** Takes an invoice or credit note in and decides on it for the first time. */
export async function receiveInvoice(
  unit: UnitOfWork,
  context: PipelineContext,
  { record, partner }: ReceivedDocument,
  document: Invoice | CreditNote,
): Promise<DocumentRecord['status']> {
  const supplierId = partner.partner;
  const type = document.documentType;
  const now = context.clock.now();
  const normalisedNumber = plainInvoiceNumber(document.id);
  const counter = await unit.get('counters', `invoices|${supplierId}`);
  const sequence = (counter?.value ?? 0) + 1;
  const count = { id: `invoices|${supplierId}`, revision: counter?.revision ?? 0, value: sequence };
  if (counter === undefined) unit.insert('counters', count);
  else unit.update('counters', count);
  const key = `${supplierId}|${normalisedNumber}|${type}`;
  const taken = await unit.get('invoices', key);
  const draft: Draft = {
    id: taken === undefined ? key : `${key}|${sequence}`,
    revision: 0,
    number: document.id,
    normalisedNumber,
    supplierId,
    partnerId: supplierId,
    documentId: record.id,
    type,
    orderIds: orderIdsOf(document),
    currency: document.currency ?? partner.currency ?? context.partners.company.currency,
    payable: document.totals.payable,
    createdAt: now,
    sequence,
    holds: [],
    document,
  };
  for (const orderId of draft.orderIds) await linkOrder(unit, context, orderId, record.id);
  return documentStatusOf(await decide(unit, context, draft, partner, 'invoiceReceived', GATEWAY));
}

type Draft = Omit<InvoiceRecord, 'status' | 'decisionId' | 'prior' | 'updatedAt'>;

/** Matches every held invoice of an order once more: goods came, or a price was accepted. Each is a new decision record. */
export async function rematchInvoices(
  unit: UnitOfWork,
  context: PipelineContext,
  orderId: string,
  trigger: string,
): Promise<void> {
  for (const invoice of await findHeldInvoices(unit, orderId)) {
    await decide(unit, context, invoice, partnerOf(context, invoice.partnerId), trigger, GATEWAY);
  }
}

async function decide(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: Draft | InvoiceRecord,
  partner: Partner,
  trigger: string,
  actor: Actor,
): Promise<InvoiceRecord> {
  const now = context.clock.now();
  const input = buildMatchInput({
    documentId: invoice.documentId,
    document: invoice.document,
    sequence: invoice.sequence,
    today: localDate(now, context.policyOf('').companyCalendar.timeZone),
    supplier: supplierFactOf(context.partners.company, partner),
    orders: (await loadOrders(unit, invoice.orderIds)).map((order) => order.state),
    priorInvoices: await loadPriorInvoices(unit, invoice),
    policy: resolveMatchPolicy(context.partners.company, partner),
    currency: partner.currency ?? context.partners.company.currency,
    items: context.policyOf(partner.partner).items,
  });
  const decision = match(input, { hash: sha256Of, decidedAt: now, actor: actor.name });
  const holds = updateHolds(invoice.holds, decision);
  const payable = isPayable(holds);
  const prior = priorInvoiceOf(decision, payable ? 'approved' : statusOf(decision.outcome));
  const decisionId = context.ids.next();
  unit.insert('matchDecisions', {
    id: decisionId,
    revision: 0,
    invoiceId: invoice.id,
    createdAt: now,
    trigger,
    decision,
  });
  const decided: InvoiceRecord = {
    ...invoice,
    status: decision.outcome,
    decisionId,
    holds,
    prior,
    updatedAt: now,
  };
  await writeInvoice(unit, decided);
  await tellOrders(unit, context, decided, decision, decisionId);
  await closeHoldExceptions(unit, context, decided, decision);
  await raiseHoldExceptions(unit, context, decided, decision);
  if (payable) await releaseToErp(unit, context, decided, decision, 'full');
  return decided;
}

/** Writes the record, and what became of the document that it came in. */
async function writeInvoice(unit: UnitOfWork, invoice: InvoiceRecord): Promise<void> {
  if (invoice.revision === 0) {
    unit.insert('invoices', invoice);
    return;
  }
  unit.update('invoices', invoice);
  const document = await unit.get('documents', invoice.documentId);
  const status = documentStatusOf(invoice);
  if (document !== undefined && document.status !== status) unit.update('documents', { ...document, status });
}

function documentStatusOf({ status, prior, holds }: InvoiceRecord): DocumentRecord['status'] {
  if (status === 'DUPLICATE_BLOCKED') return 'duplicate';
  if (prior.status === 'rejected') return 'rejected';
  return isPayable(holds) ? 'applied' : 'held';
}

async function loadOrders(unit: UnitOfWork, orderIds: readonly string[]): Promise<OrderRecord[]> {
  const orders = await Promise.all(orderIds.map((orderId) => unit.get('orders', orderId)));
  return orders.filter((order) => order !== undefined);
}

/** Everything that the supplier has billed: what is reserved, what is invoiced, and what may be a duplicate. */
async function loadPriorInvoices(unit: UnitOfWork, invoice: Draft | InvoiceRecord) {
  const records = await unit.find(
    'invoices',
    { where: { supplierId: invoice.supplierId }, orderBy: 'normalisedNumber', limit: 1_000 },
    (record) => record.supplierId === invoice.supplierId,
  );
  return records.filter((record) => record.id !== invoice.id).map((record) => record.prior);
}

/** Each order hears what its own lines are billed, held or credited. */
async function tellOrders(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
  decision: MatchDecision,
  eventId: string,
): Promise<void> {
  const { status } = invoice.prior;
  if (status === 'blocked') return;
  const allocations = decision.lines.flatMap((line) => line.allocations);
  for (const orderId of invoice.orderIds) {
    if ((await unit.get('orders', orderId)) === undefined) continue;
    const lines = allocations
      .filter((allocation) => allocation.orderId === orderId)
      .map(({ orderLineId, quantity }) => ({ lineId: orderLineId, quantity }));
    const event = {
      id: `match/${eventId}/${orderId}`,
      invoiceId: invoice.id,
      lines: status === 'rejected' ? [] : lines,
    };
    const type =
      status === 'approved'
        ? invoice.type === 'invoice'
          ? 'invoiceMatched'
          : 'creditMatched'
        : 'invoiceHeld';
    const holds =
      status === 'rejected' ? ['REJECTED'] : [...new Set(decision.holds.map((hold) => hold.type))];
    await applyOrderEvent(
      unit,
      context,
      orderId,
      invoice.partnerId,
      type === 'invoiceHeld' ? { ...event, type, holds } : { ...event, type },
    );
  }
}

/** The bill goes to the ERP, once: the work item's id is the invoice. */
async function releaseToErp(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
  decision: MatchDecision,
  amount: 'full' | 'short',
): Promise<void> {
  const key = `erp/${invoice.type}/${invoice.id}`;
  if ((await unit.get('work', key)) !== undefined) return;
  const short = amount === 'short' ? proposeShortPay(decision) : undefined;
  const command = {
    key,
    kind: invoice.type,
    orderIds: invoice.orderIds,
    partnerId: invoice.partnerId,
    document: invoice.document,
    data: {
      invoiceId: invoice.id,
      decisionId: invoice.decisionId,
      outcome: decision.outcome,
      payable: short?.payable ?? invoice.payable,
      currency: decision.amounts.currency,
      text: decision.text,
      approvals: invoice.holds.flatMap((hold) => hold.approvals),
      lines: decision.lines.flatMap((line) =>
        line.allocations.map((allocation) => ({ line: line.line, ...allocation })),
      ),
      ...(short !== undefined && { debitNote: short.debitNote }),
    },
  };
  unit.add(
    enqueue(context, {
      id: key,
      kind: 'writeErp',
      key,
      orderingKey: `writeErp:${invoice.orderIds[0] ?? invoice.id}`,
      partnerId: invoice.partnerId,
      payload: { command },
    }),
  );
}

/** Exception actions that are hold actions by another name. */
const HOLD_ACTIONS: Partial<Record<ExceptionAction, HoldAction>> = {
  accept: 'accept',
  release: 'accept',
  shortPay: 'shortPay',
  requestCredit: 'requestCredit',
  reject: 'reject',
  correctData: 'correctData',
};

/**
 * A person's decision on the hold behind an exception. False: it is noted, and the exception stays open (a second person has to
 * agree, or the supplier is to send a credit). Throws INVALID_REQUEST and FORBIDDEN with the reason in words.
 */
export async function decideInvoice(
  unit: UnitOfWork,
  context: PipelineContext,
  request: { exception: ExceptionRecord; action: ExceptionAction; reason: string; actor: Actor },
): Promise<boolean> {
  const { exception, reason, actor } = request;
  const action = HOLD_ACTIONS[request.action];
  const invoice = await unit.get('invoices', exception.invoiceId);
  const record = invoice === undefined ? undefined : await unit.get('matchDecisions', invoice.decisionId);
  const hold = invoice?.holds.find((each) => holdExceptionType(each) === exception.type && isOpen(each));
  if (invoice === undefined || record === undefined || hold === undefined || action === undefined) {
    throw new GatewayError(
      'INVALID_REQUEST',
      `"${request.action}" has nothing to act on: ${exception.type} of ${exception.invoiceId} is no open hold.`,
    );
  }
  const at = context.clock.now();
  const permissions = actor.roles.includes('viewer') ? [] : ['accept:*'];
  const answer = decideHold(hold, { action, by: actor.name, permissions, at, reason }, DEFAULT_HOLD_RULES);
  if ('refusal' in answer) {
    throw new GatewayError(
      answer.refusal === 'PERMISSION_MISSING' ? 'FORBIDDEN' : 'INVALID_REQUEST',
      answer.text,
    );
  }
  const holds = invoice.holds.map((each) => (each.key === hold.key ? answer.hold : each));
  await carryOut(
    unit,
    context,
    { ...invoice, holds, updatedAt: at },
    record.decision,
    answer.effects,
    request,
  );
  return !isOpen(answer.hold);
}

function isOpen(hold: HoldState): boolean {
  return hold.status === 'open' || hold.status === 'waiting';
}

async function carryOut(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
  decision: MatchDecision,
  effects: readonly HoldEffect[],
  { reason, actor }: { reason: string; actor: Actor },
): Promise<void> {
  if (effects.includes('rematch')) {
    unit.update('invoices', invoice);
    await decide(
      unit,
      context,
      invoice,
      partnerOf(context, invoice.partnerId),
      `person:${actor.name}`,
      actor,
    );
    return;
  }
  const status: PriorStatus = effects.includes('rejectToSupplier')
    ? 'rejected'
    : effects.includes('pay') && isPayable(invoice.holds)
      ? 'approved'
      : invoice.prior.status;
  const changed = status !== invoice.prior.status;
  const decided: InvoiceRecord = {
    ...invoice,
    prior: priorInvoiceOf(decision, status),
    status: changed ? (status === 'approved' ? 'APPROVED_BY_PERSON' : 'REJECTED') : invoice.status,
  };
  await writeInvoice(unit, decided);
  if (changed) await tellOrders(unit, context, decided, decision, context.ids.next());
  if (changed && status === 'approved') {
    const short = decided.holds.some((hold) => hold.status === 'shortPaid');
    await releaseToErp(unit, context, decided, decision, short ? 'short' : 'full');
  }
  if (effects.includes('rejectToSupplier') || effects.includes('requestCredit')) {
    tellSupplier(
      unit,
      context,
      decided,
      effects.includes('requestCredit') ? 'creditRequested' : 'invoiceRejected',
      reason,
    );
  }
}

function tellSupplier(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
  template: string,
  reason: string,
): void {
  unit.add(
    enqueue(context, {
      kind: 'notify',
      key: `${template}/${invoice.id}/${invoice.updatedAt}`,
      orderingKey: '',
      partnerId: invoice.partnerId,
      payload: {
        audience: 'supplier',
        template,
        data: { invoice: invoice.number, reason },
        orderId: invoice.orderIds[0] ?? '',
      },
    }),
  );
}

function partnerOf(context: PipelineContext, partnerId: string): Partner {
  const partner = context.partners.partners.find((candidate) => candidate.partner === partnerId);
  if (partner !== undefined) return partner;
  throw new GatewayError(
    'PARTNER_INVALID',
    `There is no partner "${partnerId}" any more: put its partner.yaml back.`,
  );
}

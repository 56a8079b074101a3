import { dec, formatDecimal } from '../../src/common/decimal.ts';
import type { Instant } from '../../src/common/time.ts';
import type { DespatchAdvice } from '../../src/documents/despatch-advice.ts';
import type { LineClaim, OrderResponse, OrderResponseLine } from '../../src/documents/order-response.ts';
import type { Order, OrderLine } from '../../src/documents/order.ts';
import type { ReceiptAdvice } from '../../src/documents/receipt-advice.ts';
import { decide } from '../../src/tracking/decide.ts';
import type { Decision, Effect, OrderEvent, OrderState, RecordedEvent } from '../../src/tracking/model.ts';
import { RULES } from '../../src/tracking/order-events.ts';
import { DEFAULT_POLICY } from '../../src/tracking/policy.ts';
import type { TrackingPolicy } from '../../src/tracking/policy.ts';
import { badgeOf } from '../../src/tracking/status.ts';

/** A Monday. */
export const START = '2026-03-02T09:00:00.000Z';
/** Friday in two weeks. */
export const WANTED = '2026-03-20';

export function policyWith(change: Partial<TrackingPolicy>): TrackingPolicy {
  return { ...DEFAULT_POLICY, ...change };
}

export function responsePolicy(change: Partial<TrackingPolicy['response']>): TrackingPolicy {
  return policyWith({ response: { ...DEFAULT_POLICY.response, ...change } });
}

export function toleranceFor(values: TrackingPolicy['tolerances'][number]['values']): TrackingPolicy {
  return policyWith({
    tolerances: [{ level: 'supplier', version: '7', values }, ...DEFAULT_POLICY.tolerances],
  });
}

export function orderLine(id: string, quantity = '100', change: Partial<OrderLine> = {}): OrderLine {
  return {
    id,
    item: { buyerId: `ITEM-${id}` },
    quantity: { value: quantity, unit: 'EA' },
    price: { amount: '9.00' },
    ...change,
  };
}

export function orderOf(lines: OrderLine[], change: Partial<Order> = {}): Order {
  return {
    documentType: 'order',
    id: 'PO-1001',
    issueDate: '2026-03-02',
    currency: 'EUR',
    buyer: { id: 'US', scheme: 'GLN' },
    seller: { id: 'ACME', scheme: 'GLN' },
    shipTo: { id: 'DC-1', scheme: 'GLN' },
    requestedDeliveryDate: WANTED,
    lines,
    ...change,
  };
}

export interface AnsweredSlice {
  claim: LineClaim;
  quantity?: string;
  date?: string;
  code?: string;
  item?: OrderResponseLine['item'];
}

export function answeredLine(
  id: string,
  slices: AnsweredSlice[],
  change: Partial<OrderResponseLine> = {},
): OrderResponseLine {
  return {
    orderLineId: id,
    item: { buyerId: `ITEM-${id}` },
    schedules: slices.map(({ quantity, ...slice }) => ({
      ...slice,
      ...(quantity === undefined ? {} : { quantity: { value: quantity, unit: 'EA' } }),
    })),
    ...change,
  };
}

export function responseOf(lines: OrderResponseLine[], change: Partial<OrderResponse> = {}): OrderResponse {
  return {
    documentType: 'orderResponse',
    orderId: 'PO-1001',
    purpose: 'original',
    claim: 'acceptedWithChanges',
    lines,
    ...change,
  };
}

export function adviceOf(
  id: string,
  lines: Record<string, string>,
  change: Partial<DespatchAdvice> = {},
): DespatchAdvice {
  return {
    documentType: 'despatchAdvice',
    id,
    purpose: 'original',
    lines: Object.entries(lines).map(([line, value]) => ({
      orderId: 'PO-1001',
      orderLineId: line,
      item: { buyerId: `ITEM-${line}` },
      quantity: { value, unit: 'EA' },
    })),
    ...change,
  };
}

export function receiptOf(
  id: string,
  lines: Record<string, string>,
  change: Partial<ReceiptAdvice> = {},
): ReceiptAdvice {
  return {
    documentType: 'receiptAdvice',
    id,
    receivedDate: '2026-03-19',
    lines: Object.entries(lines).map(([line, value]) => ({
      orderId: 'PO-1001',
      orderLineId: line,
      item: { buyerId: `ITEM-${line}` },
      quantity: { value, unit: 'EA' },
    })),
    ...change,
  };
}

/** One order under test: every step is an event decided at a virtual instant, and is recorded. */
export class Story {
  state: OrderState | undefined;
  readonly history: RecordedEvent[] = [];
  readonly decisions: Decision[] = [];
  now: Instant = START;
  private count = 0;
  /** Of the decisions to come. */
  policy: TrackingPolicy;

  constructor(policy: TrackingPolicy = DEFAULT_POLICY) {
    this.policy = policy;
  }

  at(instant: Instant): this {
    this.now = instant;
    return this;
  }

  apply(given: OrderEvent): Decision {
    const event = { ...given, rules: RULES };
    const decision = decide(this.state, event, this.policy, this.now);
    this.state = decision.state;
    this.history.push({ event, at: this.now, policyVersion: this.policy.version });
    this.decisions.push(decision);
    return decision;
  }

  private id(): string {
    this.count += 1;
    return `e${this.count}`;
  }

  release(order: Order): Decision {
    return this.apply({ type: 'orderReleased', id: this.id(), order, partnerId: 'acme' });
  }

  /** The newest outbound document reaches the supplier, who acknowledges it. */
  deliver(acknowledged = true): this {
    const document = this.state!.documents.at(-1)!;
    const { documentType, version } = document;
    const documentId = `doc-${document.key}`;
    this.apply({ type: 'transmissionSucceeded', id: this.id(), documentId, documentType, version });
    if (acknowledged) this.acknowledge(documentId, 'accepted');
    return this;
  }

  acknowledge(
    documentId: string,
    status: 'accepted' | 'acceptedWithErrors' | 'rejected' | 'receivedOnly',
  ): Decision {
    return this.apply({
      type: 'functionalAcknowledgmentReceived',
      id: this.id(),
      documentId,
      status,
      findings: [],
    });
  }

  fail(reason = 'connection refused'): Decision {
    const { key, documentType, version } = this.state!.documents.at(-1)!;
    return this.apply({
      type: 'transmissionFailed',
      id: this.id(),
      documentId: `doc-${key}`,
      documentType,
      version,
      reason,
    });
  }

  start(lines: OrderLine[] = [orderLine('1')], change: Partial<Order> = {}): this {
    this.release(orderOf(lines, change));
    return this.deliver();
  }

  respond(document: OrderResponse): Decision {
    const id = this.id();
    return this.apply({
      type: 'orderResponseReceived',
      id,
      document,
      documentRef: { documentId: `in-${id}`, contentHash: JSON.stringify(document) },
      partnerId: 'acme',
    });
  }

  despatch(document: DespatchAdvice, partnerId = 'acme'): Decision {
    const id = this.id();
    return this.apply({
      type: 'despatchAdviceReceived',
      id,
      document,
      documentRef: { documentId: `in-${id}`, contentHash: JSON.stringify(document) },
      partnerId,
    });
  }

  receive(document: ReceiptAdvice): Decision {
    return this.apply({ type: 'goodsReceived', id: this.id(), document });
  }

  invoice(invoiceId: string, lines: Record<string, string>): Decision {
    const quantities = Object.entries(lines).map(([lineId, quantity]) => ({ lineId, quantity }));
    return this.apply({ type: 'invoiceMatched', id: this.id(), invoiceId, lines: quantities });
  }

  change(order: Order, reason?: string): Decision {
    return this.apply({
      type: 'orderChanged',
      id: this.id(),
      order,
      ...(reason === undefined ? {} : { reason }),
    });
  }

  cancel(): Decision {
    return this.apply({ type: 'orderCancelled', id: this.id() });
  }

  /** A buyer decides on the open exception of a type (and line). */
  decideOn(
    type: string,
    action: Extract<OrderEvent, { type: 'buyerDecided' }>['action'],
    more: { lineId?: string; counter?: { quantity?: string; date?: string; priceAmount?: string } } = {},
  ): Decision {
    const open = this.state!.exceptions.find(
      (each) => each.type === type && (more.lineId === undefined || each.lineId === more.lineId),
    );
    return this.apply({
      type: 'buyerDecided',
      id: this.id(),
      action,
      author: { name: 'kim' },
      reason: 'because',
      fingerprint: open?.fingerprint ?? 'no such exception',
      ...(more.counter === undefined ? {} : { counter: more.counter }),
    });
  }

  /** Fires every deadline that is due at an instant, in order, as the minute tick does; returns their keys. */
  tick(instant: Instant, caughtUp = false): string[] {
    this.now = instant;
    const fired: string[] = [];
    for (let round = 0; round < 50; round++) {
      const due = this.state!.deadlines.filter(({ dueAt }) => dueAt <= instant).sort((a, b) =>
        a.dueAt < b.dueAt ? -1 : 1,
      );
      const [deadline] = due;
      if (deadline === undefined) return fired;
      const { key, kind, dueAt } = deadline;
      this.apply({ type: 'deadlineReached', id: `tick-${key}-${dueAt}`, key, kind, dueAt, caughtUp });
      fired.push(key);
    }
    throw new Error('deadlines fire without end');
  }

  slices(): string[] {
    return this.state!.lines.flatMap((line) =>
      line.slices.map(
        ({ state, quantity, date }) =>
          `${line.id}: ${quantity} ${state}${date === undefined ? '' : ` ${date}`}`,
      ),
    );
  }

  exceptions(): string[] {
    return this.state!.exceptions.map(({ type, lineId }) =>
      lineId === undefined ? type : `${type} ${lineId}`,
    ).sort();
  }

  deadlines(): string[] {
    return this.state!.deadlines.map(({ key }) => key).sort();
  }

  badge(): string {
    return badgeOf(this.state!);
  }

  last(): Decision {
    return this.decisions.at(-1)!;
  }

  effects(): Effect[] {
    return this.decisions.flatMap(({ effects }) => effects);
  }
}

export function codesOf(decision: Decision): string[] {
  return decision.explanations.flatMap(({ code }) => (code === undefined ? [] : [code]));
}

export function effectNames(effects: readonly Effect[]): string[] {
  return effects.map((effect) => {
    switch (effect.kind) {
      case 'sendDocument':
        return `send ${effect.documentType} v${effect.version}`;
      case 'writeErp':
        return `erp ${effect.operation}`;
      case 'rematchInvoices':
        return 'rematch';
      case 'notify':
        return `notify ${effect.audience} ${effect.template}`;
    }
  });
}

/** What the ERP was told of a line last: confirmed quantity and earliest date. */
export function written(story: Story, lineId: string): string | undefined {
  let found: string | undefined;
  for (const effect of story.effects()) {
    if (effect.kind !== 'writeErp' || effect.operation !== 'confirmations') continue;
    const line = effect.payload.lines.find((each) => each.lineId === lineId);
    if (line !== undefined) found = `${formatDecimal(dec(line.confirmed))} ${line.earliestDate ?? ''}`.trim();
  }
  return found;
}

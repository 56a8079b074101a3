import { GatewayError } from '../../common/errors.ts';
import type { ExceptionAction } from '../../tracking/exception-model.ts';
import { decideHold, isGraver } from '../../tracking/match/hold.ts';
import type { HoldDecision, HoldEffect, HoldState } from '../../tracking/match/hold.ts';
import { proposeShortPay } from '../../tracking/match/short-pay.ts';
import { claimHold } from '../claims/hold-claims.ts';
import type { PipelineContext } from '../context.ts';
import { resolveException } from '../exceptions/exceptions.ts';
import type { Actor } from '../actor.ts';
import { HOLD_ACTIONS, holdExceptionType } from './hold-exceptions.ts';
import { holdRulesFor, permissionsFor } from './hold-rules.ts';
import { decideOnInvoice, refreshDecision, settleInvoice } from './invoice-decision.ts';
import { partnerOf } from './invoice-record.ts';
import type { ExceptionRecord, InvoiceRecord, MatchDecisionRecord } from '../orders/order-records.ts';
import { refuseToSupplier } from '../outbound/send-application-advice.ts';
import { tellSupplier } from '../outbound/supplier-notice.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** Actions that let money go: they are decided on the facts of now, not on those of when the screen was drawn. */
const PAYING: ReadonlySet<HoldDecision> = new Set<HoldDecision>(['accept', 'shortPay']);

export interface InvoiceAnswer {
  /** False: it is noted, and the exception stays open (a second person has to agree, or a credit is to come). */
  settled: boolean;
  /** The hold has become graver since the person saw it: the new state is to be kept, and this thrown. */
  refusal?: GatewayError;
}

interface Request {
  exception: ExceptionRecord;
  action: ExceptionAction;
  reason: string;
  actor: Actor;
}

/** Whether a decision about this exception is one about a hold. */
export function isHoldAction(action: ExceptionAction): boolean {
  return HOLD_ACTIONS[action] !== undefined;
}

/**
 * A person's decision on the hold behind an exception. Before money is let go the invoice is matched once more: a hold that is
 * gone closes by itself, one that has become graver is shown anew. Throws INVALID_REQUEST and FORBIDDEN with the reason in words.
 */
export async function decideInvoice(
  unit: UnitOfWork,
  context: PipelineContext,
  request: Request,
): Promise<InvoiceAnswer> {
  const { exception, actor } = request;
  const action = HOLD_ACTIONS[request.action];
  const seen = await unit.get('invoices', exception.invoiceId);
  const hold = seen && findHold(seen, exception);
  if (seen === undefined || hold === undefined || action === undefined) throw nothingToActOn(request);
  if (!PAYING.has(action)) return { settled: await decide(unit, context, seen, hold, action, request) };

  const invoice = await refreshDecision(unit, context, seen, actor);
  const now = invoice.holds.find(({ key }) => key === hold.key);
  if (now === undefined || !isOpen(now)) return { settled: false };
  if (isGraver(now, hold)) return { settled: false, refusal: hasBecomeGraver(hold, now, invoice.currency) };
  return { settled: await decide(unit, context, invoice, now, action, request) };
}

function findHold(invoice: InvoiceRecord, { type }: ExceptionRecord): HoldState | undefined {
  return invoice.holds.find((hold) => isOpen(hold) && (holdExceptionType(hold) ?? hold.type) === type);
}

function isOpen(hold: HoldState): boolean {
  return hold.status === 'open' || hold.status === 'waiting';
}

function nothingToActOn({ action, exception }: Request): GatewayError {
  return new GatewayError(
    'INVALID_REQUEST',
    `"${action}" has nothing to act on: ${exception.type} of ${exception.invoiceId} is no open hold.`,
  );
}

function hasBecomeGraver(seen: HoldState, now: HoldState, currency: string): GatewayError {
  return new GatewayError(
    'CONFLICT',
    `The invoice was matched again and this hold has changed: ${seen.amount} ${currency} was in dispute, now it is ` +
      `${now.amount} ${currency}. ${now.texts.join('. ')}. Look at it again and decide anew.`,
    { retryable: 'never', details: { before: seen.amount, now: now.amount, texts: now.texts } },
  );
}

/** True where the hold is closed by it. */
async function decide(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
  hold: HoldState,
  action: HoldDecision,
  { exception, action: asked, reason, actor }: Request,
): Promise<boolean> {
  const record = await unit.get('matchDecisions', invoice.decisionId);
  if (record === undefined) {
    throw new GatewayError('STORE_CORRUPT', `The decision ${invoice.decisionId} of ${invoice.id} is gone.`);
  }
  const partner = partnerOf(context, invoice.partnerId);
  const { decision } = record;
  if (action === 'shortPay' && proposeShortPay(decision, new Set(hold.codes)) === undefined) {
    throw new GatewayError(
      'INVALID_REQUEST',
      'No part of the invoice can be told apart as undisputed: accept it, request a credit or reject it.',
    );
  }
  const at = context.clock.now();
  const permissions = permissionsFor(context, partner, decision, hold, actor);
  const rules = await holdRulesFor(unit, context, partner, decision);
  const answer = decideHold(hold, { action, by: actor.name, permissions, at, reason }, rules);
  if ('refusal' in answer) {
    const code = answer.refusal === 'PERMISSION_MISSING' ? 'FORBIDDEN' : 'INVALID_REQUEST';
    throw new GatewayError(code, answer.text);
  }
  const holds = invoice.holds.map((each) => (each.key === hold.key ? answer.hold : each));
  const settled = !isOpen(answer.hold);
  if (settled) {
    // Before its consequences, which close what no hold asks for any more by themselves: it was a person.
    const current = (await unit.get('exceptions', exception.id)) ?? exception;
    resolveException(unit, context, current, { by: actor.name, action: asked, reason });
  }
  await carryOut(unit, context, { ...invoice, holds }, record, answer.effects, { hold, reason, actor });
  return settled;
}

async function carryOut(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
  { decision }: MatchDecisionRecord,
  effects: readonly HoldEffect[],
  { hold, reason, actor }: { hold: HoldState; reason: string; actor: Actor },
): Promise<void> {
  if (effects.includes('rematch')) {
    const partner = partnerOf(context, invoice.partnerId);
    await decideOnInvoice(unit, context, invoice, partner, `person:${actor.name}`, actor);
    return;
  }
  if (effects.includes('requestCredit')) {
    const claimed = await claimHold(unit, context, invoice, decision, hold, { by: actor.name, reason });
    if (claimed === undefined) tellSupplier(unit, context, invoice, 'creditRequested', reason);
  }
  const decided = await settleInvoice(unit, context, invoice, decision, context.ids.next());
  if (effects.includes('rejectToSupplier')) {
    await refuseToSupplier(unit, context, decided, decision, { hold, reason });
  }
}

import type { DecimalString } from '../common/decimal.ts';
import { dec, formatDecimal } from '../common/decimal.ts';
import type { Instant, LocalDate } from '../common/time.ts';
import type { Order, OrderLine } from '../documents/order.ts';
import { EXCEPTION_CATALOGUE } from './exception-catalogue.ts';
import type { ExceptionType } from './exception-catalogue.ts';
import type { ExceptionAction, ExceptionEvidence, ExceptionSeverity, OwnerRole } from './exception-model.ts';
import { fingerprintOf, openException } from './exceptions.ts';
import type { Fact, FactType } from './facts.ts';
import type {
  Consequences,
  Deadline,
  DeadlineChange,
  Decision,
  Effect,
  ExceptionChange,
  Explanation,
  LineState,
  OrderEvent,
  OrderState,
} from './model.ts';
import type { TrackingPolicy } from './policy.ts';

/**
 * A decision while it is being made: a copy of the state that the rules write to, and everything that follows from the
 * event. Only lines obtained through `editLine` may be written to; every other object is shared with the state before.
 */
export interface Draft extends Consequences {
  readonly policy: TrackingPolicy;
  readonly now: Instant;
  /** See RULES. */
  readonly rules: number;
  /** Id of the event whose consequences are being written: part of every key. */
  cause: string;
  state: OrderState;
  /** Fingerprints raised in this decision. */
  readonly raised: Set<string>;
  /** The lines before the event: what is still one of them is shared, and not to be written to. */
  readonly before: readonly LineState[];
}

export function createDraft(
  state: OrderState,
  { id: cause, rules = 1 }: Pick<OrderEvent, 'id' | 'rules'>,
  policy: TrackingPolicy,
  now: Instant,
): Draft {
  return {
    policy,
    now,
    rules,
    cause,
    state: { ...state, appliedEventIds: [...state.appliedEventIds, cause] },
    raised: new Set(),
    before: state.lines,
    facts: [],
    effects: [],
    deadlines: [],
    exceptions: [],
    explanations: [],
  };
}

export function finishDraft(draft: Draft): Decision {
  const { state, facts, effects, deadlines, exceptions, explanations } = draft;
  return { changed: true, state, facts, effects, deadlines, exceptions, explanations };
}

export function unchanged(state: OrderState | undefined, explanations: Explanation[] = []): Decision {
  return { changed: false, state, facts: [], effects: [], deadlines: [], exceptions: [], explanations };
}

/** The line, to be written to. */
export function editLine(draft: Draft, index: number): LineState {
  const { state, before } = draft;
  const line = state.lines[index]!;
  if (line !== before[index]) return line;
  if (state.lines === before) state.lines = [...before];
  const copy = { ...line };
  state.lines[index] = copy;
  return copy;
}

/** Edits every line that the test chooses, in order. */
export function editLines(
  draft: Draft,
  choose: (line: LineState) => boolean,
  edit: (line: LineState) => void,
): string[] {
  const edited: string[] = [];
  for (let index = 0; index < draft.state.lines.length; index++) {
    if (!choose(draft.state.lines[index]!)) continue;
    const line = editLine(draft, index);
    edit(line);
    edited.push(line.id);
  }
  return edited;
}

export function explain(draft: Draft, explanation: Explanation): void {
  draft.explanations.push(explanation);
}

type FactData<T extends FactType> = Extract<Fact, { type: T }>['data'];

export function publish<T extends FactType>(draft: Draft, type: T, data: FactData<T>, detail = ''): void {
  const { orderId, partnerId } = draft.state;
  const id = `${orderId}|${draft.cause}|${type}|${detail}`;
  draft.facts.push({ type, id, occurredAt: draft.now, orderId, partnerId, data } as unknown as Fact);
}

/** Idempotency key of an effect: order, version, event and kind; `detail` tells several of one kind apart. */
export function effectKey(draft: Draft, kind: string, detail = ''): string {
  const { orderId, version } = draft.state;
  return `${orderId}|v${version}|${draft.cause}|${kind}|${detail}`;
}

export function emit(draft: Draft, effect: Effect): void {
  draft.effects.push(effect);
}

export function notify(
  draft: Draft,
  audience: Extract<Effect, { kind: 'notify' }>['audience'],
  template: string,
  data: Record<string, string>,
): void {
  const { orderId, partnerId } = draft.state;
  const key = effectKey(draft, 'notify', `${audience}|${template}|${data['lineId'] ?? ''}`);
  emit(draft, { kind: 'notify', key, audience, template, data: { orderId, partnerId, ...data } });
}

function recordDeadline(draft: Draft, change: DeadlineChange): void {
  const index = draft.deadlines.findIndex((earlier) => earlier.key === change.key);
  if (index >= 0) draft.deadlines.splice(index, 1);
  draft.deadlines.push(change);
}

export function setDeadline(draft: Draft, deadline: Deadline): void {
  const known = draft.state.deadlines.find(({ key }) => key === deadline.key);
  if (known?.dueAt === deadline.dueAt) return;
  draft.state.deadlines = [...draft.state.deadlines.filter(({ key }) => key !== deadline.key), deadline];
  recordDeadline(draft, { change: 'set', ...deadline });
}

export function clearDeadlines(draft: Draft, choose: (deadline: Deadline) => boolean): void {
  const gone = draft.state.deadlines.filter(choose);
  if (gone.length === 0) return;
  draft.state.deadlines = draft.state.deadlines.filter((deadline) => !gone.includes(deadline));
  for (const { key } of gone) recordDeadline(draft, { change: 'clear', key });
}

export interface Trouble {
  detail: string;
  line?: LineState;
  /** Shipment, invoice or document that it is about; part of the identity. */
  subject?: string;
  causeKey?: string;
  documentId?: string;
  /** The invoice that is held, so that a decision reaches it. */
  invoiceId?: string;
  evidence?: ExceptionEvidence[];
  /** Quantity at stake of the line; without it the whole line, or the whole order, is at stake. */
  quantity?: DecimalString;
  /** Money at stake, where it is neither that of a line nor of the whole order. */
  value?: DecimalString;
  owner?: OwnerRole;
  /** Where the situation is less grave than the catalogue says. */
  severity?: ExceptionSeverity;
  /** Where the situation suggests another one than the catalogue; the first is the suggestion. */
  actions?: readonly [ExceptionAction, ...ExceptionAction[]];
}

/** Opens an exception, or counts it once more where it is open already. */
export function raise(draft: Draft, type: ExceptionType, trouble: Trouble): void {
  const { orderId, partnerId, order } = draft.state;
  const { line, subject, causeKey, documentId, invoiceId } = trouble;
  const input = {
    type,
    subject: {
      partnerId,
      orderId,
      ...(line === undefined ? {} : { lineId: line.id }),
      ...(documentId === undefined ? {} : { documentId }),
      ...(invoiceId === undefined ? {} : { invoiceId }),
    },
    ...(causeKey === undefined ? {} : { causeKey }),
    ...(subject === undefined ? {} : { discriminator: subject }),
  };
  const fingerprint = fingerprintOf(input);
  if (draft.raised.has(fingerprint)) return;
  draft.raised.add(fingerprint);
  const neededBy = line === undefined ? earliestNeed(draft.state) : needByOf(line.line, order);
  const exception = openException(
    {
      ...input,
      detail: trouble.detail,
      valueAtStake: trouble.value ?? valueAtStake(draft.state, line, trouble.quantity),
      ...(order?.currency === undefined ? {} : { currency: order.currency }),
      ...(neededBy === undefined ? {} : { neededBy }),
      ...(trouble.evidence === undefined ? {} : { evidence: trouble.evidence }),
      ...(trouble.owner === undefined ? {} : { owner: trouble.owner }),
      ...(trouble.severity === undefined ? {} : { severity: trouble.severity }),
      ...(trouble.actions === undefined ? {} : { actions: trouble.actions }),
    },
    draft.policy,
    draft.now,
  );
  const known = draft.state.exceptions.some((open) => open.fingerprint === fingerprint);
  if (known) {
    draft.exceptions.push({ change: 'update', exception });
    return;
  }
  draft.exceptions.push({ change: 'open', exception });
  const lineId = line === undefined ? {} : { lineId: line.id };
  publish(
    draft,
    'exception.raised',
    { fingerprint, exceptionType: type, ...lineId, title: exception.title },
    fingerprint,
  );
  if ('closesAtOnce' in EXCEPTION_CATALOGUE[type]) {
    closeOne(draft, fingerprint, 'system', 'resolved', 'recorded for information');
    return;
  }
  draft.state.exceptions = [
    ...draft.state.exceptions,
    { fingerprint, type, ...lineId, ...(subject === undefined ? {} : { subject }), openedAt: draft.now },
  ];
}

function closeOne(
  draft: Draft,
  fingerprint: string,
  by: string,
  action: ExceptionAction | 'resolved',
  reason: string,
): void {
  draft.exceptions.push({ change: 'close', fingerprint, by, action, reason } satisfies ExceptionChange);
  publish(draft, 'exception.closed', { fingerprint, by, action }, fingerprint);
}

/** Closes what the choice names, except what this same decision raised. */
export function closeExceptions(
  draft: Draft,
  choose: (open: OrderState['exceptions'][number]) => boolean,
  reason: string,
  by = 'system',
  action: ExceptionAction | 'resolved' = 'resolved',
): void {
  const gone = draft.state.exceptions.filter((open) => !draft.raised.has(open.fingerprint) && choose(open));
  if (gone.length === 0) return;
  const closed = new Set(gone);
  draft.state.exceptions = draft.state.exceptions.filter((open) => !closed.has(open));
  for (const { fingerprint } of gone) closeOne(draft, fingerprint, by, action, reason);
}

/** Latest date at which the goods are of use: the agreed latest date, else the requested one. */
export function needByOf(line: OrderLine, order: Order | undefined): LocalDate | undefined {
  return (
    line.latestDeliveryDate ??
    order?.latestDeliveryDate ??
    line.requestedDeliveryDate ??
    order?.requestedDeliveryDate
  );
}

function earliestNeed(state: OrderState): LocalDate | undefined {
  let earliest: LocalDate | undefined;
  for (const { line, deleted } of state.lines) {
    const need = deleted ? undefined : needByOf(line, state.order);
    if (need !== undefined && (earliest === undefined || need < earliest)) earliest = need;
  }
  return earliest;
}

/** Value of a quantity at the ordered price. */
export function valueOf(line: OrderLine, quantity: DecimalString): DecimalString {
  if (line.price === undefined) return '0';
  const base = dec(line.price.baseQuantity ?? '1');
  if (base.isZero()) return '0';
  return formatDecimal(dec(line.price.amount).times(quantity).div(base).toDecimalPlaces(2));
}

function valueAtStake(
  state: OrderState,
  line: LineState | undefined,
  quantity: DecimalString | undefined,
): DecimalString {
  if (line !== undefined) return valueOf(line.line, quantity ?? line.line.quantity.value);
  let value = dec(0);
  for (const each of state.lines) value = value.plus(valueOf(each.line, each.line.quantity.value));
  return formatDecimal(value);
}

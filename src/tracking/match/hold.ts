import { dec } from '../../common/decimal.ts';
import type { DecimalString } from '../../common/decimal.ts';
import type { Instant } from '../../common/time.ts';
import type { OwnerRole } from '../exception-model.ts';
import type { PriorStatus } from './facts.ts';
import type { FailCode, HoldAction, HoldType, MatchDecision } from './model.ts';

interface HoldApproval {
  action: 'accept' | 'shortPay';
  by: string;
  at: Instant;
  reason: string;
}

/**
 * `open` and `waiting` stop the payment; `accepted`, `shortPaid` and `released` do not; `rejected` ends the document.
 * `released` is the machine's word for its own holds only.
 */
export type HoldStatus = 'open' | 'waiting' | 'accepted' | 'shortPaid' | 'released' | 'rejected';

/** A hold over its life, from decision to decision. Plain JSON. */
export interface HoldState {
  /** `HOLD_PRICE|buyer`, or `person|<name>|<instant>`. */
  key: string;
  source: 'machine' | 'person';
  type: HoldType;
  owner: OwnerRole;
  status: HoldStatus;
  codes: FailCode[];
  lines: number[];
  amount: DecimalString;
  texts: string[];
  allowedActions: HoldAction[];
  openedAt: Instant;
  approvals: HoldApproval[];
  closedAt?: Instant;
}

/** Whether nothing stops the payment any more. */
export function isPayable(holds: readonly HoldState[]): boolean {
  return holds.every(
    ({ status }) => status === 'accepted' || status === 'shortPaid' || status === 'released',
  );
}

/** Where a document stands with these holds: the gravest that stops it decides. */
export function standingOf(holds: readonly HoldState[]): PriorStatus {
  if (holds.some(({ status }) => status === 'rejected')) return 'rejected';
  if (isPayable(holds)) return 'approved';
  const open = new Set(holds.filter(endsByItself).map(({ type }) => type));
  if (open.has('REJECTED')) return 'rejected';
  if (open.has('DUPLICATE_BLOCKED')) return 'blocked';
  return open.has('PARKED') ? 'parked' : 'held';
}

/** Goods of which nothing had come, and of which too few have come now, are the same reason. */
function wasSeen(code: FailCode, seen: readonly FailCode[]): boolean {
  return seen.includes(code) || (code === 'QTY_OVER_RECEIVED' && seen.includes('NOT_RECEIVED'));
}

/** Whether a hold disputes more than a person saw: a higher amount, another reason, another line. */
export function isGraver(
  now: Pick<HoldState, 'amount' | 'codes' | 'lines'>,
  seen: Pick<HoldState, 'amount' | 'codes' | 'lines'>,
): boolean {
  return (
    dec(now.amount).gt(seen.amount) ||
    now.codes.some((code) => !wasSeen(code, seen.codes)) ||
    now.lines.some((line) => !seen.lines.includes(line))
  );
}

/**
 * Carries holds over to a new decision (5.9.6). The machine opens and releases only its own holds: what no check asks for any
 * more is released. What a person accepted stays accepted while the new decision disputes nothing more than that, what is paid short
 * while it disputes it for the same reason; else it is open again. A person's hold is never touched.
 */
export function updateHolds(holds: readonly HoldState[], decision: MatchDecision): HoldState[] {
  const at = decision.decidedAt;
  const wanted = new Map(decision.holds.map((hold) => [`${hold.type}|${hold.owner}`, hold]));
  const result: HoldState[] = [];
  for (const hold of holds) {
    if (hold.source === 'person') {
      result.push(hold);
      continue;
    }
    const asked = wanted.get(hold.key);
    wanted.delete(hold.key);
    if (asked === undefined) {
      result.push(endsByItself(hold) ? { ...hold, status: 'released', closedAt: at } : hold);
      continue;
    }
    // What is paid short stays unpaid, however much it has become, while the reason is the same.
    if (hold.status === 'shortPaid' && !isGraver({ ...asked, amount: '0' }, hold)) {
      result.push({ ...hold, amount: asked.amount, texts: asked.texts });
      continue;
    }
    const covered = hold.status === 'accepted' && !isGraver(asked, hold);
    if (covered || hold.status === 'rejected') {
      result.push(hold);
    } else {
      const open: HoldState = { ...hold };
      delete open.closedAt;
      const waiting = hold.status === 'waiting';
      result.push({
        ...open,
        ...asked,
        status: waiting ? 'waiting' : 'open',
        approvals: hold.status === 'open' && hold.amount === asked.amount ? hold.approvals : [],
      });
    }
  }
  for (const [key, hold] of wanted) {
    result.push({ key, source: 'machine', status: 'open', openedAt: at, approvals: [], ...hold });
  }
  return result;
}

function endsByItself({ status }: HoldState): boolean {
  return status === 'open' || status === 'waiting';
}

/** A hold that a person places, for any reason; only a person releases it. */
export function placeHold(
  owner: OwnerRole,
  placed: { by: string; at: Instant; reason: string; amount: DecimalString },
): HoldState {
  return {
    key: `person|${placed.by}|${placed.at}`,
    source: 'person',
    type: 'HOLD_APPROVAL',
    owner,
    status: 'open',
    codes: [],
    lines: [],
    amount: placed.amount,
    texts: [`Held by ${placed.by}: ${placed.reason}`],
    allowedActions: ['accept', 'reject', 'reassign'],
    openedAt: placed.at,
    approvals: [],
  };
}

/** Who may do what, as settings. */
export interface HoldRules {
  /** Amounts beyond this, in the document's currency, need a second person. */
  secondPersonAbove: DecimalString;
  /**
   * Who changed a tolerance, and when: they may not accept within `toleranceHours`. '' = nobody knows who: then everything
   * needs a second person that long.
   */
  toleranceChanges: readonly { by: string; at: Instant }[];
  toleranceHours: number;
}

export const DEFAULT_HOLD_RULES: HoldRules = {
  secondPersonAbove: '1000',
  toleranceChanges: [],
  toleranceHours: 24,
};

/** To wait and to reassign are said of the exception, not of the hold. */
export type HoldDecision = Exclude<HoldAction, 'wait' | 'reassign'>;

export interface HoldRequest {
  action: HoldDecision;
  by: string;
  /** `accept:HOLD_PRICE`, `accept:*`; only accepting and short-paying need one. */
  permissions: readonly string[];
  at: Instant;
  reason: string;
}

type HoldRefusal =
  | 'ACTION_NOT_ALLOWED'
  | 'ALREADY_DECIDED'
  | 'REASON_MISSING'
  | 'PERMISSION_MISSING'
  | 'TOLERANCE_CHANGED_BY_SAME_PERSON'
  | 'SECOND_PERSON_NEEDED';

/** What the pipeline has to do; every one of them is carried out once. */
export type HoldEffect = 'pay' | 'debitNote' | 'requestCredit' | 'rejectToSupplier' | 'rematch';

export type HoldAnswer =
  | { hold: HoldState; effects: HoldEffect[]; waitsForSecondPerson?: true }
  | { refusal: HoldRefusal; text: string };

const REFUSALS: Readonly<Record<HoldRefusal, string>> = {
  ACTION_NOT_ALLOWED: 'This hold does not allow that action.',
  ALREADY_DECIDED: 'This hold is decided already.',
  REASON_MISSING: 'A reason is needed.',
  PERMISSION_MISSING: 'The permission to accept this kind of hold is missing.',
  TOLERANCE_CHANGED_BY_SAME_PERSON: 'Who changed a tolerance lately may not accept.',
  SECOND_PERSON_NEEDED: 'The second approval must come from another person.',
};

function refuse(refusal: HoldRefusal): HoldAnswer {
  return { refusal, text: REFUSALS[refusal] };
}

/** A person's decision on a hold. Pure: the answer is the new hold with what to do, or why not. */
export function decideHold(hold: HoldState, request: HoldRequest, rules: HoldRules): HoldAnswer {
  if (hold.status !== 'open' && hold.status !== 'waiting') return refuse('ALREADY_DECIDED');
  if (!hold.allowedActions.includes(request.action)) return refuse('ACTION_NOT_ALLOWED');
  if (request.reason.trim() === '') return refuse('REASON_MISSING');
  const { at } = request;
  switch (request.action) {
    case 'accept':
    case 'shortPay':
      return approve(hold, request, request.action, rules);
    case 'requestCredit':
      return { hold: { ...hold, status: 'waiting' }, effects: ['requestCredit'] };
    case 'reject':
      return { hold: { ...hold, status: 'rejected', closedAt: at }, effects: ['rejectToSupplier'] };
    case 'correctData':
      return { hold, effects: ['rematch'] };
  }
}

function approve(
  hold: HoldState,
  request: HoldRequest,
  action: HoldApproval['action'],
  rules: HoldRules,
): HoldAnswer {
  const { by, at, reason, permissions } = request;
  if (!permissions.includes('accept:*') && !permissions.includes(`accept:${hold.type}`)) {
    return refuse('PERMISSION_MISSING');
  }
  const since = new Date(Date.parse(at) - rules.toleranceHours * 3_600_000).toISOString();
  const lately = rules.toleranceChanges.filter((change) => change.at >= since && change.at <= at);
  if (lately.some((change) => change.by === by)) {
    return refuse('TOLERANCE_CHANGED_BY_SAME_PERSON');
  }
  // Two people must want the same: approvals of the other action do not count.
  const agreeing = hold.approvals.filter((approval) => approval.action === action);
  if (agreeing.some((approval) => approval.by === by)) return refuse('SECOND_PERSON_NEEDED');
  const approvals = [...agreeing, { action, by, at, reason }];
  const second =
    hold.type === 'FRAUD_BLOCK' ||
    dec(hold.amount).gt(rules.secondPersonAbove) ||
    lately.some((change) => change.by === '');
  if (second && approvals.length < 2) {
    return { hold: { ...hold, approvals }, effects: [], waitsForSecondPerson: true };
  }
  return action === 'accept'
    ? { hold: { ...hold, status: 'accepted', approvals, closedAt: at }, effects: ['pay'] }
    : { hold: { ...hold, status: 'shortPaid', approvals, closedAt: at }, effects: ['pay', 'debitNote'] };
}

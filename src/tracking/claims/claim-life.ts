import { dec, formatDecimal, sum } from '../../common/decimal.ts';
import type { Instant } from '../../common/time.ts';
import { minorUnits } from '../match/minor-units.ts';
import { isLive } from './claim.ts';
import type { Claim, ClaimEntry, ClaimLine, ClaimState } from './claim.ts';

type Opening = Pick<
  Claim,
  | 'number'
  | 'kind'
  | 'partnerId'
  | 'currency'
  | 'lines'
  | 'orderId'
  | 'receiptId'
  | 'shipmentId'
  | 'invoiceId'
  | 'holds'
  | 'evidence'
  | 'dueAt'
>;

interface Occasion {
  at: Instant;
  by: string;
  text: string;
}

export function openClaim(opening: Opening, { at, by, text }: Occasion): Claim {
  return {
    ...opening,
    state: 'open',
    value: totalOf(opening.lines, opening.currency),
    credited: formatDecimal(dec('0'), placesOf(opening.currency)),
    openedAt: at,
    openedBy: by,
    escalations: 0,
    credits: [],
    history: [{ at, by, action: 'opened', text }],
  };
}

/** What a person may do; each needs a reason. */
export const CLAIM_ACTIONS = ['send', 'answer', 'writeOff', 'close'] as const;
export type ClaimAction = (typeof CLAIM_ACTIONS)[number];

const FROM: Readonly<Record<ClaimAction, readonly ClaimState[]>> = {
  send: ['open'],
  answer: ['open', 'sent', 'answered'],
  writeOff: ['open', 'sent', 'answered'],
  close: ['open', 'sent', 'answered'],
};

const INTO: Readonly<Record<ClaimAction, { state: ClaimState; action: ClaimEntry['action'] }>> = {
  send: { state: 'sent', action: 'sent' },
  answer: { state: 'answered', action: 'answered' },
  writeOff: { state: 'writtenOff', action: 'writtenOff' },
  close: { state: 'closed', action: 'closed' },
};

/** What is possible in this state. */
export function actionsOn({ state }: Pick<Claim, 'state'>): ClaimAction[] {
  return CLAIM_ACTIONS.filter((action) => FROM[action].includes(state));
}

/** The claim after a person's action; undefined where its state does not allow it. */
export function actOnClaim(claim: Claim, action: ClaimAction, occasion: Occasion): Claim | undefined {
  if (!FROM[action].includes(claim.state)) return undefined;
  const into = INTO[action];
  return note({ ...claim, state: into.state }, into.action, occasion);
}

/** Nobody has answered in time: the next due time, and an entry. */
export function escalateClaim(claim: Claim, dueAt: Instant, occasion: Occasion): Claim {
  return note({ ...claim, dueAt, escalations: claim.escalations + 1 }, 'escalated', occasion);
}

/**
 * Other quantities: goods came after all, or more are broken. Nothing left closes it; what was credited stays. Lines keep their
 * credits by order line.
 */
export function changeClaim(claim: Claim, lines: readonly ClaimLine[], occasion: Occasion): Claim {
  const changed = lines.map((line) => {
    const known = claim.lines.find((each) => each.orderId === line.orderId && each.lineId === line.lineId);
    return { ...line, credited: known?.credited ?? line.credited };
  });
  const value = totalOf(changed, claim.currency);
  const next = { ...claim, lines: changed, value };
  if (dec(value).isZero() || lines.length === 0) {
    return note({ ...next, lines: claim.lines, value: claim.value, state: 'closed' }, 'closed', occasion);
  }
  const covered = dec(claim.credited).gt(0) && dec(claim.credited).gte(value);
  return note({ ...next, ...(covered ? { state: 'credited' as const } : {}) }, 'changed', occasion);
}

function note(claim: Claim, action: ClaimEntry['action'], { at, by, text }: Occasion): Claim {
  const history = [...claim.history, { at, by, action, text }];
  return { ...claim, history, ...(isLive(claim) ? {} : { dueAt: '' }) };
}

/** A credit note as money that claims may use up: by order line, and what is not on a line. */
export interface CreditPool {
  invoiceId: string;
  number: string;
  currency: string;
  /** The invoice that it credits; '' where unknown. */
  originalInvoiceId: string;
  lines: { orderId: string; lineId: string; left: string }[];
  /** Charges, tax and whatever is not on a line. */
  rest: string;
}

/**
 * Lets a credit note cover a claim, wholly or in part: each line by the money that the credit note has on the same order
 * line, claims about the invoice as a whole by the rest of a credit note over that invoice. Money is used once: the pool is
 * returned with what is left. Undefined where they have nothing to do with one another.
 */
export function coverClaim(
  claim: Claim,
  pool: CreditPool,
  occasion: Omit<Occasion, 'text'>,
): { claim: Claim; pool: CreditPool } | undefined {
  const known = claim.credits.some(({ invoiceId }) => invoiceId === pool.invoiceId);
  if (!isLive(claim) || known || claim.currency !== pool.currency) return undefined;
  const places = placesOf(claim.currency);
  const left = pool.lines.map((line) => ({ ...line }));
  const ofInvoice = claim.invoiceId !== '' && claim.invoiceId === pool.originalInvoiceId;
  let rest = dec(pool.rest);
  const lines = claim.lines.map((line) => {
    const open = dec(line.amount).minus(line.credited);
    if (open.lte(0)) return line;
    if (line.lineId === '') {
      if (!ofInvoice || rest.lte(0)) return line;
      const used = rest.lt(open) ? rest : open;
      rest = rest.minus(used);
      return { ...line, credited: formatDecimal(used.plus(line.credited), places) };
    }
    let credited = dec(line.credited);
    for (const source of left) {
      if (source.orderId !== line.orderId || source.lineId !== line.lineId) continue;
      const missing = dec(line.amount).minus(credited);
      const used = dec(source.left).lt(missing) ? dec(source.left) : missing;
      if (used.lte(0)) continue;
      source.left = formatDecimal(dec(source.left).minus(used), places);
      credited = credited.plus(used);
    }
    return { ...line, credited: formatDecimal(credited, places) };
  });
  const credited = sum(lines.map((line) => line.credited));
  const amount = credited.minus(claim.credited);
  if (amount.lte(0)) return undefined;
  const shown = formatDecimal(amount, places);
  const state = credited.gte(claim.value) ? ('credited' as const) : claim.state;
  const covered = note(
    {
      ...claim,
      lines,
      credited: formatDecimal(credited, places),
      state,
      credits: [
        ...claim.credits,
        {
          invoiceId: pool.invoiceId,
          number: pool.number,
          amount: shown,
          lines: lines.flatMap((line, index) => {
            const share = dec(line.credited).minus(claim.lines[index]!.credited);
            const { orderId, lineId } = line;
            return share.isZero() ? [] : [{ orderId, lineId, amount: formatDecimal(share, places) }];
          }),
          at: occasion.at,
        },
      ],
    },
    'credited',
    {
      ...occasion,
      text:
        `Credit note ${pool.number} covers ${shown} ${claim.currency}` +
        (state === 'credited'
          ? ': all of it.'
          : `; ${formatDecimal(dec(claim.value).minus(credited), places)} ${claim.currency} is still open.`),
    },
  );
  return { claim: covered, pool: { ...pool, lines: left, rest: formatDecimal(rest, places) } };
}

/**
 * A credit note that covered a claim is refused: the money is claimed again, until `dueAt`. Undefined where it covered nothing
 * of this claim, or a person has ended it.
 */
export function withdrawCredit(
  claim: Claim,
  invoiceId: string,
  dueAt: Instant,
  occasion: Omit<Occasion, 'text'>,
): Claim | undefined {
  const credit = claim.credits.find((each) => each.invoiceId === invoiceId);
  if (credit === undefined || claim.state === 'writtenOff' || claim.state === 'closed') return undefined;
  const places = placesOf(claim.currency);
  const lines = claim.lines.map((line) => {
    const shares = credit.lines.filter(
      ({ orderId, lineId }) => orderId === line.orderId && lineId === line.lineId,
    );
    const credited = dec(line.credited).minus(sum(shares.map(({ amount }) => amount)));
    return { ...line, credited: formatDecimal(credited.isNegative() ? dec('0') : credited, places) };
  });
  const text = `Credit note ${credit.number} over ${credit.amount} ${claim.currency} is refused: it does not count.`;
  const again: Claim = {
    ...claim,
    lines,
    credited: formatDecimal(sum(lines.map((line) => line.credited)), places),
    credits: claim.credits.filter((each) => each !== credit),
    state: claim.state === 'credited' ? 'sent' : claim.state,
    dueAt: claim.dueAt === '' ? dueAt : claim.dueAt,
  };
  return note(again, 'withdrawn', { ...occasion, text });
}

function totalOf(lines: readonly ClaimLine[], currency: string): string {
  return formatDecimal(sum(lines.map(({ amount }) => amount)), placesOf(currency));
}

function placesOf(currency: string): number {
  return minorUnits(currency) ?? 2;
}

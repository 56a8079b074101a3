import type {
  HeaderClaim,
  LineClaim,
  OrderResponse,
  OrderResponseLine,
} from '../../documents/order-response.ts';
import { wordsOf } from '../../common/sentence.ts';
import { raise } from '../draft.ts';
import type { Draft } from '../draft.ts';
import { describeLine } from '../line-lookup.ts';
import { CLAIM_MEANINGS } from './claims.ts';

/**
 * A rejected order rejects its lines, whatever they claim; their reasons are kept. An order that is on hold promises nothing
 * (AH), whatever its lines claim.
 */
export function withHeaderClaim(answered: OrderResponseLine, claim: HeaderClaim): OrderResponseLine {
  const instead = OVERRULED_BY[claim];
  if (instead === undefined) return answered;
  const schedules = answered.schedules.map((schedule) =>
    isOverruled(schedule.claim, claim) ? { ...schedule, claim: instead } : schedule,
  );
  return { ...answered, schedules };
}

const OVERRULED_BY: Partial<Record<HeaderClaim, LineClaim>> = {
  rejected: 'rejected',
  rejectedExceptions: 'rejected',
  pending: 'datePending',
};

function isOverruled(claim: LineClaim, header: HeaderClaim): boolean {
  if (header === 'pending') return isPromise(claim);
  return !claim.startsWith('reject') && claim !== 'discontinued';
}

function isPromise(claim: LineClaim): boolean {
  const { class: amounts } = CLAIM_MEANINGS[claim];
  return amounts === 'accept' || amounts === 'change';
}

type Meaning = 'yes' | 'no' | 'not yet';

const MEANINGS: Partial<Record<HeaderClaim, Meaning>> = {
  accepted: 'yes',
  acceptedWithChanges: 'yes',
  acceptedExceptions: 'yes',
  pending: 'not yet',
  counterOffer: 'not yet',
  rejected: 'no',
  rejectedExceptions: 'no',
  cancelled: 'no',
  orderNotFound: 'no',
};

/** Two codes of the header that say yes and no, or not yet (5.2.2): the more cautious is the claim already. */
export function reportCodes(
  draft: Draft,
  { claim, statedClaims = [] }: OrderResponse,
  documentId: string,
): void {
  const meanings = new Set(statedClaims.flatMap((stated) => MEANINGS[stated] ?? []));
  if (meanings.size < 2) return;
  raise(draft, 'CODE_VALUE_MISMATCH', {
    subject: 'header',
    documentId,
    detail: `The codes of the header contradict: ${statedClaims.join(', and ')}. The more cautious was used: ${claim}.`,
  });
}

/** The header says no, or not yet, where lines say yes: the more cautious of the two counts. */
export function reportContradiction(draft: Draft, document: OrderResponse, documentId: string): void {
  const { claim, code } = document;
  if (OVERRULED_BY[claim] === undefined || claim === 'rejectedExceptions') return;
  const lines = document.lines.filter(({ schedules }) => schedules.some((each) => isPromise(each.claim)));
  if (lines.length === 0) return;
  raise(draft, 'CODE_VALUE_MISMATCH', {
    documentId,
    detail: `The header says ${code ?? wordsOf(claim)}, but ${lines.length === 1 ? 'a line is' : `${lines.length} lines are`} accepted (${lines
      .slice(0, 10)
      .map((line) => describeLine(line))
      .join(', ')}). The header was used.`,
  });
}

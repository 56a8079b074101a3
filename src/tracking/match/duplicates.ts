import { dec } from '../../common/decimal.ts';
import type { LocalDate } from '../../common/time.ts';
import { addDays, addMonths } from './arithmetic.ts';
import type { PriorInvoice } from './facts.ts';
import { lineKey, plainInvoiceNumber } from './identifiers.ts';
import type { DuplicateHit } from './model.ts';

/** What a document looks like to the duplicate check. */
export interface DuplicateCandidate {
  documentId: string;
  number: string;
  supplierId: string;
  documentType: 'invoice' | 'creditNote';
  issueDate: LocalDate;
  currency: string;
  amount: string;
  contentHash: string;
  orderIds: readonly string[];
  despatchAdviceIds: readonly string[];
  /** Invoiced quantity by order line, in order units, signed. */
  quantities: readonly { orderId: string; orderLineId: string; quantity: string }[];
  /** Its place in the order of arrival; without it those that came later count like those before. */
  sequence?: number;
  /** A document that this one replaces or credits: no duplicate of it. */
  replaces?: string;
}

export interface DuplicateRules {
  windowMonths: number;
  weakDays: number;
}

/**
 * Finds what a document may repeat (5.8). Exact: same supplier, normalised number and type (`numberReused` when the content
 * differs). Strong: other number with the same amount and date, or the same order lines and quantities. Weak: the number
 * is one edit away and the amount equal within `weakDays`. Priors come from every channel; at most one hit for each. Of two documents
 * that nobody has approved the later one repeats the earlier, however often either is matched.
 */
export function findDuplicates(
  candidate: DuplicateCandidate,
  priors: readonly PriorInvoice[],
  rules: DuplicateRules,
): DuplicateHit[] {
  const number = plainInvoiceNumber(candidate.number);
  const earliest = addMonths(candidate.issueDate, -rules.windowMonths);
  const latest = addMonths(candidate.issueDate, rules.windowMonths);
  const pattern = quantityPattern(candidate.quantities);
  const hits: DuplicateHit[] = [];
  for (const prior of priors) {
    if (prior.id === candidate.documentId || prior.id === candidate.replaces) continue;
    if (prior.supplierId !== candidate.supplierId || prior.documentType !== candidate.documentType) continue;
    if (prior.status === 'rejected' || prior.status === 'reversed') continue;
    if (prior.issueDate < earliest || prior.issueDate > latest) continue;
    if (candidate.sequence !== undefined && prior.sequence > candidate.sequence && !isBooked(prior)) continue;
    const kind = kindOf(candidate, prior, number, pattern, rules);
    if (kind !== undefined) {
      hits.push({
        ...kind,
        invoiceId: prior.id,
        number: prior.number,
        ...(prior.channel === undefined ? {} : { channel: prior.channel }),
      });
    }
  }
  return hits;
}

/** Money is on its way for it, or for a part of it. */
function isBooked({ status, lines }: PriorInvoice): boolean {
  return (
    status === 'approved' || status === 'posted' || status === 'paid' || lines.some(({ booked }) => booked)
  );
}

/** Undefined for documents without order lines: nothing to compare. */
function quantityPattern(lines: DuplicateCandidate['quantities']): string | undefined {
  const byLine = new Map<string, ReturnType<typeof dec>>();
  for (const { orderId, orderLineId, quantity } of lines) {
    const key = lineKey(orderId, orderLineId);
    byLine.set(key, (byLine.get(key) ?? dec(0)).plus(quantity));
  }
  const parts = [...byLine].filter(([, quantity]) => !quantity.isZero());
  if (parts.length === 0) return undefined;
  return parts
    .map(([key, quantity]) => `${key}=${quantity.toFixed()}`)
    .sort()
    .join('|');
}

function kindOf(
  candidate: DuplicateCandidate,
  prior: PriorInvoice,
  number: string,
  pattern: string | undefined,
  rules: DuplicateRules,
): Pick<DuplicateHit, 'kind' | 'text'> | undefined {
  const priorNumber = plainInvoiceNumber(prior.number);
  const where = `${prior.documentType === 'invoice' ? 'invoice' : 'credit note'} ${prior.number} of ${prior.issueDate}${prior.channel === undefined ? '' : ` (${prior.channel})`}`;
  const sameAmount = prior.currency === candidate.currency && dec(prior.amount).eq(candidate.amount);
  if (priorNumber === number) {
    const sameContent =
      prior.contentHash === undefined
        ? sameAmount && prior.issueDate === candidate.issueDate
        : prior.contentHash === candidate.contentHash;
    return sameContent
      ? { kind: 'exact', text: `It repeats ${where} with the same content.` }
      : { kind: 'numberReused', text: `Its number is that of ${where}, with other content.` };
  }
  if (sameAmount && prior.issueDate === candidate.issueDate) {
    return { kind: 'strong', text: `Same amount and date as ${where}, other number.` };
  }
  if (
    pattern !== undefined &&
    !deliveriesDiffer(candidate, prior) &&
    quantityPattern(prior.lines) === pattern
  ) {
    return { kind: 'strong', text: `Same order lines and quantities as ${where}, other number.` };
  }
  const near =
    prior.issueDate >= addDays(candidate.issueDate, -rules.weakDays) &&
    prior.issueDate <= addDays(candidate.issueDate, rules.weakDays);
  if (near && sameAmount && isOneEdit(number, priorNumber)) {
    return { kind: 'weak', text: `Its number is one character away from ${where}, same amount.` };
  }
  return undefined;
}

/** Two part deliveries of equal size are no duplicate when each invoice names its own delivery note. */
function deliveriesDiffer(candidate: DuplicateCandidate, prior: PriorInvoice): boolean {
  const theirs = prior.despatchAdviceIds ?? [];
  const ours = candidate.despatchAdviceIds;
  return ours.length > 0 && theirs.length > 0 && !ours.some((id) => theirs.includes(id));
}

/** One insertion, deletion, replacement, or swap of neighbours. */
export function isOneEdit(left: string, right: string): boolean {
  if (left === right || Math.abs(left.length - right.length) > 1) return false;
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start += 1;
  let endLeft = left.length;
  let endRight = right.length;
  while (endLeft > start && endRight > start && left[endLeft - 1] === right[endRight - 1]) {
    endLeft -= 1;
    endRight -= 1;
  }
  const restLeft = left.slice(start, endLeft);
  const restRight = right.slice(start, endRight);
  if (restLeft.length <= 1 && restRight.length <= 1) return true;
  return (
    restLeft.length === 2 &&
    restRight.length === 2 &&
    restLeft[0] === restRight[1] &&
    restLeft[1] === restRight[0]
  );
}

import { addHours, daysBetween, dueAfterBusinessDays, instantAt, localDate } from '../common/calendar.ts';
import { dec, formatDecimal } from '../common/decimal.ts';
import type { DecimalString } from '../common/decimal.ts';
import type { Instant, LocalDate } from '../common/time.ts';
import { EXCEPTION_CATALOGUE } from './exception-catalogue.ts';
import type { CatalogueEntry, ExceptionType } from './exception-catalogue.ts';
import type {
  ExceptionAction,
  ExceptionEvidence,
  ExceptionSeverity,
  ExceptionSubject,
  OwnerRole,
  PriorityTerm,
  TrackedException,
} from './exception-model.ts';
import type { TrackingPolicy } from './policy.ts';

export interface ExceptionInput {
  type: ExceptionType;
  subject: ExceptionSubject;
  /** One or two sentences: what was found, what was expected, what to do. */
  detail: string;
  /**
   * The cause, where several subjects share one (an item code): then everything with this cause is one exception. Without
   * it the subject is the identity.
   */
  causeKey?: string;
  /** Part of the identity beside the subject: a shipment, an invoice, a rung. */
  discriminator?: string;
  evidence?: ExceptionEvidence[];
  valueAtStake?: DecimalString;
  currency?: string;
  /** When the goods are needed, or the money is due. */
  neededBy?: LocalDate;
  /** Where the situation decides otherwise than the catalogue. */
  owner?: OwnerRole;
  severity?: ExceptionSeverity;
  /** The first is the suggestion. */
  actions?: readonly [ExceptionAction, ...ExceptionAction[]];
}

/** What opening an exception needs of the policy. */
export type ExceptionSettings = Pick<TrackingPolicy, 'companyCalendar' | 'priority'>;

const SEVERITY_POINTS: Record<ExceptionSeverity, number> = { low: 1, medium: 2, high: 3, critical: 4 };

/** Identity of an exception: repeats of the same trouble have the same fingerprint. */
export function fingerprintOf(
  input: Pick<ExceptionInput, 'type' | 'subject' | 'causeKey' | 'discriminator'>,
): string {
  const { type, subject, causeKey, discriminator } = input;
  const { partnerId = '', lineId = '' } = subject;
  if (causeKey !== undefined) return `${type}|${partnerId}|${causeKey}`;
  const place = subject.orderId ?? subject.invoiceId ?? subject.documentId ?? subject.fileId ?? '';
  return `${type}|${partnerId}|${place}|${lineId}|${discriminator ?? ''}`;
}

/**
 * Builds the record of an exception from the catalogue: owner, time to act, actions, priority with its terms. Used for
 * every exception of the house, also those that have no order (PARSE_ERROR, UNKNOWN_PARTNER …).
 */
export function openException(
  input: ExceptionInput,
  settings: ExceptionSettings,
  now: Instant,
): TrackedException {
  const entry: CatalogueEntry = EXCEPTION_CATALOGUE[input.type];
  const severity = input.severity ?? entry.severity;
  const currency = input.currency ?? '';
  const terms = priorityTerms(input, severity, currency, settings, now);
  const actions = input.actions ?? entry.actions;
  const product = terms.reduce((points, term) => points * term.value, 1);
  const dueAt = dueOf(entry, input.neededBy, settings, now);
  return {
    type: input.type,
    family: entry.family,
    severity,
    owner: input.owner ?? entry.owner,
    subject: input.subject,
    fingerprint: fingerprintOf(input),
    groupKey: `${input.type}|${input.causeKey ?? input.subject.orderId ?? input.subject.fileId ?? ''}`,
    title: titleOf(entry, input),
    detail: input.detail,
    valueAtStake: input.valueAtStake ?? '0',
    currency,
    priority: product,
    priorityTerms: terms,
    openedAt: now,
    ...(dueAt === undefined ? {} : { dueAt }),
    evidence: input.evidence ?? [],
    suggestedAction: actions[0],
    allowedActions: [...actions],
  };
}

/** What it is, and of what: `Supplier proposes other values: order PO-1001, line 3, acme, 1240.50 EUR`. */
function titleOf(
  { title }: CatalogueEntry,
  { subject, valueAtStake = '0', currency = '' }: ExceptionInput,
): string {
  const value = dec(valueAtStake);
  const parts = [
    subject.orderId === undefined ? '' : `order ${subject.orderId}`,
    subject.lineId === undefined ? '' : `line ${subject.lineId}`,
    subject.partnerId ?? '',
    value.isZero() || currency === '' ? '' : `${formatDecimal(value, 2)} ${currency}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? title : `${title}: ${parts.join(', ')}`;
}

/** Money (1 to 5) times urgency (1 to 5) times severity (1 to 4): 1 to 100. */
function priorityTerms(
  input: ExceptionInput,
  severity: ExceptionSeverity,
  currency: string,
  settings: ExceptionSettings,
  now: Instant,
): PriorityTerm[] {
  const value = dec(input.valueAtStake ?? '0').abs();
  const money = 1 + settings.priority.moneyThresholds.filter((limit) => value.gte(limit)).length;
  const moneyText = value.isZero() ? 'no money known' : `${formatDecimal(value)} ${currency}`.trimEnd();
  return [
    { term: 'money', value: money, text: `at stake: ${moneyText}` },
    urgencyTerm(input.neededBy, settings, now),
    { term: 'severity', value: SEVERITY_POINTS[severity], text: severity },
  ];
}

function urgencyTerm(
  neededBy: LocalDate | undefined,
  settings: ExceptionSettings,
  now: Instant,
): PriorityTerm {
  if (neededBy === undefined) return { term: 'urgency', value: 1, text: 'no date known' };
  const left = daysBetween(localDate(now, settings.companyCalendar.timeZone), neededBy);
  const value = 1 + settings.priority.urgencyDays.filter((limit) => left <= limit).length;
  const text = left < 0 ? `needed ${-left} days ago` : left === 0 ? 'needed today' : `needed in ${left} days`;
  return { term: 'urgency', value, text };
}

function dueOf(
  entry: CatalogueEntry,
  neededBy: LocalDate | undefined,
  settings: ExceptionSettings,
  now: Instant,
): Instant | undefined {
  const level = entry.serviceLevel;
  if ('hours' in level) return addHours(now, level.hours);
  const calendar = settings.companyCalendar;
  if ('businessDays' in level) return dueAfterBusinessDays(now, level.businessDays, calendar);
  if ('untilArrival' in level) {
    if (neededBy === undefined) return dueAfterBusinessDays(now, 1, calendar);
    const arrival = instantAt(neededBy, '00:00', calendar.timeZone);
    return arrival > now ? arrival : now;
  }
  return undefined;
}

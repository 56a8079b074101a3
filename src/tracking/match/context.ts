import { dec } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import { buildAssociator } from './association.ts';
import type { Associator } from './association.ts';
import type { MatchInput, PriorInvoice } from './facts.ts';
import { plainInvoiceNumber } from './identifiers.ts';
import { buildLedger } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import { minorUnits } from './minor-units.ts';
import type { Check, CheckId, FailCode } from './model.ts';
import { ONE_RATIO, ratio, times } from './ratio.ts';
import type { Ratio } from './ratio.ts';
import { buildLimitTable } from './tolerance.ts';
import type { LimitTable, ResolvedLimits, Subject } from './tolerance.ts';
import { buildUnitTable } from './units.ts';
import type { UnitTable } from './units.ts';
import type { LimitName } from './policy.ts';

/** What all checks of one match share. `checks` and `usedLimits` grow while they run. */
export interface Context {
  readonly input: MatchInput;
  /** Version of the rules that decide: ENGINE_VERSION, or an earlier one for a decision that is made again. */
  readonly engine: number;
  readonly currency: string;
  /** Minor units of the currency; 2 where the currency is unknown (A6 says so). */
  readonly places: number;
  /** 1 for what we owe, −1 for a credit note. */
  readonly direction: 1 | -1;
  /** The document this one credits or corrects, where it names one that is known. */
  readonly original?: PriorInvoice;
  readonly originalNumber?: string;
  readonly associator: Associator;
  readonly ledger: Ledger;
  readonly units: UnitTable;
  readonly rate?: Ratio;
  readonly checks: Check[];
  readonly usedLimits: Set<ResolvedLimits>;
  readonly supplierSubject: Subject;
  limits(name: LimitName, subject: Subject): ResolvedLimits;
  readonly limitTable: LimitTable;
}

const ORIGINAL_REFERENCES = new Set(['invoice', 'originalInvoice', 'precedingInvoice', 'other:IV']);

/** The number of the invoice that a credit note credits or a corrected invoice replaces. */
export function originalNumberOf(document: MatchInput['document']): string | undefined {
  if (document.documentType === 'creditNote' && document.originalInvoiceId !== undefined) {
    return document.originalInvoiceId;
  }
  const named = document.references?.find(({ type }) => ORIGINAL_REFERENCES.has(type))?.id;
  if (named !== undefined) return named;
  const corrected = document.documentType === 'invoice' && document.invoiceType === 'corrected';
  return corrected ? document.id : undefined;
}

function findOriginal(input: MatchInput, number: string | undefined): PriorInvoice | undefined {
  if (number === undefined) return undefined;
  const plain = plainInvoiceNumber(number);
  const same = input.priorInvoices.filter(
    (prior) =>
      prior.id !== input.documentId &&
      prior.supplierId === input.supplier.id &&
      prior.documentType === 'invoice' &&
      plainInvoiceNumber(prior.number) === plain,
  );
  const alive = same.filter(({ status }) => status !== 'rejected' && status !== 'reversed');
  return alive.at(-1) ?? same.at(-1);
}

export function buildContext(input: MatchInput, engine: number): Context {
  const { document, supplier, policy } = input;
  const currency = document.currency ?? supplier.defaultCurrency ?? '';
  const units = buildUnitTable(input.units);
  const limitTable = buildLimitTable(policy);
  const originalNumber = originalNumberOf(document);
  const original = findOriginal(input, originalNumber);
  const corrects = document.documentType === 'invoice' && document.invoiceType === 'corrected';
  const leftOut = new Set(corrects && original !== undefined ? [original.id] : []);
  const usedLimits = new Set<ResolvedLimits>();
  const sameCurrency = currency === policy.companyCurrency;
  const rate = sameCurrency
    ? ONE_RATIO
    : input.exchangeRate === undefined
      ? undefined
      : ratio(input.exchangeRate);
  return {
    input,
    engine,
    currency,
    places: minorUnits(currency) ?? 2,
    direction: document.documentType === 'creditNote' ? -1 : 1,
    ...(original === undefined ? {} : { original }),
    ...(originalNumber === undefined ? {} : { originalNumber }),
    associator: buildAssociator(input),
    ledger: buildLedger(input, units, { engine, leftOut }),
    units,
    ...(rate === undefined ? {} : { rate }),
    checks: [],
    usedLimits,
    supplierSubject: { itemIds: [], supplierId: supplier.id },
    limitTable,
    limits(name, subject) {
      const found = limitTable.limits(name, subject);
      usedLimits.add(found);
      return found;
    },
  };
}

/** An amount of the document in company currency; undefined where no rate is known. */
export function inCompanyCurrency(context: Context, amount: Ratio): Ratio | undefined {
  if (context.rate === ONE_RATIO) return amount;
  return context.rate && times(amount, context.rate);
}

/** Whether a small amount of the document is at most `limit` of the company currency. */
export function isWithin(context: Context, amount: Dec, limit: string): boolean {
  const converted = inCompanyCurrency(context, ratio(amount.abs()));
  return converted !== undefined && converted.n.lte(dec(limit).times(converted.d));
}

/** Disputed money with the code that disputes it, positive. */
export interface Dispute {
  code: FailCode;
  amount: Dec;
  line?: number;
}

/** All money that a failed check disputes, whatever others dispute of it too. */
export interface Exposure extends Dispute {
  /** `line|order line`: of the checks on one part of a line that become one hold the largest counts. */
  part?: string;
}

/** A check of a line; it has passed unless the fields say otherwise. */
export function recordCheck(context: Context, id: CheckId, line: number, fields: Partial<Check>): void {
  context.checks.push({ id, line, result: 'passed', formula: '', ...fields });
}

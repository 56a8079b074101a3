import { dec } from '../../common/decimal.ts';
import type { PaymentTerms } from '../../documents/primitives.ts';
import { addDays } from './arithmetic.ts';
import type { Context } from './context.ts';
import type { OrderFact } from './facts.ts';
import { plainId } from './identifiers.ts';
import type { Check, CheckId, FailCode } from './model.ts';
import { list, money } from './texts.ts';

function push(
  context: Context,
  id: CheckId,
  formula: string,
  fields: Partial<Check>,
  failure?: { code: FailCode; text: string; warning?: boolean },
): FailCode[] {
  context.checks.push({
    id,
    result: failure === undefined ? 'passed' : failure.warning === true ? 'warning' : 'failed',
    formula,
    ...fields,
    ...(failure === undefined ? {} : { code: failure.code, text: failure.text }),
  });
  return failure === undefined || failure.warning === true ? [] : [failure.code];
}

/** M1, M2, M10, M15, M18 and the rules for pro formas, credits and corrections. Returns the codes that failed. */
export function checkHeader(context: Context, orders: readonly OrderFact[]): FailCode[] {
  return [
    ...checkParty(context, orders),
    ...checkMixed(context, orders),
    ...checkCurrencies(context, orders),
    ...checkDates(context, orders),
    ...checkTerms(context, orders),
    ...checkRemittance(context),
    ...checkKind(context),
  ];
}

function checkParty({ input, ...rest }: Context, orders: readonly OrderFact[]): FailCode[] {
  const { supplier, document } = input;
  const allowed = new Set([supplier.id, ...(supplier.affiliateIds ?? [])]);
  const foreign = orders.filter(({ supplierId }) => !allowed.has(supplierId));
  const sellerId = document.seller?.id;
  const unknownSeller =
    sellerId !== undefined &&
    supplier.partyIds !== undefined &&
    !supplier.partyIds.some((id) => plainId(id) === plainId(sellerId));
  const text =
    foreign.length > 0
      ? `The invoice is from supplier ${supplier.id}; ${list(foreign.map(({ id, supplierId }) => `order ${id} went to ${supplierId}`))}.`
      : `The seller ${sellerId ?? ''} on the invoice is not a known party of supplier ${supplier.id}.`;
  return push(
    { input, ...rest },
    'M1',
    'invoice supplier = order supplier, or an allowed one',
    { left: sellerId ?? supplier.id, right: [...allowed].join(', ') },
    foreign.length > 0 || unknownSeller ? { code: 'SUPPLIER_MISMATCH', text } : undefined,
  );
}

function checkMixed(context: Context, orders: readonly OrderFact[]): FailCode[] {
  if (orders.length < 2) return [];
  const distinct = (values: readonly (string | undefined)[]) =>
    new Set(values.filter((value) => value !== undefined)).size > 1;
  const mixed = [
    ...(distinct(orders.map(({ supplierId }) => supplierId)) ? ['suppliers'] : []),
    ...(distinct(orders.map(({ currency }) => currency)) ? ['currencies'] : []),
    ...(context.input.policy.severalCompanies === 'hold' && distinct(orders.map(({ companyId }) => companyId))
      ? ['companies']
      : []),
  ];
  return push(
    context,
    'M1',
    'all orders of the invoice have one supplier, company and currency',
    { left: orders.map(({ id }) => id).join(', ') },
    mixed.length === 0
      ? undefined
      : {
          code: 'MIXED_INVOICE',
          text: `The orders ${list(orders.map(({ id }) => id))} have different ${list(mixed)}; one invoice may not mix them.`,
        },
  );
}

function checkCurrencies(context: Context, orders: readonly OrderFact[]): FailCode[] {
  const { currency, input } = context;
  const other = orders.filter((order) => order.currency !== currency);
  const failed = push(
    context,
    'M2',
    'invoice currency = order currency',
    { left: currency, right: [...new Set(orders.map((order) => order.currency))].join(', ') },
    other.length === 0
      ? undefined
      : {
          code: 'CURRENCY_MISMATCH',
          text: `The invoice is in ${currency}; ${list(other.map((order) => `order ${order.id} is in ${order.currency}`))}.`,
        },
  );
  if (context.rate !== undefined) return failed;
  push(
    context,
    'M2',
    'exchange rate of the invoice date is known',
    { left: currency, right: input.policy.companyCurrency },
    {
      code: 'EXCHANGE_RATE_MISSING',
      warning: true,
      text: `No exchange rate from ${currency} to ${input.policy.companyCurrency} is known: absolute limits count as exceeded.`,
    },
  );
  return failed;
}

function checkDates(context: Context, orders: readonly OrderFact[]): FailCode[] {
  const { document, despatches } = context.input;
  const early = orders.filter(({ issueDate }) => document.issueDate < issueDate);
  const failed = push(
    context,
    'M10',
    'invoice date >= order date',
    { left: document.issueDate, right: orders.map(({ issueDate }) => issueDate).join(', ') },
    early.length === 0
      ? undefined
      : {
          code: 'DATE_ODD',
          text: `The invoice is dated ${document.issueDate}, before ${list(early.map(({ id, issueDate }) => `order ${id} of ${issueDate}`))}.`,
        },
  );
  const named = despatches.find(({ id }) => id === document.despatchAdviceId)?.shipDate;
  const shipDate = document.shipDate ?? named;
  if (shipDate !== undefined && document.issueDate < addDays(shipDate, -1)) {
    push(
      context,
      'M10',
      'invoice date >= ship date - 1 day',
      { left: document.issueDate, right: shipDate },
      {
        code: 'DATE_ODD',
        warning: true,
        text: `The invoice is dated ${document.issueDate}, more than a day before the goods left on ${shipDate}.`,
      },
    );
  }
  return failed;
}

const TERMS_FIELDS = ['netDays', 'discountPercent', 'discountDays'] as const;

function termsText(terms: PaymentTerms): string {
  const net = terms.netDays === undefined ? 'net terms not stated' : `net ${terms.netDays} days`;
  return terms.discountPercent === undefined
    ? net
    : `${net}, ${terms.discountPercent} % within ${terms.discountDays ?? '?'} days`;
}

/** M15 never blocks: we pay by the order's terms. */
function checkTerms(context: Context, orders: readonly OrderFact[]): FailCode[] {
  const stated = context.input.document.paymentTerms;
  const agreed = orders.find(({ paymentTerms }) => paymentTerms !== undefined)?.paymentTerms;
  const terms = agreed ?? context.input.supplier.paymentTerms;
  const formula = 'payment terms = terms of the order';
  if (stated === undefined || terms === undefined) {
    return push(context, 'M15', formula, { result: 'notApplicable' });
  }
  const differ = TERMS_FIELDS.some((field) => {
    const left = stated[field];
    const right = terms[field];
    return left !== undefined && right !== undefined && Number(left) !== Number(right);
  });
  return push(
    context,
    'M15',
    formula,
    { left: termsText(stated), right: termsText(terms) },
    differ
      ? {
          code: 'TERMS_DIFFER',
          warning: true,
          text: `The invoice says ${termsText(stated)}; agreed are ${termsText(terms)}, and we pay by those.`,
        }
      : undefined,
  );
}

/** M18: who is paid, and into which account. Any change stops the payment until it is verified outside of e-mail and EDI. */
function checkRemittance(context: Context): FailCode[] {
  const { document, supplier } = context.input;
  const formula = 'payee and account are the approved ones';
  const account = document.payeeAccountId;
  const payee = document.remitTo?.id;
  const plainAccount = (id: string) => plainId(id).replace(/\s/g, '');
  const unknownAccount =
    account !== undefined &&
    supplier.accountIds !== undefined &&
    !supplier.accountIds.some((id) => plainAccount(id) === plainAccount(account));
  const own = [supplier.id, ...(supplier.partyIds ?? []), document.seller?.id ?? supplier.id];
  const unknownPayee =
    payee !== undefined &&
    supplier.remitToIds !== undefined &&
    ![...own, ...supplier.remitToIds].some((id) => plainId(id) === plainId(payee));
  if (account === undefined && payee === undefined) {
    return push(context, 'M18', formula, { result: 'notApplicable' });
  }
  if (supplier.accountIds === undefined && supplier.remitToIds === undefined) {
    return push(context, 'M18', formula, { result: 'notApplicable', left: account ?? payee ?? '' });
  }
  const parts = [
    ...(unknownAccount ? [`account ${account} is not an approved account of the supplier`] : []),
    ...(unknownPayee ? [`payee ${payee} is not an approved payee of the supplier`] : []),
  ];
  return push(
    context,
    'M18',
    formula,
    {
      left: [payee, account].filter((value) => value !== undefined).join(' / '),
      right: [...(supplier.remitToIds ?? []), ...(supplier.accountIds ?? [])].join(', '),
    },
    parts.length === 0
      ? undefined
      : {
          code: 'REMIT_CHANGED',
          text: `Payment details changed: ${list(parts)}. Verify by a known telephone number before anything is paid.`,
        },
  );
}

const KIND = 'kind of document and its original allow a match';

/** Pro formas, corrections and credit notes (5.8). */
function checkKind(context: Context): FailCode[] {
  const { input, original, originalNumber } = context;
  const { document, supplier } = input;
  const fail = (code: FailCode, text: string) =>
    push(context, 'M16', KIND, { left: document.id, ...named(originalNumber) }, { code, text });
  if (context.engine >= 5 && document.totals.payable.startsWith('-')) {
    const amount = money(dec(document.totals.payable), context.currency, context.places);
    return fail(
      'CREDIT_WITHOUT_REFERENCE',
      document.documentType === 'invoice'
        ? `The invoice comes to ${amount}: money that comes back is for a credit note, which names its invoice.`
        : `The credit note comes to ${amount}: it asks for money, which is for an invoice.`,
    );
  }
  if (document.documentType === 'invoice') {
    if (document.invoiceType === 'proForma') {
      return fail('PRO_FORMA', 'A pro-forma invoice is not a demand for payment.');
    }
    if (document.invoiceType !== 'corrected') return [];
    if (original === undefined || original.status === 'rejected' || original.status === 'reversed') {
      return fail('ORIGINAL_NOT_FOUND', `It corrects invoice ${originalNumber ?? '?'}, which is not booked.`);
    }
    return original.status === 'paid'
      ? fail(
          'CORRECTION_AFTER_PAYMENT',
          `Invoice ${original.number} is paid already: ask for a credit note instead of a corrected invoice.`,
        )
      : push(context, 'M16', KIND, { left: document.id, right: original.number });
  }
  if (originalNumber === undefined) {
    return supplier.creditNeedsReference === false
      ? []
      : fail('CREDIT_WITHOUT_REFERENCE', 'The credit note names no invoice that it corrects.');
  }
  if (original === undefined) {
    return fail(
      'CREDIT_BEFORE_INVOICE',
      `The credit note is for invoice ${originalNumber}, which has not arrived: it waits for it.`,
    );
  }
  const dead =
    original.status === 'rejected' || original.status === 'reversed' || original.status === 'blocked';
  if (dead) {
    return fail(
      'ORIGINAL_NOT_FOUND',
      `The credit note is for invoice ${original.number}, which is ${original.status} and not booked.`,
    );
  }
  return push(context, 'M16', KIND, { left: document.id, right: original.number });
}

function named(number: string | undefined): { right?: string } {
  return number === undefined ? {} : { right: number };
}

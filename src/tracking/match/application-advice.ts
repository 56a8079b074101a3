import type { LocalDate } from '../../common/time.ts';
import type { ApplicationAdvice } from '../../documents/application-advice.ts';
import type { FailCode, MatchDecision, MatchHold } from './model.ts';

type Reason = ApplicationAdvice['reasons'][number]['code'];

const REASONS: Readonly<Partial<Record<FailCode, Reason>>> = {
  DUPLICATE_EXACT: 'duplicate',
  DUPLICATE_STRONG: 'duplicate',
  DUPLICATE_WEAK: 'duplicate',
  INVOICE_NUMBER_REUSED: 'duplicate',
  DATE_ODD: 'invalidDate',
  INVOICE_ARITHMETIC: 'totalsDiffer',
  IMPLIED_DECIMAL_SUSPECT: 'totalsDiffer',
  TOTAL_HIGH: 'totalsDiffer',
  TOTAL_LOW: 'totalsDiffer',
  PRICE_HIGH: 'priceDiffers',
  PRICE_LOW: 'priceDiffers',
  PRICE_NOT_FINAL: 'priceDiffers',
  LINE_TOTAL: 'priceDiffers',
  CREDIT_PRICE_LOW: 'priceDiffers',
  PRICE_MISSING: 'missingData',
  CREDIT_WITHOUT_REFERENCE: 'missingData',
  QTY_OVER_ORDERED: 'quantityDiffers',
  QTY_OVER_RECEIVED: 'quantityDiffers',
  NOT_RECEIVED: 'quantityDiffers',
  QTY_NOT_ACCEPTED: 'quantityDiffers',
  CREDIT_EXCEEDS_INVOICED: 'quantityDiffers',
  CHARGE_OVER: 'chargeNotAgreed',
  CHARGE_UNPLANNED: 'chargeNotAgreed',
  ALLOWANCE_MISSING: 'chargeNotAgreed',
  FREIGHT_NOT_ALLOWED: 'chargeNotAgreed',
  FREIGHT_REVIEW: 'chargeNotAgreed',
  TAX_DIFFERENCE: 'taxDiffers',
  TAX_UNKNOWN: 'taxDiffers',
  UNKNOWN_PO: 'unknownOrder',
  PO_NOT_OPEN: 'unknownOrder',
  UNKNOWN_LINE: 'unknownItem',
  ITEM_MISMATCH: 'unknownItem',
  UOM_CONVERSION_MISSING: 'unknownUnit',
  CURRENCY_MISMATCH: 'currencyDiffers',
  EXCHANGE_RATE_MISSING: 'currencyDiffers',
  TERMS_DIFFER: 'termsDiffer',
  REMIT_CHANGED: 'payeeChanged',
};

/**
 * What the supplier is told of an invoice that a person refuses: each failed check of the hold with its line and sentence, and
 * what the person wrote. Reasons that would help a fraud (bank details) are told as the person wrote them only.
 */
export function buildApplicationAdvice(
  decision: MatchDecision,
  hold: Pick<MatchHold, 'codes'>,
  given: { id: string; issueDate: LocalDate; reason: string },
): ApplicationAdvice {
  const { document } = decision.input;
  const { buyer, seller } = document;
  const orderId = document.orderId ?? document.lines.find((line) => line.orderId !== undefined)?.orderId;
  const secret = hold.codes.includes('REMIT_CHANGED');
  const found = secret
    ? []
    : decision.checks.flatMap(({ result, code, line, text }) => {
        if (result !== 'failed' || code === undefined || text === undefined || !hold.codes.includes(code)) {
          return [];
        }
        const lineId = line === undefined ? undefined : (document.lines[line - 1]?.id ?? String(line));
        return [{ code: REASONS[code] ?? 'other', ...(lineId === undefined ? {} : { lineId }), text }];
      });
  const [code] = hold.codes;
  return {
    documentType: 'applicationAdvice',
    id: given.id,
    issueDate: given.issueDate,
    status: 'rejected',
    regarding: {
      documentType: document.documentType,
      id: document.id,
      issueDate: document.issueDate,
      ...(orderId === undefined ? {} : { orderId }),
    },
    ...(buyer === undefined ? {} : { buyer }),
    ...(seller === undefined ? {} : { seller }),
    reasons: [...found, { code: (code && REASONS[code]) ?? 'other', text: given.reason }],
  };
}

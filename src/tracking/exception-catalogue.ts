import type { ExceptionAction, ExceptionSeverity, OwnerRole } from './exception-model.ts';

/** How long somebody has: hours on the clock, business days of the company, until the arrival, or as the ladder says. */
export type ServiceLevel =
  { hours: number } | { businessDays: number } | { untilArrival: true } | { ladder: true } | { none: true };

export interface CatalogueEntry {
  owner: OwnerRole;
  family: 'technical' | 'business';
  severity: ExceptionSeverity;
  serviceLevel: ServiceLevel;
  /** Nobody has to act: it is recorded and closed at once. */
  closesAtOnce?: true;
  title: string;
  /** When it goes away by itself. */
  closesWhen: string;
  /** The first is the suggestion. */
  actions: readonly [ExceptionAction, ...ExceptionAction[]];
}

type Actions = CatalogueEntry['actions'];

function entry(
  family: CatalogueEntry['family'],
  owner: OwnerRole,
  severity: ExceptionSeverity,
  serviceLevel: ServiceLevel,
  title: string,
  closesWhen: string,
  actions: Actions,
): CatalogueEntry {
  return { owner, family, severity, serviceLevel, title, closesWhen, actions };
}

const technical = entry.bind(undefined, 'technical');
const business = entry.bind(undefined, 'business');

const hours = (count: number): ServiceLevel => ({ hours: count });
const days = (count: number): ServiceLevel => ({ businessDays: count });
const LADDER: ServiceLevel = { ladder: true };
const ARRIVAL: ServiceLevel = { untilArrival: true };
const NONE: ServiceLevel = { none: true };

const MASTER_DATA: Actions = ['correctData', 'reprocess', 'askSupplier', 'dismiss'];
const PROPOSAL: Actions = ['accept', 'reject', 'counter', 'askSupplier', 'cancelLine'];
const UNCLEAR: Actions = ['askSupplier', 'waitForSupplier', 'dismiss'];
const REFUSED: Actions = ['cancelLine', 'askSupplier', 'counter', 'dismiss'];
const CROSSING: Actions = ['askSupplier', 'accept', 'reject', 'dismiss'];
const WRONG_ADVICE: Actions = ['askSupplier', 'accept', 'dismiss'];
const DOCUMENT_DATA: Actions = ['reject', 'askSupplier', 'dismiss'];
const INVOICE_DATA: Actions = ['reject', 'askSupplier', 'correctData', 'reprocess'];
const INVOICE_HOLD: Actions = ['accept', 'shortPay', 'requestCredit', 'reject', 'askSupplier'];
const NEXT_ANSWER = 'the next answer settles the line';
const NEW_INVOICE = 'a corrected invoice arrives';
const REMATCH = 'a later match clears it';

/**
 * Every kind of exception: owner, severity, time to act, what closes it, what can be done (5.15). The last block holds kinds
 * that the rules name elsewhere, or that their cases need.
 */
// prettier-ignore
export const EXCEPTION_CATALOGUE = {
  TRANSPORT_FAILED: technical('ediOps', 'high', hours(2), 'Document could not be delivered', 'the same document is delivered', ['retransmit', 'askSupplier', 'dismiss']),
  MDN_NEGATIVE: technical('ediOps', 'high', hours(2), 'Receiver refused the AS2 message', 'the same document is delivered', ['retransmit', 'askSupplier', 'dismiss']),
  MDN_MISSING: technical('ediOps', 'high', hours(2), 'No MDN for the AS2 message', 'the same document is delivered', ['retransmit', 'askSupplier', 'dismiss']),
  MESSAGE_REFUSED: technical('ediOps', 'high', hours(2), 'Message of the partner was refused', 'somebody decides', ['askSupplier', 'dismiss']),
  CERT_EXPIRING: technical('ediOps', 'medium', days(5), 'Certificate expires soon', 'the new certificate is tested', ['askSupplier', 'dismiss']),
  CERT_EXPIRED: technical('ediOps', 'critical', hours(1), 'Certificate has expired', 'the new certificate is tested', ['askSupplier', 'dismiss']),
  CERT_UNTRUSTED: technical('ediOps', 'high', hours(2), 'Certificate is not trusted any more', 'it is in order again', ['askSupplier', 'dismiss']),
  CERT_PROPOSED: technical('ediOps', 'high', days(1), 'Partner proposes a new certificate', 'somebody accepts or rejects it', ['askSupplier', 'dismiss']),
  CERT_UNANSWERED: technical('ediOps', 'medium', days(1), 'Partner has not accepted our new certificate', 'the partner accepts it', ['askSupplier', 'dismiss']),
  PARSE_ERROR: technical('ediOps', 'high', hours(4), 'File cannot be read', 'it is reprocessed without error', ['reprocess', 'askSupplier', 'dismiss']),
  UNKNOWN_PARTNER: technical('ediOps', 'high', hours(4), 'Sender is not known', 'it is reprocessed without error', ['correctData', 'reprocess', 'dismiss']),
  PARTNER_LEFT_OUT: technical('onboarding', 'high', hours(4), 'Partner is left out: its settings cannot be used', 'its settings are in force again', ['dismiss']),
  UNKNOWN_CODE: technical('ediOps', 'high', hours(4), 'Code without a meaning here', 'it is reprocessed without error', ['correctData', 'reprocess', 'askSupplier', 'dismiss']),
  CHARSET: technical('ediOps', 'high', hours(4), 'Characters outside the agreed set', 'it is reprocessed without error', ['reprocess', 'askSupplier', 'dismiss']),
  DUPLICATE_INTERCHANGE: { ...technical('none', 'low', NONE, 'Interchange received twice', 'at once', ['dismiss']), closesAtOnce: true },
  CONTROL_NUMBER_REUSED: technical('ediOps', 'medium', days(1), 'Control number used again for other content', 'somebody decides', ['accept', 'reject', 'askSupplier']),
  USAGE_MISMATCH: technical('ediOps', 'medium', days(1), 'Test data on a production channel, or the reverse', 'somebody decides', ['reject', 'accept', 'askSupplier']),
  MISSING_INTERCHANGE: technical('ediOps', 'medium', days(1), 'Interchange number left out', 'it arrives', ['askSupplier', 'dismiss']),
  FA_REJECTED: technical('ediOps', 'high', hours(4), 'Partner rejected our document as faulty', 'the reissued document is accepted', ['reissue', 'askSupplier', 'dismiss']),
  FA_OVERDUE: technical('ediOps', 'medium', days(1), 'No functional acknowledgment', 'the acknowledgment arrives', ['askSupplier', 'retransmit', 'dismiss']),
  FA_UNMATCHED: technical('ediOps', 'medium', days(1), 'Acknowledgment for a group we did not send', 'it is matched', ['askSupplier', 'dismiss']),
  FA_CONFLICT: technical('ediOps', 'medium', days(1), 'Two acknowledgments that contradict', 'somebody decides', ['askSupplier', 'dismiss']),
  FA_MISMATCH: technical('ediOps', 'medium', days(1), 'Acknowledgment does not fit what was sent', 'the acknowledgment is corrected', ['askSupplier', 'dismiss']),
  FA_COUNT_MISMATCH: technical('ediOps', 'medium', days(1), 'Acknowledgment counts differ from what was sent', 'the acknowledgment is corrected', ['askSupplier', 'dismiss']),
  ADVICE_UNMATCHED: technical('ediOps', 'medium', days(1), 'Application advice about nothing that we sent', 'somebody decides', ['askSupplier', 'dismiss']),
  MAP_ERROR: technical('onboarding', 'high', days(1), 'Document does not fit its map', 'it is reprocessed without error', ['correctData', 'reprocess', 'dismiss']),
  UOM_CONVERSION_MISSING: business('masterData', 'high', days(1), 'Unit cannot be converted', 'the conversion is added', MASTER_DATA),
  ITEM_UNKNOWN: business('masterData', 'high', days(1), 'Item is not known', 'the item is added', MASTER_DATA),
  LOCATION_UNKNOWN: business('masterData', 'high', days(1), 'Location is not known', 'the location is added', MASTER_DATA),
  TERMS_UNKNOWN: business('masterData', 'high', days(1), 'Terms are not known', 'the terms are added', MASTER_DATA),

  ACK_OVERDUE: business('buyer', 'high', LADDER, 'Supplier has not answered', 'an answer arrives', ['askSupplier', 'waitForSupplier', 'resend', 'cancelLine', 'cancelOrder']),
  NO_COMMITMENT: business('buyer', 'high', LADDER, 'Supplier has answered without committing', 'the supplier commits', ['askSupplier', 'waitForSupplier', 'cancelLine', 'cancelOrder']),
  AT_RISK: business('buyer', 'critical', LADDER, 'Need-by date cannot be met any more without a decision', 'the supplier commits', ['askSupplier', 'waitForSupplier', 'cancelLine', 'cancelOrder']),
  UNKNOWN_PO: business('buyer', 'medium', days(1), 'Document for an order we do not have', 'the order is released', ['askSupplier', 'waitForSupplier', 'dismiss']),
  AMBIGUOUS_LINE: business('buyer', 'medium', days(1), 'Answered line fits several order lines', NEXT_ANSWER, UNCLEAR),
  UNKNOWN_LINE: business('buyer', 'medium', days(1), 'Line is not on the order', NEXT_ANSWER, UNCLEAR),
  LINES_MISSING_IN_ACK: business('buyer', 'medium', days(1), 'Answer leaves lines out', NEXT_ANSWER, ['askSupplier', 'waitForSupplier', 'cancelLine', 'dismiss']),
  STALE_ACK: business('buyer', 'medium', days(1), 'Answer to an older version of the line', NEXT_ANSWER, UNCLEAR),
  CHANGE_PROPOSED: business('buyer', 'medium', days(1), 'Supplier proposes other values', 'somebody decides, or a new answer settles it', PROPOSAL),
  CHARGE_PROPOSED: business('buyer', 'medium', days(1), 'Supplier adds a charge to the order', 'a new answer comes without it', ['askSupplier', 'dismiss']),
  OVER_CONFIRMED: business('buyer', 'medium', days(1), 'Supplier confirms more than ordered', 'somebody decides, or a new answer settles it', PROPOSAL),
  REMAINDER_UNSTATED: business('buyer', 'medium', days(1), 'Supplier does not say what becomes of the rest', 'somebody decides, or a new answer settles it', ['askSupplier', 'waitForSupplier', 'cancelLine', 'dismiss']),
  BACKORDER_NO_DATE: business('buyer', 'medium', days(1), 'Backorder without a date', 'a date is given', ['askSupplier', 'waitForSupplier', 'cancelLine']),
  SUSPICIOUS_PRICE: business('buyer', 'high', days(1), 'Price looks like a wrong basis or unit', 'somebody decides, or a new answer settles it', PROPOSAL),
  LINE_REJECTED: business('buyer', 'high', hours(4), 'Supplier rejects the line', 'it is cancelled or bought elsewhere', REFUSED),
  SUPPLIER_CANCELLED: business('buyer', 'high', hours(4), 'Supplier cancels the order', 'it is cancelled or bought elsewhere', ['accept', 'reject', 'askSupplier']),
  SUPPLIER_UNKNOWN_PO: business('buyer', 'high', hours(4), 'Supplier does not know the order', 'the supplier answers', ['askSupplier', 'resend', 'cancelOrder']),
  APPLICATION_ERROR: business('buyer', 'high', hours(4), 'Partner\u2019s application reports errors in our document', 'the supplier answers or accepts it', ['reissue', 'askSupplier', 'cancelOrder', 'dismiss']),
  HOLD_BY_SUPPLIER: business('buyer', 'high', days(1), 'Supplier holds the line', 'a new answer settles it', ['correctData', 'askSupplier', 'waitForSupplier', 'cancelLine']),
  CROSSED_IN_FLIGHT: business('buyer', 'high', hours(4), 'Our change and the supplier\u2019s document crossed', 'somebody decides', CROSSING),
  SHIPPED_AFTER_CANCEL: business('buyer', 'high', hours(4), 'Cancelled line is shipped', 'somebody decides', CROSSING),
  ASN_CHANGE_AFTER_RECEIPT: business('buyer', 'high', hours(4), 'Despatch advice changed after the receipt', 'somebody decides', ['askSupplier', 'dismiss']),
  ASN_MISSING: business('supplierManager', 'medium', NONE, 'No despatch advice', 'the advice or the goods arrive', ['askSupplier', 'waitForSupplier', 'dismiss']),
  ASN_LATE: business('supplierManager', 'medium', NONE, 'Despatch advice came late', 'everything is received', ['dismiss', 'askSupplier']),
  ASN_AFTER_RECEIPT: business('supplierManager', 'medium', NONE, 'Despatch advice came after the goods', 'everything is received', ['dismiss', 'askSupplier']),
  ASN_ID_REUSED: business('warehouse', 'high', ARRIVAL, 'Shipment number used again for other content', 'a replacement arrives', WRONG_ADVICE),
  OVER_SHIP_ANNOUNCED: business('buyer', 'high', ARRIVAL, 'More announced than ordered', 'a replacement arrives', WRONG_ADVICE),
  CUM_MISMATCH: business('warehouse', 'high', ARRIVAL, 'Cumulative quantity differs from ours', 'a replacement arrives', WRONG_ADVICE),
  SHIP_TO_MISMATCH: business('warehouse', 'high', ARRIVAL, 'Shipment goes elsewhere than ordered', 'a replacement arrives', WRONG_ADVICE),
  SSCC_INVALID: business('warehouse', 'high', ARRIVAL, 'Package number is not valid', 'a replacement arrives', WRONG_ADVICE),
  UNAPPROVED_SUBSTITUTE: business('buyer', 'high', ARRIVAL, 'Substitute that nobody approved', 'a replacement arrives, or somebody decides', ['accept', 'reject', 'askSupplier']),
  RECEIPT_VS_ASN: business('warehouse', 'medium', days(2), 'Receipt differs from the despatch advice', 'the claim is decided', ['claim', 'askSupplier', 'dismiss']),
  OVER_RECEIVED: business('warehouse', 'medium', days(2), 'More received than ordered', 'somebody decides', ['accept', 'claim', 'askSupplier']),
  SHORT_RECEIVED: business('warehouse', 'medium', days(2), 'Less received than announced', 'the rest is received, or the claim is decided', ['claim', 'waitForSupplier', 'shortClose', 'dismiss']),
  DAMAGED: business('warehouse', 'medium', days(2), 'Goods are damaged', 'the claim is decided', ['claim', 'askSupplier', 'dismiss']),

  INVOICE_ARITHMETIC: business('accountsPayable', 'high', days(1), 'Invoice does not add up', NEW_INVOICE, INVOICE_DATA),
  IMPLIED_DECIMAL_SUSPECT: business('accountsPayable', 'high', days(1), 'Total is off by a factor of one hundred', NEW_INVOICE, INVOICE_DATA),
  MIXED_INVOICE: business('accountsPayable', 'high', days(1), 'Invoice mixes suppliers, companies or currencies', NEW_INVOICE, INVOICE_DATA),
  CURRENCY_MISMATCH: business('accountsPayable', 'high', days(1), 'Currency is not that of the order', 'a corrected document arrives', DOCUMENT_DATA),
  SUPPLIER_MISMATCH: business('accountsPayable', 'high', days(1), 'Sender is not the supplier of the order', 'a corrected document arrives', DOCUMENT_DATA),
  HOLD_RECEIPT: business('warehouse', 'medium', days(5), 'Invoice waits for the receipt', REMATCH, ['waitForSupplier', 'askSupplier', 'release', 'shortPay', 'requestCredit', 'reject']),
  HOLD_PRICE: business('buyer', 'medium', days(2), 'Invoiced price differs', REMATCH, INVOICE_HOLD),
  HOLD_QTY: business('buyer', 'medium', days(2), 'Invoiced quantity differs', REMATCH, INVOICE_HOLD),
  HOLD_CHARGE: business('accountsPayable', 'medium', days(2), 'Charge is not agreed', REMATCH, INVOICE_HOLD),
  HOLD_TAX: business('accountsPayable', 'medium', days(2), 'Tax differs', REMATCH, ['accept', 'requestCredit', 'reject', 'askSupplier', 'correctData', 'reprocess']),
  HOLD_TOTAL: business('accountsPayable', 'medium', days(2), 'Invoice total differs', REMATCH, INVOICE_HOLD),
  HOLD_APPROVAL: business('accountsPayable', 'medium', days(2), 'Invoice waits for approval', 'somebody decides', ['accept', 'reject', 'askSupplier']),
  HOLD_DATA: business('masterData', 'medium', days(2), 'Invoice cannot be matched with the data at hand', REMATCH, ['correctData', 'reprocess', 'askSupplier', 'reject']),
  CREDIT_EXPECTED: business('accountsPayable', 'medium', days(5), 'Returned goods are paid for and not credited', 'the credit note comes, or the goods come again', ['claim', 'askSupplier', 'waitForSupplier', 'dismiss']),
  CLAIM_OVERDUE: business('accountsPayable', 'medium', days(2), 'Supplier has not settled a claim', 'the claim is credited or ended', ['askSupplier', 'dismiss']),
  DUPLICATE_EXACT: { ...business('accountsPayableLead', 'low', NONE, 'Invoice received twice', 'at once', ['dismiss']), closesAtOnce: true },
  DUPLICATE_STRONG: business('accountsPayableLead', 'critical', hours(8), 'Invoice is probably a duplicate', 'somebody decides', ['reject', 'release', 'askSupplier']),
  DUPLICATE_WEAK: business('accountsPayableLead', 'medium', days(2), 'Invoice resembles another one', 'somebody decides', ['release', 'reject', 'askSupplier']),
  INVOICE_NUMBER_REUSED: business('accountsPayableLead', 'critical', hours(8), 'Invoice number used again for other content', 'somebody decides', ['reject', 'release', 'askSupplier']),
  REMIT_CHANGED: business('accountsPayableLead', 'critical', hours(8), 'Bank details have changed', 'somebody decides', ['reject', 'release', 'askSupplier']),

  ERP_ORDER_UNSENDABLE: business('masterData', 'high', hours(4), 'Order of the ERP cannot be sent yet', 'the ERP has what is missing', ['correctData', 'dismiss']),
  ODOO_WRITE_FAILED: technical('integration', 'high', hours(2), 'ERP did not take the data', 'the redrive succeeds', ['redrive', 'dismiss']),
  ODOO_CONFLICT: technical('integration', 'high', hours(2), 'ERP record was changed in the meantime', 'the redrive succeeds', ['redrive', 'dismiss']),
  DRIFT_DETECTED: technical('integration', 'high', hours(2), 'ERP and gateway differ', 'it is repaired', ['redrive', 'correctData', 'dismiss']),
  CLOCK_SKEW: technical('operations', 'high', hours(0.5), 'Clock is wrong', 'the measure is normal', ['dismiss']),
  QUEUE_BACKLOG: technical('operations', 'high', hours(0.5), 'Work piles up', 'the measure is normal', ['dismiss']),
  CIRCUIT_OPEN: technical('operations', 'high', hours(0.5), 'Channel does not work', 'it works again', ['dismiss']),
  WORK_FAILED: technical('operations', 'high', hours(2), 'Work was given up', 'the redrive succeeds', ['redrive', 'dismiss']),
  DISK_LOW: technical('operations', 'high', hours(0.5), 'Disk is nearly full', 'the measure is normal', ['dismiss']),

  CODE_VALUE_MISMATCH: business('supplierManager', 'low', NONE, 'Code and values of the answer contradict', 'the next answer settles the line, or everything is received', ['dismiss', 'askSupplier']),
  DUPLICATE_DIFFERS: business('buyer', 'medium', days(1), 'Answer marked as a duplicate differs from the first', 'a new answer arrives', UNCLEAR),
  UNSOLICITED_RESPONSE: business('buyer', 'medium', days(1), 'Supplier proposes an order of its own', 'somebody decides', UNCLEAR),
  LINE_ADDED_BY_SUPPLIER: business('buyer', 'medium', days(1), 'Supplier adds a line', 'somebody decides', ['askSupplier', 'reject', 'dismiss']),
  UNKNOWN_LINE_AT_SUPPLIER: business('buyer', 'medium', days(1), 'Supplier does not know the line', NEXT_ANSWER, UNCLEAR),
  CHANGE_REJECTED: business('buyer', 'high', hours(4), 'Supplier refuses our change: the version before stands', 'somebody decides', ['dismiss', 'counter', 'askSupplier', 'cancelLine']),
  CHANGE_FROZEN: business('buyer', 'medium', days(1), 'Change inside the freeze window', 'somebody decides', ['accept', 'reject', 'askSupplier']),
  BACKORDER_WAIT_EXCEEDED: business('buyer', 'high', days(1), 'Backorder has waited too long', 'somebody decides, or a new answer settles it', ['cancelLine', 'waitForSupplier', 'askSupplier']),
  ASN_STRUCTURE: technical('ediOps', 'high', ARRIVAL, 'Despatch advice does not hang together', 'a replacement arrives', WRONG_ADVICE),
  ASN_PACK_MISMATCH: business('warehouse', 'medium', ARRIVAL, 'Packs and quantity differ', 'a replacement arrives', WRONG_ADVICE),
  ASN_DATE_ODD: business('warehouse', 'low', ARRIVAL, 'Ship date lies in the future', 'goods are received', WRONG_ADVICE),
  ASN_TRACE_MISSING: business('warehouse', 'high', ARRIVAL, 'Lot, expiry or serial number is missing', 'a replacement arrives', WRONG_ADVICE),
} as const satisfies Record<string, CatalogueEntry>;

export type ExceptionType = keyof typeof EXCEPTION_CATALOGUE;

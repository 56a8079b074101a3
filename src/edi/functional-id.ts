/** GS01 of the group that a transaction set belongs to. */
export const FUNCTIONAL_IDS: Readonly<Record<string, string>> = {
  '810': 'IN',
  '820': 'RA',
  '824': 'AG',
  '832': 'SC',
  '846': 'IB',
  '850': 'PO',
  '855': 'PR',
  '856': 'SH',
  '860': 'PC',
  '861': 'RC',
  '864': 'TX',
  '865': 'CA',
  '870': 'RS',
  '997': 'FA',
  '999': 'FA',
};

/** GS01 of acknowledgments. */
export const ACKNOWLEDGMENT_ID = 'FA';

/** True for 997 and 999. */
export function isAcknowledgmentType(type: string): boolean {
  return FUNCTIONAL_IDS[type] === ACKNOWLEDGMENT_ID;
}

import type { ErpDifference, ErpOverview } from '../data/types.ts';

type Connection = NonNullable<ErpOverview['connection']>;

/** How the connection stands: the code gives tone and shape, the text the words. */
export function erpStandingOf({ circuit, trouble, version }: Connection): { code: string; text: string } {
  if (circuit === 'open') return { code: 'failing', text: 'Does not answer' };
  if (trouble !== undefined) return { code: 'failing', text: 'Does not work' };
  if (circuit === 'halfOpen') return { code: 'delayed', text: 'Asked whether it is back' };
  if (version === undefined) return { code: 'pending', text: 'Not asked yet' };
  return { code: 'working', text: 'Connected' };
}

const PROTOCOLS: Readonly<Record<string, string>> = {
  json2: 'JSON-2',
  jsonrpc: 'JSON-RPC',
  xmlrpc: 'XML-RPC',
};

export function wordsOfProtocol(protocol: string): string {
  return PROTOCOLS[protocol] ?? protocol;
}

const MODELS: Readonly<Record<string, string>> = {
  'purchase.order': 'Orders',
  'purchase.order.line': 'Lines of orders',
  'stock.move': 'Receipts',
};

/** What people call a kind of record of the ERP. */
export function wordsOfModel(model: string): string {
  return MODELS[model] ?? model;
}

const MENDS: Readonly<Record<ErpDifference['mend'], string>> = {
  read: 'is read from the ERP',
  write: 'is written again',
  person: 'a person decides',
};

/** What a repair does about a difference. */
export function wordsOfMend(mend: ErpDifference['mend']): string {
  return MENDS[mend];
}

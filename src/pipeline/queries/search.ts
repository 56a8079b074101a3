import type { InvoiceRecord } from '../orders/order-records.ts';
import type { Store } from '../ports/store.ts';

export interface Hit {
  kind: 'order' | 'invoice' | 'document' | 'file' | 'exception' | 'work' | 'interchange' | 'claim';
  id: string;
  /** What it is, in words: `Order PO-1001`. */
  title: string;
  partnerId: string;
}

const EACH = 10;

/**
 * Finds whatever an id that somebody pasted can name: an order, invoice or document number (or its beginning), a claim's, a control
 * number, a SHA-256, a record id, the key of an effect.
 */
export async function findAnything(store: Store, text: string): Promise<Hit[]> {
  const term = text.trim();
  if (term === '') return [];
  const found = await Promise.all([
    findOrders(store, term),
    findInvoices(store, term),
    findDocuments(store, term),
    findFiles(store, term),
    findById(store, term),
  ]);
  const seen = new Set<string>();
  return found.flat().filter(({ kind, id }) => {
    const key = `${kind} ${id}`;
    return !seen.has(key) && seen.add(key);
  });
}

function beginsWith(term: string) {
  return { gte: term, lt: `${term}\uffff` };
}

async function findOrders(store: Store, term: string): Promise<Hit[]> {
  const { records } = await store.find('orders', {
    where: { number: beginsWith(term) },
    orderBy: 'number',
    limit: EACH,
  });
  return records.map(({ id, number, partnerId }) => ({
    kind: 'order',
    id,
    title: `Order ${number}`,
    partnerId,
  }));
}

async function findInvoices(store: Store, term: string): Promise<Hit[]> {
  const { records } = await store.find('invoices', {
    where: { number: beginsWith(term) },
    orderBy: 'number',
    limit: EACH,
  });
  return records.map(({ id, number, partnerId, type }) => ({
    kind: 'invoice',
    id,
    title: titleOf({ number, type }),
    partnerId,
  }));
}

function titleOf({ number, type }: Pick<InvoiceRecord, 'number' | 'type'>): string {
  return `${type === 'invoice' ? 'Invoice' : 'Credit note'} ${number}`;
}

async function findDocuments(store: Store, term: string): Promise<Hit[]> {
  const { records } = await store.find('documents', { where: { number: term }, limit: EACH });
  return records.map(({ id, number, transactionType, partnerId }) => ({
    kind: 'document',
    id,
    title: `${transactionType} ${number}`,
    partnerId,
  }));
}

async function findFiles(store: Store, term: string): Promise<Hit[]> {
  if (!/^[0-9a-f]{64}$/i.test(term)) return [];
  const { records } = await store.find('files', { where: { sha256: term.toLowerCase() }, limit: EACH });
  return records.map(({ id, name, partnerId }) => ({ kind: 'file', id, title: `File ${name}`, partnerId }));
}

async function findById(store: Store, id: string): Promise<Hit[]> {
  const [order, invoice, document, file, exception, work, interchange, claim, byKey] = await Promise.all([
    store.get('orders', id),
    store.get('invoices', id),
    store.get('documents', id),
    store.get('files', id),
    store.get('exceptions', id),
    store.get('work', id),
    store.get('interchanges', id),
    store.get('supplierClaims', id),
    store.find('work', { where: { key: id }, limit: 1 }),
  ]);
  const hits: (Hit | undefined)[] = [
    order && { kind: 'order', id, title: `Order ${order.number}`, partnerId: order.partnerId },
    invoice && { kind: 'invoice', id, title: titleOf(invoice), partnerId: invoice.partnerId },
    document && {
      kind: 'document',
      id,
      title: `${document.transactionType} ${document.number}`,
      partnerId: document.partnerId,
    },
    file && { kind: 'file', id, title: `File ${file.name}`, partnerId: file.partnerId },
    exception && { kind: 'exception', id, title: exception.title, partnerId: exception.partnerId },
    interchange && {
      kind: 'file',
      id: interchange.fileId,
      title: `Interchange ${interchange.controlNumber}`,
      partnerId: interchange.partnerId,
    },
    claim && { kind: 'claim', id, title: `Claim ${claim.id}`, partnerId: claim.partnerId },
    ...[work, byKey.records[0]].map(
      (item): Hit | undefined =>
        item && { kind: 'work', id: item.id, title: `${item.kind} ${item.key}`, partnerId: item.partnerId },
    ),
  ];
  return hits.filter((hit) => hit !== undefined);
}

import type { DryRunStore } from '../intake/dry-run-store.ts';
import type { ErpCommand } from '../ports/erp.ts';
import type { Store } from '../ports/store.ts';
import type { FileRecord, WorkRecord } from '../records.ts';

/** What a dry run has written, in sentences for a person; the same run gives the same sentences. */
export async function describeEffects(dry: DryRunStore, store: Store): Promise<string[]> {
  const effects: string[] = [];
  for (const file of dry.written('files'))
    if (file.direction === 'outbound' && (await store.get('files', file.id)) === undefined)
      effects.push(`${file.summary ?? file.name} goes to ${file.partnerId}.`);
  for (const item of dry.written('work')) {
    const effect = await describeWork(item, dry, store);
    if (effect !== undefined) effects.push(effect);
  }
  for (const document of dry.written('documents')) {
    if (document.direction === 'outbound') continue;
    const before = (await store.get('documents', document.id))?.status;
    const name = `${document.transactionType} ${document.number}`.trim();
    if (before === undefined) effects.push(`${name} becomes ${document.status}.`);
    else if (before !== document.status)
      effects.push(`${name}, ${before} so far, becomes ${document.status}.`);
  }
  for (const order of dry.written('orders')) {
    const before = (await store.get('orders', order.id))?.badge ?? 'unknown';
    if (before !== order.badge)
      effects.push(`Order ${order.number}, ${before} so far, becomes ${order.badge}.`);
  }
  for (const invoice of dry.written('invoices')) {
    const before = (await store.get('invoices', invoice.id))?.status;
    if (before !== invoice.status)
      effects.push(
        `Invoice ${invoice.number}${before === undefined ? '' : `, ${before} so far,`} becomes ${invoice.status}.`,
      );
  }
  for (const exception of dry.written('exceptions')) {
    const before = (await store.get('exceptions', exception.id))?.status;
    if (before === exception.status) continue;
    effects.push(`"${exception.title}" ${exception.status === 'resolved' ? 'closes' : 'needs a person'}.`);
  }
  return [...new Set(effects)].sort();
}

/** Of a `writeErp` item. */
export function commandOf({ payload }: WorkRecord): ErpCommand | undefined {
  return payload['command'] as ErpCommand | undefined;
}

async function describeWork(item: WorkRecord, dry: DryRunStore, store: Store): Promise<string | undefined> {
  const { fileId } = item.payload;
  const file: FileRecord | undefined =
    typeof fileId === 'string' ? await dry.get('files', fileId) : undefined;
  const before = await store.get('work', item.id);
  if (before !== undefined)
    return before.status === item.status ? undefined : `${activityOf(item, file)} is tried again.`;
  if (item.kind === 'sendFile' && file !== undefined && (await store.get('files', file.id)) !== undefined)
    return `${file.name}, ${file.sizeBytes} bytes, goes to ${file.partnerId} once more.`;
  if (item.kind === 'writeErp') return `The ERP is told: ${commandOf(item)?.kind ?? item.key}.`;
  return undefined;
}

function activityOf({ kind, partnerId, payload }: WorkRecord, file: FileRecord | undefined): string {
  const name = file?.name ?? 'a file';
  switch (kind) {
    case 'processFile':
      return `Processing ${name}`;
    case 'sendFile':
      return `Sending ${name} to ${partnerId}`;
    case 'rejectFile':
      return `Putting ${name} aside for ${partnerId}`;
    case 'writeErp':
      return `Telling the ERP (${(payload['command'] as ErpCommand | undefined)?.kind ?? 'a command'})`;
    case 'rematchInvoices':
      return 'Matching invoices again';
    default:
      return `Telling those who are to know (${kind})`;
  }
}

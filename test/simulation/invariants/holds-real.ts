import type { Invariant, Seen } from './invariant.ts';

/** What an order shows as held is an invoice that is held: one that is approved or refused holds nothing up. */
export class HoldsReal implements Invariant {
  async check(seen: Seen): Promise<string[]> {
    const broken: string[] = [];
    for (const { id, state } of seen.changed('orders')) {
      for (const { invoiceId, status } of state.billing) {
        if (status !== 'held') continue;
        const invoice = await seen.store.get('invoices', invoiceId);
        const now = invoice?.prior.status ?? 'not there';
        if (now !== 'held' && now !== 'parked')
          broken.push(`${id} shows ${invoiceId} as held, and it is ${now}`);
      }
    }
    return broken;
  }
}

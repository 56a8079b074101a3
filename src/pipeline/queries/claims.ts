import { GatewayError } from '../../common/errors.ts';
import type { SupplierClaimRecord } from '../orders/order-records.ts';
import type { Page, Store } from '../ports/store.ts';
import { scanPage } from './scan.ts';

export interface ClaimFilter {
  state?: string | undefined;
  kind?: string | undefined;
  partnerId?: string | undefined;
  orderId?: string | undefined;
  invoiceId?: string | undefined;
  limit: number;
  after?: string | undefined;
}

/** `live`: open, sent or answered. */
const LIVE = ['open', 'sent', 'answered'];

/** Newest first. */
export function listClaims(store: Store, filter: ClaimFilter): Promise<Page<SupplierClaimRecord>> {
  const { state, kind, partnerId, orderId, invoiceId, limit, after } = filter;
  const keep = (claim: SupplierClaimRecord) =>
    (state === undefined || (state === 'live' ? LIVE.includes(claim.state) : claim.state === state)) &&
    (kind === undefined || claim.kind === kind) &&
    (partnerId === undefined || claim.partnerId === partnerId) &&
    (orderId === undefined || claim.orderId === orderId) &&
    (invoiceId === undefined || claim.invoiceId === invoiceId);
  const where =
    invoiceId !== undefined
      ? { invoiceId }
      : orderId !== undefined
        ? { orderId }
        : partnerId !== undefined
          ? { partnerId }
          : state !== undefined && state !== 'live'
            ? { state }
            : {};
  const query = { where, orderBy: 'openedAt', descending: true, limit, after } as const;
  return scanPage(store, 'supplierClaims', query, keep);
}

/** Throws NOT_FOUND. */
export async function showClaim(store: Store, number: string): Promise<SupplierClaimRecord> {
  const claim = await store.get('supplierClaims', number);
  if (claim === undefined) throw new GatewayError('NOT_FOUND', `There is no claim "${number}".`);
  return claim;
}

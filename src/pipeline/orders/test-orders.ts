import { GatewayError } from '../../common/errors.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import { supplierMayHaveOrder } from '../../tracking/communication.ts';
import type { PipelineContext } from '../context.ts';
import type { OrderRecord } from './order-records.ts';

/**
 * An order that went out as test data is none that the supplier's productive system has: a change of it would change nothing there, or
 * another order. Throws INVALID_REQUEST where the partner is productive now.
 */
export async function refuseChangeOfTestOrder(
  { store }: PipelineContext,
  { id, state }: OrderRecord,
  partner: Partner,
): Promise<void> {
  if (partner.status === 'onboarding' || !supplierMayHaveOrder(state)) return;
  const documentId = state.documents.findLast((each) => each.documentId !== undefined)?.documentId;
  const document = documentId === undefined ? undefined : await store.get('documents', documentId);
  const sent = document && (await store.get('interchanges', document.interchangeId));
  if (sent?.test !== true || usageOf(partner, sent.standard) === 'test') return;
  throw new GatewayError(
    'INVALID_REQUEST',
    `Order ${id} went out to ${partner.partner} as test data, and ${partner.partner} is productive now: its productive system has no such order to change. Nothing was sent. Release the order anew, under a number of its own.`,
    { details: { orderId: id, found: 'production', expected: 'test' } },
  );
}

function usageOf(partner: Partner, standard: string): 'test' | 'production' {
  if (standard !== 'x12' && standard !== 'edifact' && standard !== 'xml') return 'production';
  return partner[standard]?.usage ?? 'production';
}

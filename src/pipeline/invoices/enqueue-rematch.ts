import type { PipelineContext } from '../context.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { enqueue } from '../work/work-queue.ts';

/** Whose waiting documents: those of an order, those that credit or correct an invoice, or those that name a delivery note alone. */
export type RematchScope =
  | { orderId: string }
  | { supplierId: string; originalNumber: string }
  | { supplierId: string; deliveryNote: string };

/** Has waiting documents matched once more, in a commit of its own. The same `id` is done once. */
export async function enqueueRematch(
  unit: UnitOfWork,
  context: PipelineContext,
  {
    id,
    scope,
    trigger,
    partnerId,
    orderId,
  }: { id: string; scope: RematchScope; trigger: string; partnerId: string; orderId: string },
): Promise<void> {
  if ((await unit.get('work', id)) !== undefined) return;
  unit.add(
    enqueue(context, {
      id,
      kind: 'rematchInvoices',
      key: id,
      // One after the other for an order.
      orderingKey: `rematchInvoices:${orderId}`,
      partnerId,
      payload: { ...scope, trigger },
    }),
  );
  unit.afterCommit(context.wake);
}

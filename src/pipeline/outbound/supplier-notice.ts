import type { PipelineContext } from '../context.ts';
import type { InvoiceRecord } from '../orders/order-records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { enqueue } from '../work/work-queue.ts';

/** A notice to the supplier about one of its invoices, over the alerts. */
export function tellSupplier(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
  template: string,
  reason: string,
): void {
  unit.add(
    enqueue(context, {
      kind: 'notify',
      key: `${template}/${invoice.id}/${invoice.updatedAt}`,
      orderingKey: '',
      partnerId: invoice.partnerId,
      payload: {
        audience: 'supplier',
        template,
        data: { invoice: invoice.number, reason },
        orderId: invoice.orderIds[0] ?? '',
      },
    }),
  );
}

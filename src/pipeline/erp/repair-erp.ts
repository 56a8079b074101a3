import { confirmedLine } from '../../tracking/confirmation.ts';
import type { PipelineContext } from '../context.ts';
import type { ErpCommand } from '../ports/erp.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { enqueue } from '../work/work-queue.ts';

/** What the ERP does not hold as it should: a line of an order, or what was released of an invoice. '' = not that. */
export interface ErpGap {
  orderId: string;
  lineId: string;
  invoiceId: string;
}

/**
 * Has it written again, behind whatever is still to be written of that order. Commands can be carried out any number of times:
 * what the ERP holds already stays. `key` tells this repair from others.
 */
export async function repairErp(
  unit: UnitOfWork,
  context: PipelineContext,
  gap: ErpGap,
  key: string,
): Promise<void> {
  const commands =
    gap.invoiceId === '' ? await lineCommands(unit, context, gap, key) : await paymentCommands(unit, gap);
  for (const command of commands) {
    const id = `${command.key}/again/${key}`;
    if ((await unit.get('work', id)) !== undefined) continue;
    unit.add(
      enqueue(context, {
        id,
        kind: 'writeErp',
        key: id,
        orderingKey: `writeErp:${command.orderIds[0] ?? gap.invoiceId}`,
        partnerId: command.partnerId,
        payload: { command },
      }),
    );
    unit.afterCommit(context.wake);
  }
}

async function lineCommands(
  unit: UnitOfWork,
  context: PipelineContext,
  { orderId, lineId }: ErpGap,
  key: string,
): Promise<ErpCommand[]> {
  const order = await unit.get('orders', orderId);
  const line = order?.state.lines.find(({ id }) => id === lineId);
  if (order === undefined || line === undefined) return [];
  const { partnerId } = order;
  const { writeBack } = context.policyOf(partnerId);
  const data = { lines: [confirmedLine(line, writeBack)] };
  return [
    {
      key: `erp/repair/${orderId}/${lineId}/${key}`,
      kind: 'confirmations',
      orderIds: [orderId],
      partnerId,
      data,
    },
  ];
}

/** The commands as they were given; each is in the work item that carried it. */
async function paymentCommands(unit: UnitOfWork, { invoiceId }: ErpGap): Promise<ErpCommand[]> {
  const invoice = await unit.get('invoices', invoiceId);
  const items = await Promise.all((invoice?.payments ?? []).map(({ key }) => unit.get('work', key)));
  return items.flatMap((item) => (item === undefined ? [] : [item.payload['command'] as ErpCommand]));
}

import type { Store } from '../../src/pipeline/ports/store.ts';
import type { World } from '../support/gateway.ts';

/** How an order has ended, in lines that a person can hold against the rules. */
export async function tellEnd(
  { store, channels, erp }: World,
  orderIds: readonly string[],
): Promise<string[]> {
  const orders = (await Promise.all(orderIds.map((id) => tellOrder(store, id)))).flat();
  const { records: exceptions } = await store.find('exceptions', { limit: 1_000 });
  const open = exceptions
    .filter(({ status }) => status !== 'resolved')
    .map(
      ({ type, lineId, count }) =>
        `${type}${lineId === '' ? '' : ` ${lineId}`}${count > 1 ? ` ×${count}` : ''}`,
    );
  const sent = [...channels.values()].flatMap((channel) =>
    channel.deliveries.map(({ name }) => name.split('-')[0]!),
  );
  const toErp = erp.deliveries.map(({ name }) => name.split('-')[0]!);
  return [
    ...orders,
    `open: ${counted(open)}`,
    `to the supplier: ${counted(sent)}`,
    `to the ERP: ${counted(toErp)}`,
  ];
}

async function tellOrder(store: Store, id: string): Promise<string[]> {
  const record = await store.get('orders', id);
  if (record === undefined) return [];
  const lines = record.state.lines.slice(0, 5).map((line) => {
    const slices = line.slices.map(
      ({ state, quantity, item }) => `${quantity} ${state}${item === undefined ? '' : ' substitute'}`,
    );
    return `${line.id}: ${slices.join(' + ')}`;
  });
  return [record.badge, ...lines];
}

/** `850, 2 × 997`; a dash for none. */
function counted(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of [...names].sort()) counts.set(name, (counts.get(name) ?? 0) + 1);
  const texts = [...counts].map(([name, count]) => (count === 1 ? name : `${count} × ${name}`));
  return texts.length === 0 ? '–' : texts.join(', ');
}

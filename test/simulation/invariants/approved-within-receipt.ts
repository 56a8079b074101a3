import { dec, sum } from '../../../src/common/decimal.ts';
import type { Invoice } from '../../../src/documents/invoice.ts';
import type { Price } from '../../../src/documents/primitives.ts';
import type { LineState, OrderState } from '../../../src/tracking/model.ts';
import type { Invariant, Seen } from './invariant.ts';

/** The most that any tolerance of the repository's partners lets pass, in percent of the agreed price. */
const MOST_PRICE_PERCENT = '2';
/** Matched against what is ordered instead of what is received. */
const TWO_WAY = new Set(['nordic-lighting']);

interface Bill {
  kind: string;
  partnerId: string;
  document: Invoice;
  data: {
    invoiceId: string;
    approvals: unknown[];
    lines: { orderId: string; orderLineId: string; quantity: string }[];
  };
}

/** What a machine approves is never more than what was received (ordered, where two-way), nor dearer than agreed and tolerated. */
export class ApprovedWithinReceipt implements Invariant {
  readonly #billed = new Map<string, string>();

  async check(seen: Seen): Promise<string[]> {
    const broken: string[] = [];
    for (const operation of seen.commits.flat()) {
      if (
        operation.op !== 'insert' ||
        operation.collection !== 'work' ||
        operation.record.kind !== 'writeErp'
      )
        continue;
      const bill = operation.record.payload['command'] as Bill;
      if (bill.kind !== 'invoice' && bill.kind !== 'creditNote') continue;
      const sign = bill.kind === 'invoice' ? 1 : -1;
      for (const { orderId, orderLineId, quantity } of bill.data.lines) {
        const key = `${orderId}/${orderLineId}`;
        const billed = dec(this.#billed.get(key) ?? '0').plus(dec(quantity).times(sign));
        this.#billed.set(key, billed.toFixed());
        if (bill.kind === 'creditNote' || bill.data.approvals.length > 0) continue;
        const order = await seen.store.get('orders', orderId);
        const line = order?.state.lines.find(({ id }) => id === orderLineId);
        if (order === undefined || line === undefined) {
          broken.push(`${bill.data.invoiceId} is approved for ${key}, which is not there`);
          continue;
        }
        const limit = TWO_WAY.has(bill.partnerId)
          ? dec(line.line.quantity.value)
          : receivedOf(order.state, line);
        if (billed.gt(limit))
          broken.push(
            `${bill.data.invoiceId}: ${billed.toFixed()} approved for ${key}, ${limit.toFixed()} are due`,
          );
        broken.push(...checkPrice(bill, line));
      }
    }
    return broken;
  }
}

function receivedOf({ receipts }: OrderState, line: LineState) {
  return sum(
    receipts.flatMap(({ lines }) =>
      lines.filter(({ lineId }) => lineId === line.id).map(({ quantity }) => quantity),
    ),
  );
}

function checkPrice({ document, data }: Bill, line: LineState): string[] {
  const perUnit = (price: Price) => dec(price.amount).div(price.baseQuantity ?? '1');
  const agreed = [line.line.price, ...line.slices.map(({ price }) => price)].flatMap((price) =>
    price === undefined ? [] : [perUnit(price)],
  );
  const most = agreed.reduce((left, right) => (left.gt(right) ? left : right), dec('0'));
  const limit = most.times(dec('1').plus(dec(MOST_PRICE_PERCENT).div('100')));
  return document.lines
    .filter(
      ({ orderLineId, price }) => orderLineId === line.id && price !== undefined && perUnit(price).gt(limit),
    )
    .map(
      ({ price }) =>
        `${data.invoiceId}: ${price!.amount} approved for line ${line.id}, agreed is ${most.toFixed()}`,
    );
}

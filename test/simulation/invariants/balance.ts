import { dec, sum } from '../../../src/common/decimal.ts';
import type { LineState, OrderState } from '../../../src/tracking/model.ts';
import type { Invariant, Seen } from './invariant.ts';

const PROMISED = new Set([
  'CONFIRMED',
  'CONFIRMED_CHANGED',
  'PROPOSED',
  'AWAITING',
  'PENDING',
  'HOLD',
  'BACKORDERED',
  'CANCEL_REQUESTED',
  'COUNTERED',
]);

/** The parts of every line add up to what is ordered; only what a supplier promises may go beyond it. No quantity is negative. */
export class Balance implements Invariant {
  check(seen: Seen): string[] {
    return seen
      .changed('orders')
      .flatMap(({ id, state }) => state.lines.flatMap((line) => this.#checkLine(id, state, line)));
  }

  #checkLine(orderId: string, state: OrderState, line: LineState): string[] {
    const name = `line ${line.id} of ${orderId}`;
    const parts = sum(line.slices.map(({ quantity }) => quantity));
    const ordered = dec(line.line.quantity.value);
    const promised = sum(
      line.slices.filter((slice) => PROMISED.has(slice.state)).map(({ quantity }) => quantity),
    );
    const broken: string[] = [];
    if (parts.lt(ordered))
      broken.push(`${name}: its parts add up to ${parts.toFixed()}, ordered are ${ordered.toFixed()}`);
    if (parts.gt(ordered) && parts.minus(ordered).gt(promised))
      broken.push(
        `${name}: ${parts.toFixed()} of ${ordered.toFixed()} ordered, and nobody promised the surplus`,
      );
    if (line.slices.some(({ quantity }) => !dec(quantity).gt(0))) broken.push(`${name} has an empty part`);
    const ids = line.slices.map(({ id }) => id);
    if (new Set(ids).size !== ids.length) broken.push(`${name} has two parts of one id`);
    const live = state.shipments.filter(({ status }) => status === 'live').flatMap(({ lines }) => lines);
    const announced = sum(live.filter(({ lineId }) => lineId === line.id).map(({ quantity }) => quantity));
    if (!announced.eq(line.announced))
      broken.push(`${name}: announced ${line.announced}, its live advices say ${announced.toFixed()}`);
    const received = sum(
      state.receipts
        .flatMap(({ lines }) => lines)
        .filter(({ lineId }) => lineId === line.id)
        .map(({ quantity }) => quantity),
    );
    if (!received.eq(line.received))
      broken.push(`${name}: received ${line.received}, its receipts say ${received.toFixed()}`);
    return broken;
  }
}

import type { OrderLine } from '../data/types.ts';
import { formatDate, formatDecimal, formatPrice } from '../words/format.ts';
import styles from './order-lines.module.css';
import { Status } from './status.tsx';
import { LinesInSteps } from './steps.tsx';

/** What became of every line's quantity. The amounts of a row always add up to what was ordered; `currency` is the order's. */
export function OrderLines({ lines, currency }: { lines: readonly OrderLine[]; currency: string }) {
  return (
    <LinesInSteps lines={lines}>{(shown) => <LineTable lines={shown} currency={currency} />}</LinesInSteps>
  );
}

type Price = NonNullable<OrderLine['slices'][number]['price']>;

function LineTable({ lines, currency }: { lines: readonly OrderLine[]; currency: string }) {
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label="Lines with quantities">
      <table className={styles.table}>
        <caption className="visually-hidden">Lines with their quantities and promises</caption>
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col">Item</th>
            <th scope="col">Promise</th>
            {['Ordered', 'Confirmed', 'Open', 'Shipped', 'Received', 'Invoiced'].map((name) => (
              <th key={name} scope="col" className={styles.number}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.id} data-gone={line.deleted}>
              <th scope="row">{line.id}</th>
              <td>
                <bdi className={styles.item}>{line.description || line.itemId}</bdi>
                {line.description === '' ? null : <span className={styles.code}>{line.itemId}</span>}
                {line.deleted ? <Status code="CANCELLED" bare /> : null}
                {line.shortClosed ? <Status code="CLOSED" text="Closed short" bare /> : null}
              </td>
              <td>
                <Promises line={line} currency={currency} />
              </td>
              <td className={styles.number}>
                {formatDecimal(line.balance.ordered)} <span className={styles.unit}>{line.unit}</span>
              </td>
              <Quantity value={line.balance.confirmed} of={line.balance.ordered} />
              <td className={styles.number}>
                {line.balance.open === '0' ? <Nothing /> : formatDecimal(line.balance.open)}
                <Rest line={line} />
              </td>
              <Quantity value={line.announced} of={line.balance.ordered} />
              <Quantity value={line.received} of={line.balance.ordered} />
              <Quantity value={line.invoiced} of={line.balance.ordered} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Quantity({ value, of }: { value: string; of: string }) {
  return (
    <td className={styles.number} data-full={value === of}>
      {value === '0' ? <Nothing /> : formatDecimal(value)}
    </td>
  );
}

function Nothing() {
  return <span className={styles.nothing}>0</span>;
}

function Rest({ line }: { line: OrderLine }) {
  const { backordered, rejected, cancelled } = line.balance;
  const parts = [
    [backordered, 'backordered'],
    [rejected, 'rejected'],
    [cancelled, 'cancelled'],
  ].filter(([value]) => value !== '0');
  return parts.map(([value, word]) => (
    <span key={word} className={styles.rest}>
      {formatDecimal(value!)} {word}
    </span>
  ));
}

function Promises({ line, currency }: { line: OrderLine; currency: string }) {
  return (
    <ul className={styles.promises}>
      {line.slices.map((slice) => (
        <li key={slice.id}>
          <Status code={slice.state} bare />{' '}
          <span className={styles.promise}>
            {[
              line.slices.length > 1 ? formatDecimal(slice.quantity) : '',
              slice.date === undefined
                ? ''
                : `${slice.dateKind === 'ship' ? 'ships' : 'for'} ${formatDate(slice.date)}`,
              slice.price === undefined ? '' : `at ${priceOf(slice.price, currency)}`,
              slice.reason ?? '',
            ]
              .filter((part) => part !== '')
              .join(', ')}
          </span>
        </li>
      ))}
    </ul>
  );
}

function priceOf({ amount, baseQuantity = '1' }: Price, currency: string): string {
  return formatPrice(baseQuantity === '1' ? amount : `${amount} per ${baseQuantity}`, currency);
}

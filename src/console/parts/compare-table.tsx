import type { OrderLine } from '../data/types.ts';
import { formatDate, formatDecimal, formatPrice } from '../words/format.ts';
import styles from './compare-table.module.css';
import { Icon } from './icons.tsx';
import { LinesInSteps } from './steps.tsx';

const COLUMNS = [
  ['order', 'Order'],
  ['response', 'Confirmation'],
  ['despatch', 'Despatch'],
  ['receipt', 'Receipt'],
  ['invoice', 'Invoice'],
] as const;

type Column = (typeof COLUMNS)[number][0];
type Field = 'quantity' | 'price' | 'date';

const FIELDS: readonly [Field, string][] = [
  ['quantity', 'Quantity'],
  ['price', 'Price'],
  ['date', 'Delivery'],
];

/** Each document's say on each line. What differs is tinted, marked with an arrow, and told in words. */
export function CompareTable({
  lines,
  currency,
  chosen,
}: {
  lines: readonly OrderLine[];
  /** That of the order. */
  currency: string;
  chosen?: string;
}) {
  return (
    <LinesInSteps lines={lines} chosen={chosen}>
      {(shown) => <LineTable lines={shown} currency={currency} chosen={chosen} />}
    </LinesInSteps>
  );
}

function LineTable({
  lines,
  currency,
  chosen,
}: {
  lines: readonly OrderLine[];
  currency: string;
  chosen: string | undefined;
}) {
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label="Comparison of the documents">
      <table className={styles.table}>
        <caption className="visually-hidden">
          Order, confirmation, despatch, receipt and invoice line by line
        </caption>
        <thead>
          <tr>
            <th scope="col" colSpan={2}>
              Line
            </th>
            {COLUMNS.map(([column, name]) => (
              <th key={column} scope="col" className={styles.number}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        {lines.map((line) => (
          <tbody key={line.id} data-chosen={line.id === chosen}>
            {FIELDS.filter(([field]) => COLUMNS.some(([column]) => line[column][field] !== undefined)).map(
              ([field, name], index, all) => (
                <tr key={field}>
                  {index === 0 ? (
                    <th scope="rowgroup" rowSpan={all.length} className={styles.line}>
                      <span className={styles.id}>{line.id}</span>
                      <bdi>{line.description || line.itemId}</bdi>
                    </th>
                  ) : null}
                  <th scope="row" className={styles.field}>
                    {name}
                  </th>
                  {COLUMNS.map(([column]) => (
                    <Cell key={column} line={line} column={column} field={field} currency={currency} />
                  ))}
                </tr>
              ),
            )}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function show(field: Field, value: string, currency: string): string {
  if (field === 'date') return formatDate(value);
  return field === 'price' ? formatPrice(value, currency) : formatDecimal(value);
}

function Cell({
  line,
  column,
  field,
  currency,
}: {
  line: OrderLine;
  column: Column;
  field: Field;
  currency: string;
}) {
  const value = line[column][field];
  if (value === undefined) {
    return (
      <td className={styles.number}>
        <span className={styles.none} aria-label="not stated">
          –
        </span>
      </td>
    );
  }
  const difference = line.differences.find((one) => one.column === column && one.field === field);
  return (
    <td className={styles.number} data-differs={difference !== undefined}>
      {difference === undefined ? null : (
        <Icon
          name={difference.direction === 'more' ? 'up' : 'down'}
          width="11"
          height="11"
          fill="currentColor"
          strokeWidth="0"
          className={styles.arrow}
        />
      )}
      <span className={styles.value}>{show(field, value, currency)}</span>
      {difference === undefined ? null : <span className={styles.words}>{difference.text}</span>}
    </td>
  );
}

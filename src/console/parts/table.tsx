import type { ReactNode } from 'react';
import styles from './table.module.css';

export interface Column<T> {
  name: string;
  /** Numbers stand on the right. */
  numeric?: boolean;
  /** Left out on narrow screens. */
  extra?: boolean;
  /** Share of the table, such as `20%`, where several tables stand below each other. */
  width?: string;
  cell: (row: T) => ReactNode;
}

/** A list as a real table; the first column holds the link to the row's page. It scrolls by itself when it is too wide. */
export function Table<T>({
  caption,
  columns,
  rows,
  keyOf,
}: {
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
}) {
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={caption}>
      <table className={styles.table}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                data-numeric={column.numeric}
                data-extra={column.extra}
                style={{ width: column.width }}
              >
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <td key={column.name} data-numeric={column.numeric} data-extra={column.extra}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

import { once } from 'node:events';
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

let isResult = true;

/** What is printed from here on is no result but a courtesy: the program goes on where nobody reads it. */
export function outliveReader(): void {
  isResult = false;
}

/**
 * Ends a command whose result cannot be written: with 0 where whoever read it has seen enough (`| head`), else with 2 and the cause.
 * What cannot be told on standard error cannot be told at all, and ends nothing.
 */
export function endWithOutput(end: (status: 0 | 2) => void): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!isResult) return;
    if (error.code !== 'EPIPE') remark(`The result cannot be written: ${error.message}`);
    end(error.code === 'EPIPE' ? 0 : 2);
  });
  process.stderr.on('error', () => undefined);
}

/** Writes a line of the command's result. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Part of a result as it is; returns when there is room for more. */
export async function printBytes(bytes: Uint8Array): Promise<void> {
  if (!process.stdout.write(bytes)) await once(process.stdout, 'drain');
}

/** Progress and remarks: never part of a result that is piped on. */
export function remark(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** Colour where a person looks (a terminal, and not NO_COLOR); plain text elsewhere. */
export function style(format: Style, text: string): string {
  return styleText(format, text, { stream: process.stdout });
}

export interface Column<R> {
  title: string;
  value: (row: R) => string;
  align?: 'right';
  /** Style of the cell, chosen by its row. */
  style?: (row: R) => Style | undefined;
}

/** A table for people: columns as wide as their content. */
export function printTable<R>(rows: readonly R[], columns: readonly Column<R>[]): void {
  const cells = rows.map((row) => columns.map((column) => column.value(row)));
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...cells.map((line) => line[index]!.length)),
  );
  const pad = (text: string, index: number) =>
    columns[index]!.align === 'right' ? text.padStart(widths[index]!) : text.padEnd(widths[index]!);
  print(
    style(
      'bold',
      columns
        .map((column, index) => pad(column.title, index))
        .join('  ')
        .trimEnd(),
    ),
  );
  for (const [number, row] of rows.entries()) {
    const line = columns.map((column, index) => {
      const text = pad(cells[number]![index]!, index);
      const format = column.style?.(row);
      return format === undefined ? text : style(format, text);
    });
    print(line.join('  ').trimEnd());
  }
}

/**
 * A list as it was asked for: as JSON, or as a table; where it is empty, the word `none` instead. With `next`, the cursor to further
 * ones, it is told beside the list that it is not whole.
 */
export function printList<R>(
  rows: readonly R[],
  { json, none, next }: { json?: boolean; none?: string; next?: string | undefined },
  columns: readonly Column<R>[],
): void {
  if (next !== undefined)
    remark(
      `There are more than ${counted(rows.length, 'row')}: see --limit, or the console for all of them.`,
    );
  if (json === true) printJson(rows);
  else if (rows.length === 0 && next === undefined && none !== undefined) print(none);
  else printTable(rows, columns);
}

/** `2 exceptions`, `1 exception`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

import { describe, expect, test } from '@jest/globals';
import { readCsv, type CsvMap } from '../../src/maps/index.ts';
import { compile } from './support.ts';

const MAP = compile(`map: test
message: { standard: csv, delimiter: ";", key: [Invoice], decimal: ",", when: { Type: [INV] } }
document: invoice
rules:
  - { at: Invoice, to: id }
  - { at: Date, to: issueDate, as: isoDate }
  - { to: invoiceType, const: commercial }
  - { at: Order, to: orderId }
  - { at: Total, to: totals.payable, as: decimal }
  - { at: Remark, to: "notes[]" }
  - loop: row
    to: lines[]
    rules:
      - { at: Item, to: item.sellerId }
      - { at: Qty, to: quantity.value, as: decimal }
      - { at: Note, to: despatchAdviceId }
  - { at: Note, to: despatchAdviceId }
`) as CsvMap;

const HEADER = 'Type;Invoice;Date;Order;Total;Remark;Item;Qty;Note';

/** The findings about the file and about its first document. */
function read(...lines: readonly string[]): string[] {
  const { readings, findings } = readCsv(MAP, new TextEncoder().encode(lines.join('\r\n')));
  return [...findings, ...(readings[0]?.findings ?? [])].map(
    ({ code, severity, message }) => `${severity} ${code} ${message}`,
  );
}

describe('what holds for a whole document', () => {
  const first = 'INV;I-1;2026-03-02;PO-1;682,50;;A;24;D-1';

  test('is the same in all its rows; what each line says itself need not be', () => {
    expect(read(HEADER, first, 'INV;I-1;2026-03-02;PO-1;682,50;;B;12;D-2')).toEqual([]);
  });

  test('may stand in the first row alone', () => {
    expect(read(HEADER, first, 'INV;I-1;;;;;B;12;D-2')).toEqual([]);
  });

  test.each([
    [
      'another order',
      'INV;I-1;2026-03-02;PO-2;682,50;;B;12;D-1',
      'line 3, Order: "PO-2" where the first row of the document says "PO-1"',
    ],
    [
      'another total',
      'INV;I-1;2026-03-02;PO-1;700,00;;B;12;D-1',
      'line 3, Total: "700,00" where the first row of the document says "682,50"',
    ],
    [
      'another kind of row',
      'CRN;I-1;2026-03-02;PO-1;682,50;;B;12;D-1',
      'line 3, Type: "CRN" where the first row of the document says "INV"',
    ],
  ])('but for %s is an error with its line', (_, row, message) => {
    expect(read(HEADER, first, row)).toEqual([
      `error MAP_ROWS_DIFFER ${message}: the map reads it once for all its rows`,
    ]);
  });

  test('that only a later row says is an error', () => {
    expect(
      read(HEADER, 'INV;I-1;2026-03-02;;682,50;;A;24;', 'INV;I-1;2026-03-02;PO-2;682,50;;B;12;'),
    ).toEqual([
      'error MAP_ROWS_DIFFER line 3, Order: "PO-2" where the first row of the document says nothing: the map reads it once for all its rows',
    ]);
  });

  test('of a list of texts is a warning', () => {
    expect(read(HEADER, first, 'INV;I-1;2026-03-02;PO-1;682,50;fragile;B;12;D-1')).toEqual([
      'warning MAP_ROWS_DIFFER line 3, Remark: "fragile" where the first row of the document says nothing: the map reads it once for all its rows',
    ]);
  });
});

test('rows of delimiters alone, as spreadsheets leave them, are none', () => {
  const { readings } = readCsv(
    MAP,
    new TextEncoder().encode(
      [';;;;;;;;', HEADER, 'INV;I-1;2026-03-02;PO-1;1;;A;24;', ';;;;;;;;', '; ;;;;;;;'].join('\r\n'),
    ),
  );
  expect(readings).toHaveLength(1);
  expect(readings[0]!.document).toMatchObject({ id: 'I-1', lines: [{ quantity: { value: '24' } }] });
});

test('two columns with one name that the map reads are told', () => {
  expect(
    read('Type;Invoice;Date;Order;Total;Remark;Item;Qty;Qty;Note', 'INV;I-1;2026-03-02;PO-1;1;;A;24;20;'),
  ).toContain(
    'error CSV_INVALID The file has more than one column "Qty": which of them is meant nobody knows.',
  );
});

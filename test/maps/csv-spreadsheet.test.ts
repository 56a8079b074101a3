import { describe, expect, test } from '@jest/globals';
import { readCsv, writeCsvText, type CsvMap } from '../../src/maps/index.ts';
import { compile } from './support.ts';

// A list of confirmations as a supplier exports it from a spreadsheet.
const HEAD =
  'standard: csv, charset: windows-1252, delimiter: ";", key: [Ihre Bestellnr.], decimal: ",", thousands: ".", skip: { Beleg: [Summe] }';

function mapOf(message: string): string {
  return `map: test
message: { ${message} }
document: orderResponse
rules:
  - { at: Ihre Bestellnr., to: orderId }
  - { to: purpose, const: original }
  - { to: claim, const: unstated }
  - loop: row
    to: lines[]
    rules:
      - { at: Pos, to: orderLineId }
      - entry: 'schedules[]'
        rules:
          - { to: claim, const: accepted }
          - { at: Menge, to: quantity.value, as: decimal, suffix: " Stk." }
          - { at: Einzelpreis, to: price.amount, as: decimal, suffix: " €" }
          - { at: Liefer- termin, to: date, as: "date:D.M.YYYY" }
`;
}

const MAP = compile(mapOf(HEAD)) as CsvMap;

const HEADER = 'Beleg;Ihre Bestellnr.;Pos;Menge;Einzelpreis;"Liefer-\ntermin"';
const TITLES = ['sep=;', 'Müller Schrauben KG;;;;;', 'Stand: 22.11.2026;;;;;', ';;;;;'];
const ROW = 'AB;PO-1;1;1.200 Stk.;0,125 €;14.12.2026';

function read(lines: readonly string[], map = MAP) {
  const { readings, findings } = readCsv(map, Buffer.from(lines.join('\r\n'), 'latin1'));
  return {
    documents: readings.map(({ document }) => document),
    findings: [...findings, ...readings.flatMap((reading) => reading.findings)].map(({ message }) => message),
  };
}

describe('a list out of a spreadsheet', () => {
  test('has titles above the names of its columns, names on two lines, and sums below', () => {
    // `€` is 0x80 in Windows-1252, which the reader knows by the charset.
    const lines = [...TITLES, HEADER, ROW.replace('€', '\u0080'), 'Summe;;;;1.234,63;'];
    const { documents, findings } = read(lines);
    expect(findings).toEqual([]);
    expect(documents).toMatchObject([
      {
        orderId: 'PO-1',
        lines: [
          {
            orderLineId: '1',
            schedules: [{ quantity: { value: '1200' }, price: { amount: '0.125' }, date: '2026-12-14' }],
          },
        ],
      },
    ]);
  });

  test('repeats its header on every page', () => {
    const row = 'AB;PO-1;1;5;1;1.1.2027';
    expect(read([...TITLES, HEADER, row, HEADER, row.replace(';1;5', ';2;6')]).documents).toMatchObject([
      { lines: [{ orderLineId: '1' }, { orderLineId: '2' }] },
    ]);
  });

  test('that names its columns otherwise is refused, with the line of what stands there', () => {
    const { documents, findings } = read([...TITLES, HEADER.replace('Menge', 'Anzahl'), ROW]);
    expect(findings[0]).toBe(
      'The file has no column "Menge"; line 6 names Beleg, Ihre Bestellnr., Pos, Anzahl, Einzelpreis, Liefer- termin.',
    );
    expect(documents).toHaveLength(1);
  });

  test('without the names of its columns is refused', () => {
    expect(read(['AB;PO-1;1;5;1;1.1.2027']).findings[0]).toMatch(
      /^The file has no column "Ihre Bestellnr."; line 1 names AB, PO-1/,
    );
  });
});

describe('marks between thousands', () => {
  test.each([
    ['1.234,50', '1234.50'],
    ['-12.345.678,9', '-12345678.9'],
    ['0,125', '0.125'],
    ['1234', '1234'],
  ])('%s is %s', (text, value) => {
    const { documents } = read([HEADER, `AB;PO-1;1;${text};1;1.1.2027`]);
    expect(documents[0]).toMatchObject({ lines: [{ schedules: [{ quantity: { value } }] }] });
  });

  test.each(['1.20', '1.2345', '1234.567', '.500', '1,250.00'])('%s is no number', (text) => {
    expect(read([HEADER, `AB;PO-1;1;${text};1;1.1.2027`]).findings[0]).toContain(
      `line 3, Menge: "${text}" is not a decimal number such as 12,50`,
    );
  });

  test.each([
    [' ', '1\u00a0234,5'],
    ["'", "1'234,5"],
  ])('may be "%s"', (mark, text) => {
    const map = compile(mapOf(HEAD.replace('thousands: "."', `thousands: "${mark}"`))) as CsvMap;
    expect(read([HEADER, `AB;PO-1;1;${text};1;1.1.2027`], map).documents[0]).toMatchObject({
      lines: [{ schedules: [{ quantity: { value: '1234.5' } }] }],
    });
  });

  test('are not the decimal mark', () => {
    expect(() => compile(mapOf('standard: csv, key: [Ihre Bestellnr.], thousands: "."'))).toThrow(
      'message.thousands: "." is the decimal mark already; say decimal: too',
    );
  });
});

test('a column of message.skip and message.when may have any name', () => {
  const map = compile(`map: test
message: { standard: csv, key: [order], when: { status: [A] }, skip: { pos: false } }
document: orderResponse
rules:
  - { at: order, to: orderId }
  - { to: purpose, const: original }
  - { to: claim, const: unstated }
  - { loop: row, to: "lines[]", rules: [{ at: pos, to: orderLineId }] }
`) as CsvMap;
  const { readings, left } = readCsv(map, Buffer.from('order,status,pos\nPO-1,A,1\nPO-2,B,1\nPO-1,A,\n'));
  expect(readings.map(({ draft }) => draft)).toMatchObject([
    { orderId: 'PO-1', lines: [{ orderLineId: '1' }] },
  ]);
  expect(left).toEqual([3]);
});

test('what stands behind a number is written again', () => {
  const { documents } = read([HEADER, 'AB;PO-1;1;1.200 Stk.;0,125 €;14.12.2026'.replace('€', '\u0080')]);
  expect(writeCsvText(MAP, [documents[0]!]).text).toBe(
    'Ihre Bestellnr.;Pos;Menge;Einzelpreis;Liefer- termin\r\nPO-1;1;1200 Stk.;0,125 €;14.12.2026\r\n',
  );
});

describe('a number that is written with fewer digits', () => {
  const written = (rule: string) => {
    const map = compile(`map: test
message: { standard: csv, key: [Order] }
document: order
rules:
  - { at: Order, to: id }
  - { loop: row, to: "lines[]", rules: [${rule}] }
`) as CsvMap;
    const line = { id: '1', quantity: { value: '2.55' }, price: { amount: '0.125' }, lineAmount: '0.319' };
    const order = { documentType: 'order', id: 'PO-1', lines: [line] };
    return writeCsvText(map, [order as never]).findings.map(
      ({ code, severity, message }) => `${severity} ${code} ${message}`,
    );
  };

  test.each([
    ['price', '{ at: Price, to: price.amount, as: decimal2 }', 'price.amount → Price: "0.125"', '2'],
    ['quantity', '{ at: Qty, to: quantity.value, as: decimal1 }', 'quantity.value → Qty: "2.55"', '1'],
  ])('is an error where it is a %s: another one would be ordered', (_, rule, place, places) => {
    expect(written(rule)).toEqual([
      `error MAP_ROUNDED lines[0].${place} is written with ${places} decimal places, which is another one; use as: decimal`,
    ]);
  });

  test('is a warning where it is a sum', () => {
    expect(written('{ at: Sum, to: lineAmount, as: decimal2 }')).toEqual([
      'warning MAP_ROUNDED lines[0].lineAmount → Sum: "0.319" is written with 2 decimal places',
    ]);
  });
});

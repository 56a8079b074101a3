import { describe, expect, test } from '@jest/globals';
import type { Document } from '../../src/documents/document.ts';
import { readCsv, writeCsvText, type CsvMap } from '../../src/maps/index.ts';
import { compile } from './support.ts';

function csvMap(message: string, rules: string): CsvMap {
  const map = compile(`map: test\nmessage: { standard: csv, ${message} }\ndocument: order\nrules:\n${rules}`);
  if (map.standard !== 'csv') throw new Error('not a CSV map');
  return map;
}

const map = csvMap(
  'delimiter: ";", key: [Order], decimal: ","',
  `  - { at: Order, to: id }
  - { at: Date, to: issueDate, as: isoDate }
  - { at: Buyer, to: buyer.id }
  - { to: seller.id, const: "4711" }
  - loop: "row[Type=L]"
    to: lines[]
    rules:
      - { at: Pos, to: id }
      - { at: Item, to: item.sellerId }
      - { at: Qty, to: quantity.value, as: decimal }
  - { ignore: [Colour] }`,
);
const FILE = `\ufeffOrder;Date;Buyer;Type;Pos;Item;Qty;Colour;Size
1;2026-01-02;B1;L;1;"A;""7""";2,5;red;
2;2026-01-03;B2;L;1;C;x;;XL
1;2026-01-02;B1;L;2;D;4;;
1;2026-01-02;B1;T;;note;;;
`;

test('rows with one key are one document; conditions choose the rows', () => {
  const { readings, findings } = readCsv(map, new TextEncoder().encode(FILE), { trace: true });
  expect(findings).toEqual([]);
  expect(readings[0]?.document).toEqual({
    documentType: 'order',
    id: '1',
    issueDate: '2026-01-02',
    buyer: { id: 'B1' },
    seller: { id: '4711' },
    lines: [
      { id: '1', item: { sellerId: 'A;"7"' }, quantity: { value: '2.5' } },
      { id: '2', item: { sellerId: 'D' }, quantity: { value: '4' } },
    ],
  });
  expect(readings[1]?.findings[0]).toMatchObject({
    message: 'line 3, Qty: "x" is not a decimal number such as 12,50',
    place: { line: 3, column: 7 },
  });
  expect(readings[1]?.unconsumed).toEqual([{ position: 9, name: 'Size', text: 'XL' }]);
  expect(readings[0]?.trace.find(({ path }) => path === 'lines[1].item.sellerId')).toMatchObject({
    line: 4,
    column: 6,
  });
});

test('documents are written to one file and come back', () => {
  const { readings } = readCsv(map, new TextEncoder().encode(FILE));
  const first = readings[0]!.document!;
  const second: Document = { ...(first as Extract<Document, { documentType: 'order' }>), id: '9' };
  const { text, findings } = writeCsvText(map, [first, second]);
  expect(findings).toEqual([]);
  expect(text.split('\r\n').slice(0, 3)).toEqual([
    'Type;Order;Date;Buyer;Pos;Item;Qty',
    'L;1;2026-01-02;B1;1;"A;""7""";2,5',
    'L;1;2026-01-02;B1;2;D;4',
  ]);
  expect(readCsv(map, new TextEncoder().encode(text)).readings.map(({ document }) => document)).toEqual([
    first,
    second,
  ]);
});

test('a file without a header is addressed by number', () => {
  const plain = csvMap(
    'header: false',
    '  - { at: "#1", to: id }\n  - loop: row\n    to: lines[]\n    rules:\n      - { at: "#2", to: id }\n      - { at: "#3", to: quantity.value, as: decimal }',
  );
  const [reading] = readCsv(plain, new TextEncoder().encode('PO1,1,6\nPO1,2,7\n')).readings;
  expect(reading?.draft).toMatchObject({
    id: 'PO1',
    lines: [
      { id: '1', quantity: { value: '6' } },
      { id: '2', quantity: { value: '7' } },
    ],
  });
  expect(writeCsvText(plain, [reading!.draft as unknown as Document]).text).toBe('PO1,1,6\r\nPO1,2,7\r\n');
});

test('a missing column and a broken file are said', () => {
  expect(
    readCsv(map, new TextEncoder().encode('Order;Date\n1;2026-01-02\n')).findings.map(
      ({ expected }) => expected,
    ),
  ).toEqual(['Type', 'Buyer', 'Pos', 'Item', 'Qty']);
  const broken = readCsv(map, new TextEncoder().encode('Order;Date\n1;"x\n'));
  expect(broken.findings[0]).toMatchObject({ code: 'CSV_INVALID', severity: 'error' });
  expect(broken.readings).toEqual([]);
});

test('one of several columns is enough, and a rule with a default needs none', () => {
  const open = csvMap(
    'key: [Order]',
    `  - { at: Order, to: id }
  - loop: row
    to: lines[]
    rules:
      - { at: [Qty, Quantity], to: quantity.value, as: decimal }
      - { at: Unit, to: quantity.unit, default: { read: EA } }`,
  );
  const { findings, readings } = readCsv(open, new TextEncoder().encode('Order,Quantity\n1,5\n'));
  expect(findings).toEqual([]);
  expect(readings[0]?.draft['lines']).toEqual([{ quantity: { value: '5', unit: 'EA' } }]);
  expect(readCsv(open, new TextEncoder().encode('Order,Menge\n1,5\n')).findings).toMatchObject([
    { severity: 'error', message: 'The file has no column "Qty" or "Quantity"; line 1 names Order, Menge.' },
  ]);
});

test('a row with more cells than the header names is not guessed at', () => {
  const shifted = FILE.replace(';red;', ';red;blue;green;');
  const { readings } = readCsv(map, new TextEncoder().encode(shifted));
  expect(readings[0]?.findings[0]).toMatchObject({
    code: 'CSV_INVALID',
    severity: 'error',
    place: { line: 2 },
    expected: '9 cells',
  });
});

test('message.when chooses the documents by their first row, and tells which lines are left', () => {
  const orders = csvMap('delimiter: ";", key: [Order], when: { Type: L }', '  - { at: Order, to: id }');
  const text = 'Order;Type\n1;L\n2;C\n1;T\n2;L\n';
  const { readings, left } = readCsv(orders, new TextEncoder().encode(text));
  expect(readings.map(({ draft }) => draft['id'])).toEqual(['1']);
  expect(left).toEqual([3, 5]);
});

describe('as spreadsheets save it', () => {
  const excel = csvMap(
    'charset: windows-1252, delimiter: ";", key: [Order]',
    '  - { at: Order, to: id }\n  - { at: Buyer, to: buyer.name }',
  );
  const nameIn = (bytes: Uint8Array) => readCsv(excel, bytes).readings[0]?.draft['buyer'];

  test.each([
    ['in its code page', Buffer.from('Order;Buyer\r\n1;M\xfcller \x96 5 \x80\r\n', 'latin1')],
    ['as Unicode text', Buffer.from('\ufeffOrder;Buyer\r\n1;Müller – 5 €\r\n', 'utf16le')],
    ['as UTF-8', Buffer.from('\ufeffOrder;Buyer\r\n1;Müller – 5 €\r\n')],
    [
      'with a line that names the delimiter',
      Buffer.from('sep=;\r\nOrder;Buyer\r\n1;M\xfcller \x96 5 \x80\r\n', 'latin1'),
    ],
  ])('%s', (_, bytes) => {
    expect(nameIn(bytes)).toEqual({ name: 'Müller – 5 €' });
  });

  test('it is written in the charset of the map, and what that lacks is told', () => {
    const order = { documentType: 'order', id: '1', buyer: { name: 'Müller € Жук' } } as unknown as Document;
    const { bytes, findings } = writeCsvText(excel, [order]);
    expect(Buffer.from(bytes).toString('latin1')).toBe('Order;Buyer\r\n1;M\xfcller \x80 ???\r\n');
    expect(findings).toMatchObject([{ code: 'CHARACTER_UNSUPPORTED', severity: 'warning', actual: 'Жук' }]);
  });
});

test('a document may have more rows than a call has room for arguments', () => {
  const { readings } = readCsv(map, new TextEncoder().encode(FILE));
  const [line] = (readings[0]!.document as { lines: object[] }).lines;
  const lines = Array.from({ length: 200_000 }, (_, i) => ({ ...line!, id: String(i + 1) }));
  const long = { ...readings[0]!.document!, lines } as Document;
  const { text, findings } = writeCsvText(map, [long]);
  expect(findings).toEqual([]);
  expect(text.trimEnd().split('\r\n')).toHaveLength(200_001);
});

import { expect, test } from '@jest/globals';
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
    message: 'line 3, Qty: "x" is not a decimal number such as 12.50',
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
  ).toEqual(['Buyer', 'Pos', 'Item', 'Qty']);
  const broken = readCsv(map, new TextEncoder().encode('Order;Date\n1;"x\n'));
  expect(broken.findings[0]).toMatchObject({ code: 'CSV_INVALID', severity: 'error' });
  expect(broken.readings).toEqual([]);
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

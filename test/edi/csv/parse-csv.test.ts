import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseCsv, writeCsv } from '../../../src/edi/csv/index.ts';

const parse = (text: string, options = {}) => parseCsv(new TextEncoder().encode(text), options);

test('a header, quoted cells, empty lines, a byte order mark', () => {
  expect(parse('\ufeffA,B\r\n1,"x, ""y"""\r\n\r\n2,\r\n')).toEqual({
    columns: ['A', 'B'],
    headerLine: 1,
    rows: [
      { cells: ['1', 'x, "y"'], line: 2 },
      { cells: ['2', ''], line: 4 },
    ],
    findings: [],
  });
});

test('another delimiter, no header, another charset', () => {
  expect(parse('1;2', { delimiter: ';', header: false }).rows[0]?.cells).toEqual(['1', '2']);
  expect(parseCsv(Uint8Array.from([0x41, 0x0a, 0xfc]), { charset: 'windows-1252' }).rows[0]?.cells).toEqual([
    'ü',
  ]);
  expect(parseCsv(Uint8Array.from([0x41, 0x0a, 0xfc])).findings[0]?.code).toBe('CSV_ENCODING');
});

test('any bytes give an answer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const { findings, rows } = parseCsv(bytes);
      expect(findings.length === 0 || rows.length === 0).toBe(true);
    }),
  );
});

test('what is written is read again', () => {
  const cell = fc.string().map((text) => text.replace(/[\r\n]+/g, ' ').trim());
  const row = fc.tuple(cell, cell).filter(([a, b]) => a !== '' || b !== '');
  fc.assert(
    fc.property(fc.array(row, { minLength: 1 }), (rows) => {
      const text = writeCsv(['A', 'B'], rows, { delimiter: ';' });
      expect(parse(text, { delimiter: ';' }).rows.map(({ cells }) => cells)).toEqual(rows);
    }),
  );
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Finding } from '../../../src/common/finding.ts';
import { listSegments, locateRows } from '../../../src/pipeline/queries/segments.ts';
import type { DocumentRecord } from '../../../src/pipeline/records.ts';

const encode = (text: string) => new TextEncoder().encode(text);

const X12 = [
  'ISA*00*          *00*          *ZZ*SUPPLIER       *ZZ*BUYER          *260303*0915*U*00401*000000007*0*P*>',
  'GS*PR*SUPPLIER*BUYER*20260303*0915*7*X*004010',
  'ST*855*0001',
  'BAK*00*AC*PO-1*20260302',
  'SE*3*0001',
  'ST*855*0002',
  'BAK*00*AC*PO-2*20260302',
  'SE*3*0002',
  'GE*2*7',
  'IEA*1*000000007',
].join('~\n');

function documentAt(transaction: number, more: Partial<DocumentRecord> = {}): DocumentRecord {
  return {
    id: `doc-${transaction}`,
    ordinal: { interchange: 1, group: 1, transaction },
    ...more,
  } as DocumentRecord;
}

function findingAt(place: Finding['place']): Finding {
  return { code: 'X', severity: 'error', message: 'x', place };
}

describe('X12', () => {
  const text = `${X12}~\n`;

  test('one row for a segment, with its place and its document', () => {
    const rows = listSegments(encode(text), [], [documentAt(1), documentAt(2)]);
    expect(rows.map(({ text: row }) => row.slice(0, 3))).toEqual([
      'ISA',
      'GS*',
      'ST*',
      'BAK',
      'SE*',
      'ST*',
      'BAK',
      'SE*',
      'GE*',
      'IEA',
    ]);
    expect(rows[6]).toMatchObject({
      number: 7,
      interchange: 1,
      group: 1,
      transaction: 2,
      segment: 2,
      documentId: 'doc-2',
    });
    expect(rows[8]).not.toHaveProperty('segment');
    expect(text.slice(...rows[6]!.range)).toBe('BAK*00*AC*PO-2*20260302~');
  });

  test('findings stand at their bytes, else at their place; fields at theirs', () => {
    const at = text.indexOf('PO-2');
    const fields = documentAt(2, { trace: [{ path: 'orderId', segment: 2, range: [at, at + 4] }] });
    const findings = [
      findingAt({ range: [at, at + 4] }),
      findingAt({ interchange: 1, group: 1, transaction: 1, segment: 3 }),
      findingAt({ interchange: 1 }),
    ];
    const rows = listSegments(encode(text), findings, [documentAt(1), fields]);
    expect(rows[6]!.marks).toEqual([
      { from: 10, to: 14, finding: 0 },
      { from: 10, to: 14, path: 'orderId' },
    ]);
    expect(rows[4]!.findings).toEqual([1]);
    expect(rows[0]!.findings).toEqual([2]);
    const located = locateRows(rows);
    expect([0, 1, 2].map((index) => located.findings.get(index))).toEqual([7, 5, 1]);
    expect(located.documents.get('doc-2')).toBe(6);
  });

  test('noise before and after, and a missing last terminator, are rows too', () => {
    const rows = listSegments(encode(`hello\n${X12}`), [], []);
    expect(rows[0]!.text).toBe('hello');
    expect(rows.at(-1)!.text).toBe('IEA*1*000000007');
  });
});

describe('EDIFACT', () => {
  const text =
    "UNA:+,? 'UNB+UNOC:3+A+B+260302:0915+7'UNH+1+ORDRSP:D:96A:UN'FTX+AAI+++it?'s 5 ?+ 5 – schön'UNT+3+1'UNZ+1+7'";

  test('a released terminator ends nothing; marks count characters, not bytes', () => {
    const bytes = encode(text);
    const from = encode(text.slice(0, text.indexOf('schön'))).length;
    const rows = listSegments(bytes, [findingAt({ range: [from, from + encode('schön').length] })], []);
    const free = rows.find((row) => row.text.startsWith('FTX'))!;
    expect(free).toMatchObject({ transaction: 1, group: 1, segment: 2 });
    const [mark] = free.marks;
    expect(free.text.slice(mark!.from, mark!.to)).toBe('schön');
  });

  test('what is not UTF-8 is shown byte by byte', () => {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
    expect(listSegments(bytes, [], []).find((row) => row.text.startsWith('FTX'))!.text).toContain('schön');
  });
});

test('any other file is shown by lines, findings at their line', () => {
  const rows = listSegments(encode('<Order>\r\n  <ID>1</ID>\n</Order>'), [findingAt({ line: 2 })], []);
  expect(rows.map(({ text }) => text)).toEqual(['<Order>', '  <ID>1</ID>', '</Order>']);
  expect(rows[1]!.findings).toEqual([0]);
});

test('whatever the bytes: nothing is lost, nothing is shown twice, nothing throws', () => {
  const pieces = fc.constantFrom(
    ...X12.split(/(?<=[~*])/),
    'UNA:+.? ',
    "UNB+UNOC:3+A+B+260302:0915+7'",
    '?',
    "'",
    '\n',
    'é',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 5 })), { maxLength: 40 }), (parts) => {
      const bytes = encode(parts.join(''));
      const rows = listSegments(bytes, [], []);
      let shown = 0;
      let end = 0;
      for (const { range } of rows) {
        expect(range[0]).toBeGreaterThanOrEqual(end);
        end = range[1];
        shown += range[1] - range[0];
      }
      const lineEnds = bytes.filter((byte) => byte === 10 || byte === 13).length;
      expect(shown).toBeGreaterThanOrEqual(bytes.length - lineEnds);
    }),
  );
});

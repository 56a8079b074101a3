import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { detectSyntax } from '../../src/edi/index.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

test.each([
  ['', 'empty', 'no bytes'],
  [' \r\n\t', 'empty', 'only white space'],
  ['ISA*00*', 'x12', 'starts with ISA'],
  ['\xef\xbb\xbf\r\n ISA|00|', 'x12', 'starts with ISA, after a byte order mark'],
  ["UNA:+.? 'UNB", 'edifact', 'starts with UNA'],
  ['UNB+UNOA:1', 'edifact', 'starts with UNB'],
  ['Content-Type: text/plain\n\nISA*00*', 'x12', 'has ISA after 26 other characters'],
  ['<?xml version="1.0"?><Order/>', 'xml', 'starts with an XML tag'],
  ['<Order/>', 'xml', 'starts with an XML tag'],
  ['\xff\xfe<\0?\0x\0m\0l\0', 'xml', 'starts with an XML tag in UTF-16 (little endian)'],
  ['{"number": 1}', 'json', 'starts with a JSON object'],
  ['[{"number": 1}]', 'json', 'starts with a JSON array'],
  ['number;date;item\r\n1;2026-01-31;"a;b"\r\n', 'csv', '3 columns separated by ";"'],
  ['a\tb\n1\t2\n', 'csv', '2 columns separated by tabs'],
  ['ISABEL writes to you', 'unknown', 'starts like no syntax known here'],
  ['UNA COSA', 'unknown', 'starts like no syntax known here'],
  ['ST*850*0001~', 'unknown', 'starts with ST: an X12 fragment without ISA'],
  ["UIB+UNOA:4+1'", 'unknown', 'starts with UIB: an interactive EDIFACT interchange'],
  ["UNH+1+ORDERS'", 'unknown', 'starts with UNH: an EDIFACT fragment without UNB'],
  ['\xff\xfeI\0S\0A\0', 'unknown', 'encoded in UTF-16 (little endian), which no partner may send'],
  ['I\0S\0A\0*\0', 'unknown', 'encoded in UTF-16 (little endian), which no partner may send'],
  ['\xc9\xe2\xc1\x5c', 'unknown', 'encoded in EBCDIC, which no partner may send'],
  ['{not json', 'unknown', 'starts with {, but is no JSON'],
  ['%PDF-1.7\0', 'unknown', 'has control characters in its first bytes'],
])('%j is %s: %s', (text, syntax, reason) => {
  expect(detectSyntax(bytes(text))).toEqual({ syntax, reason });
});

test('says something of any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (any) => {
      expect(detectSyntax(any).reason).not.toBe('');
    }),
  );
});

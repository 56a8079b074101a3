import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createEdiReader, parseFile, readEdi, writeInterchange } from '../../src/edi/index.ts';
import type { EdiEvent } from '../../src/edi/index.ts';
import { dumpEvents, dumpFile, dumpScan, findingsOf } from '../support/edi-dump.ts';
import { interchange, mutated } from '../support/edi-generator.ts';

const clean = interchange.map((data) => writeInterchange(data).bytes);
const broken = mutated(clean);
/** Anything at all, with the beginnings of headers often enough to get past the door. */
const anything = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .constantFrom('ISA*', 'UNA:+.? \'', 'UNB+UNOC:3+', 'GS*PO*', '~', "'", '\r\n', 'ISA*00*', 'UNH+1+ORDERS', 'SE*1', '\u00ef\u00bb\u00bf')
        .map((text) => Uint8Array.from(text, (char) => char.charCodeAt(0))),
    ),
    { maxLength: 30 },
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => Array.from(part)))); // prettier-ignore

function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    chunks.push(bytes.slice(at, at + size));
    at += size;
  }
  return chunks;
}

function readChunks(chunks: readonly Uint8Array[]): EdiEvent[] {
  const reader = createEdiReader();
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.end()];
}

describe('reading any bytes', () => {
  test.each([
    ['mutated interchanges', broken, 1000],
    ['anything', anything, 1000],
  ])('%s never throw, and every finding lies in the file', (_, arbitrary, numRuns) => {
    fc.assert(
      fc.property(arbitrary, (bytes) => {
        for (const { place, message } of findingsOf(parseFile(bytes))) {
          const [start, end] = place.range!;
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(bytes.length);
          expect(message).not.toMatch(/undefined|NaN/);
        }
      }),
      { numRuns },
    );
  });

  test.each([
    ['clean interchanges', clean],
    ['mutated interchanges', broken],
    ['anything', anything],
  ])('%s give the same result however they are read', (_, arbitrary) => {
    fc.assert(
      fc.property(
        arbitrary,
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
        (bytes, sizes) => {
          const whole = dumpFile(parseFile(bytes));
          expect(dumpEvents(readChunks(cut(bytes, sizes)))).toEqual(whole);
          expect(dumpScan(bytes)).toEqual(whole);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('a byte is either in an interchange, white space, or reported', () => {
    fc.assert(
      fc.property(broken, (bytes) => {
        const file = parseFile(bytes);
        // Two odd bytes in front make it UTF-16: the one finding is about the whole file.
        if (file.findings.some(({ code }) => code === 'ENCODING_UNSUPPORTED')) return;
        const covered = new Uint8Array(bytes.length);
        const ranges = [
          ...file.interchanges.map(({ range }) => range),
          ...file.findings.map(({ place }) => place.range!),
        ];
        for (const [start, end] of ranges) covered.fill(1, start, end);
        const missed = bytes.filter((byte, i) => covered[i] === 0 && ![9, 10, 13, 32].includes(byte));
        expect(missed).toHaveLength(0);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('reading pieces', () => {
  const bytes = new TextEncoder().encode(
    [
      'ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260131*0815*U*00401*000000001*0*P*>',
      'GS*PO*SENDER*RECEIVER*20260131*0815*1*X*004010',
      'ST*850*0001',
      'BEG*00*SA*PO1**20260131',
      'SE*3*0001',
      'ST*850*0002',
      'SE*2*0002',
      'GE*2*1',
      'IEA*1*000000001',
      '',
    ].join('~\n'),
  );

  test('events come in the order of the file', () => {
    expect(readChunks(cut(bytes, [1])).map(({ type }) => type)).toEqual([
      'interchangeStarted',
      'groupStarted',
      'transaction',
      'transaction',
      'groupEnded',
      'interchangeEnded',
      'fileEnded',
    ]);
  });

  test('a transaction comes with the piece that ends it', () => {
    const line = 'PO1*1*1*EA*9.50~\n';
    const transaction = (number: string): string =>
      `ST*850*${number}~\n${line.repeat(100)}SE*102*${number}~\n`;
    const head = new TextDecoder().decode(bytes).split('ST*')[0]!;
    const reader = createEdiReader();
    const count = (text: string): number =>
      reader.push(new TextEncoder().encode(text)).filter(({ type }) => type === 'transaction').length;
    expect(count(head + transaction('0001'))).toBe(1);
    expect(count(transaction('0002').slice(0, -3))).toBe(0);
    expect(count('~\n')).toBe(1);
  });

  test('a transaction stays readable after the pieces behind it were read', async () => {
    const transactions: { number: string; text: string }[] = [];
    const kept: Extract<EdiEvent, { type: 'transaction' }>[] = [];
    for await (const event of readEdi(cut(bytes, [5]))) if (event.type === 'transaction') kept.push(event);
    for (const { transaction } of kept)
      transactions.push({ number: transaction.controlNumber, text: transaction.segments.raw(1) });
    expect(transactions).toEqual([
      { number: '0001', text: 'BEG*00*SA*PO1**20260131' },
      { number: '0002', text: 'SE*2*0002' },
    ]);
  });

  test('groups are counted, their transactions not kept', () => {
    const ended = readChunks([bytes]).find((event) => event.type === 'groupEnded');
    expect(ended?.group).toMatchObject({ transactionCount: 2, statedCount: '2', transactions: [] });
  });
});

describe('very large parts', () => {
  const header =
    'ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260131*0815*U*00401*000000001*0*P*>~' +
    'GS*PO*SENDER*RECEIVER*20260131*0815*1*X*004010~ST*850*0001~';
  const trailer = (count: number): string => `SE*${count}*0001~GE*1*1~IEA*1*000000001~`;

  test('a transaction of 50,000 lines is one table', () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `PO1*${i + 1}*1*EA*9.50**VN*A-${i + 1}~`).join('');
    const bytes = new TextEncoder().encode(header + lines + trailer(50_002));
    const events = readChunks(cut(bytes, [65_536]));
    const transaction = events.find((event) => event.type === 'transaction')!.transaction;
    expect(transaction.findings).toEqual([]);
    expect(transaction.segments.length).toBe(50_002);
    expect(transaction.segments.value(50_000, 7)).toBe('A-50000');
    expect(dumpFile(parseFile(bytes)).length).toBe(dumpEvents(events).length);
  });

  test('of a transaction above the limit the beginning is kept, the rest counted', () => {
    const lines = 'PO1*1*1*EA*9.50~'.repeat(10_000);
    const bytes = new TextEncoder().encode(header + lines + trailer(10_002));
    const file = parseFile(bytes, { maxTransactionBytes: 20_000 });
    const transaction = file.interchanges[0]!.groups[0]!.transactions[0]!;
    expect(transaction.findings.map(({ code }) => code)).toEqual(['TRANSACTION_TOO_LARGE']);
    expect(transaction.segments.range(transaction.segments.length - 1)[1]).toBeLessThan(21_000);
    const reader = createEdiReader({ maxTransactionBytes: 20_000 });
    const events = [...cut(bytes, [999]).flatMap((chunk) => reader.push(chunk)), ...reader.end()];
    expect(dumpEvents(events)).toEqual(dumpFile(file));
  });

  test('a segment without end is given up, and the next interchange is read', () => {
    const text = `${header}PO1*1*${'X'.repeat(1_100_000)}\n${header}${trailer(2)}`;
    const bytes = new TextEncoder().encode(text);
    const file = parseFile(bytes);
    expect(file.interchanges.map(({ findings }) => findings.map(({ code }) => code))).toEqual([
      ['SEGMENT_TOO_LONG', 'INTERCHANGE_TRAILER_MISSING'],
      [],
    ]);
    expect(file.findings.map(({ code }) => code)).toEqual(['NOISE']);
    expect(dumpEvents(readChunks(cut(bytes, [65_536])))).toEqual(dumpFile(file));
  });
});

test('what stands in front of a segment without end is told first, however the file is cut', () => {
  const text = `UNB+UNOC:4+A+B+20260131:0815+1'USH+1+X'UNH+1+ORDERS:D:96${'A'.repeat(1_060_000)}`;
  const bytes = new TextEncoder().encode(text);
  const file = parseFile(bytes);
  expect(file.interchanges[0]!.findings.map(({ code }) => code).slice(0, 2)).toEqual([
    'SECURITY_NOT_VERIFIED',
    'SEGMENT_TOO_LONG',
  ]);
  expect(dumpEvents(readChunks(cut(bytes, [3705])))).toEqual(dumpFile(file));
});

test('an object of megabytes that looks like segments is passed over piece by piece', () => {
  const object = "'UNZ+1+1'UNB+UNOC:3+".repeat(150_000);
  const text = `UNB+UNOC:4+A+B+20260131:0815+1'UNO+P+D:1+1:J+${object.length}'${object}UNP+${object.length}+P'UNH+1+ORDERS:D:96A:UN'UNT+2+1'UNZ+2+1'`;
  const bytes = new TextEncoder().encode(text);
  const events = readChunks(cut(bytes, [65_536]));
  expect(events.map(({ type }) => type)).toEqual([
    'interchangeStarted',
    'groupStarted',
    'transaction',
    'groupEnded',
    'interchangeEnded',
    'fileEnded',
  ]);
  expect(dumpEvents(events)).toEqual(dumpFile(parseFile(bytes)));
  expect(findingsOf(parseFile(bytes)).map(({ code, place }) => [code, place.range])).toEqual([
    ['PACKAGE_NOT_SUPPORTED', [31, text.indexOf("'UNH")]],
  ]);
});

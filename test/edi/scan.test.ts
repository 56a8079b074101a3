import { describe, expect, test } from '@jest/globals';
import { ORDERS, PURCHASE_ORDER, generateInterchange } from '../../bench/generate-edi.ts';
import { FileCheck, parseFile, scanFile } from '../../src/edi/index.ts';
import type { CheckedPart, SegmentTable, Transaction } from '../../src/edi/index.ts';
import { dumpFile, dumpScan } from '../support/edi-dump.ts';

/** Several pages of transactions of different lengths. */
const kinds = [PURCHASE_ORDER, ORDERS] as const;
const large = kinds.map((kind) => ({
  name: kind.name,
  bytes: Buffer.concat([1, 40, 300, 5].map((lines, i) => generateInterchange(kind, lines, 50_000, i + 1))),
}));

describe.each(large)('$name, several pages', ({ bytes }) => {
  test('shows what parsing gives', () => {
    expect(dumpScan(bytes)).toEqual(dumpFile(parseFile(bytes)));
  });

  test.each([3000, 20_000])('also of transactions beyond a limit of %d bytes', (maxTransactionBytes) => {
    expect(dumpScan(bytes, { maxTransactionBytes })).toEqual(
      dumpFile(parseFile(bytes, { maxTransactionBytes })),
    );
  });

  test('a file may be scanned while another one is', () => {
    const whole = dumpFile(parseFile(bytes));
    let first: unknown[] | undefined;
    const seen: number[] = [];
    scanFile(bytes, {
      transaction: (_interchange, _group, { segments }) => {
        first ??= dumpScan(bytes);
        seen.push(segments.range(segments.length - 1)[1]);
      },
    });
    expect(first).toEqual(whole);
    const ends = parseFile(bytes)
      .interchanges.flatMap(({ groups }) => groups.flatMap(({ transactions }) => transactions))
      .map(({ segments }) => segments.range(segments.length - 1)[1]);
    expect(seen).toEqual(ends);
  });

  test('checked in pieces of any length it has the same segments', () => {
    const texts = (parts: readonly CheckedPart[]): string[] =>
      parts.flatMap((part) => (part.type === 'transaction' ? [lastTexts(part.transaction)] : []));
    const expected: string[] = [];
    scanFile(bytes, { transaction: (_interchange, _group, one) => expected.push(lastTexts(one)) });
    for (const size of [1999, 65_536]) {
      const check = new FileCheck();
      const found: string[] = [];
      for (let at = 0; at < bytes.length; at += size)
        found.push(...texts(check.push(bytes.subarray(at, at + size))));
      found.push(...texts(check.end()));
      expect(found).toEqual(expected);
    }
  });
});

function lastTexts({ segments, controlNumber }: Transaction): string {
  return [controlNumber, segments.raw(1), segments.raw(segments.length - 2)].join(' | ');
}

describe('a transaction that was shown', () => {
  const { bytes } = large[0]!;

  test('is not read later', () => {
    const tables: SegmentTable[] = [];
    scanFile(bytes, { transaction: (_interchange, _group, { segments }) => tables.push(segments) });
    expect(() => tables[0]!.value(1, 3)).toThrow('were released');
    expect(() => tables[0]!.raw(1)).toThrow('were released');
  });

  test('is not read after the next piece was checked', () => {
    const check = new FileCheck();
    const parts = check.push(bytes.subarray(0, 40_000));
    const shown = parts.find((part) => part.type === 'transaction')!.transaction.segments;
    expect(shown.value(0, 1)).toBe('850');
    check.push(bytes.subarray(40_000));
    expect(() => shown.value(0, 1)).toThrow('were released');
  });

  test('does not keep its file from being scanned again when the visitor throws', () => {
    const stop = new Error('enough');
    const visitor = {
      transaction: () => {
        throw stop;
      },
    };
    expect(() => scanFile(bytes, visitor)).toThrow(stop);
    expect(dumpScan(bytes)).toEqual(dumpFile(parseFile(bytes)));
  });
});

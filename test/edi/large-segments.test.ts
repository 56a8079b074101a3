import { describe, expect, test } from '@jest/globals';
import { FileCheck, createEdiReader, parseFile, toTree } from '../../src/edi/index.ts';
import type { EdiEvent } from '../../src/edi/index.ts';

/** A message with one segment of about a megabyte. */
function message(fill: string): Uint8Array {
  const text = `UNB+UNOY:4+A+B+20260131:0815+1'UNH+1+ORDERS:D:96A:UN'BGM+220:1${fill}'UNT+3+1'UNZ+1+1'`;
  return new TextEncoder().encode(text);
}

/** Milliseconds of CPU; a walk that starts anew at each element takes minutes for these. */
function cpuTime(action: () => void): number {
  const before = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('a segment of a megabyte of separators', () => {
  test.each(['+', ':', '*', '+a:b', '*a:b', ':a'])('%s', (part) => {
    const bytes = message(part.repeat(1_000_000 / part.length));
    const check = new FileCheck();
    expect(cpuTime(() => [...check.push(bytes), ...check.end()])).toBeLessThan(5000);
    expect(cpuTime(() => toTree(parseFile(bytes)))).toBeLessThan(5000);
  });
});

test('what stands behind the limit of a segment changes nothing, however much of it has arrived', () => {
  const head = "UNB+UNOC:3+A+B+260131:0815+1'UNH+1+ORDERS:D:96A:UN'FTX+a\nb";
  const bytes = new TextEncoder().encode(`${head}${'x'.repeat(1_060_000)}\ny'UNT+3+1'UNZ+1+1'`);
  const pieces = createEdiReader();
  const events: EdiEvent[] = [];
  for (let at = 0; at < bytes.length; at += 7000) events.push(...pieces.push(bytes.subarray(at, at + 7000)));
  events.push(...pieces.end());
  const messages = events.flatMap((event) =>
    event.type === 'interchangeEnded' ? event.interchange.findings.map(({ message: text }) => text) : [],
  );
  const [whole] = parseFile(bytes).interchanges;
  expect(messages).toEqual(whole!.findings.map(({ message: text }) => text));
  expect(messages.join()).toContain('within 1048576 bytes');
});

test('many small interchanges stay small in memory', () => {
  const one = "UNB+UNOC:3+A+B+260131:0815+1'UNH+1+ORDERS:D:96A:UN'BGM+220'UNT+3+1'UNZ+1+1'";
  const file = parseFile(new TextEncoder().encode(one.repeat(5000)));
  const integers = file.interchanges
    .flatMap(({ groups }) => groups.flatMap(({ transactions }) => transactions))
    .reduce((sum, { segments }) => sum + segments.tokens.length + segments.segments.length, 0);
  expect(file.interchanges).toHaveLength(5000);
  expect(integers / 5000).toBeLessThan(2000);
});

test('an id without end, over lines, is no segment id', () => {
  const lines = `${'A'.repeat(78)}\r\n`.repeat(3000);
  const text = `UNB+UNOY:4+A+B+20260131:0815+1'UNH+1+ORDERS:D:96A:UN'BGM+220'${lines}'UNT+3+1'UNZ+1+1'`;
  const file = parseFile(new TextEncoder().encode(text));
  expect(file.interchanges).toHaveLength(1);
  expect([...file.interchanges[0]!.findings].map(({ severity }) => severity)).toContain('error');
});

/** One job of bench/memory.ts, in a process of its own: prints its largest resident set and its CPU time. */
import { findGrammar, validateTransaction } from '../src/edi/grammar/index.ts';
import { createEdiReader, parseFile } from '../src/edi/index.ts';
import type { EdiEvent, Transaction } from '../src/edi/index.ts';
import { PURCHASE_ORDER, generateChunks } from './generate-edi.ts';

const LINES = 50;
const grammar = findGrammar('x12', '850', '004010');
let findings = 0;
let seconds = 0;

function validate(transaction: Transaction): void {
  findings += transaction.findings.length + validateTransaction(transaction, grammar).findings.length;
}

function timed<T>(work: () => T): T {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  seconds += (user + system) / 1e6;
  return result;
}

function consume(events: readonly EdiEvent[]): void {
  for (const event of events) if (event.type === 'transaction') validate(event.transaction);
}

function stream(bytes: number, lines: number): void {
  const reader = createEdiReader();
  for (const chunk of generateChunks(PURCHASE_ORDER, lines, bytes))
    timed(() => {
      for (let at = 0; at < chunk.length; at += 65_536) consume(reader.push(chunk.subarray(at, at + 65_536)));
    });
  consume(reader.end());
}

/** One file in memory, put together from chunks that leave nothing behind. */
function wholeFile(bytes: number): Uint8Array {
  const file = new Uint8Array(bytes + 1_000_000);
  let at = 0;
  for (const chunk of generateChunks(PURCHASE_ORDER, LINES, bytes)) {
    file.set(chunk, at);
    at += chunk.length;
  }
  return file.subarray(0, at);
}

const [job = '', size = '0'] = process.argv.slice(2);
if (job === 'stream') stream(Number(size), LINES);
else if (job === 'stream-one') stream(1, 50_000);
else {
  const file = wholeFile(Number(size));
  if (job !== 'hold') {
    const parsed = timed(() => parseFile(file));
    if (job === 'validate')
      for (const { groups } of parsed.interchanges)
        for (const { transactions } of groups) for (const transaction of transactions) validate(transaction);
  }
}
if (findings > 0) throw new Error(`${findings} findings in a clean file`);
process.stdout.write(JSON.stringify({ rssMb: process.resourceUsage().maxRSS / 1000, seconds }));

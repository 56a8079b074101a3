/** One job of bench/memory.ts, in a process of its own: prints its largest resident set and the CPU time of its work. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { acknowledgeStream } from '../src/cli/acknowledge-file.ts';
import { openInput } from '../src/cli/input.ts';
import { findGrammar, validateTransaction } from '../src/edi/grammar/index.ts';
import { createEdiReader, parseFile } from '../src/edi/index.ts';
import type { EdiEvent, Transaction } from '../src/edi/index.ts';

const CHUNK_BYTES = 65_536;
const grammar = findGrammar('x12', '850', '004010');
let findings = 0;
let transactions = 0;

function validate(transaction: Transaction): void {
  transactions++;
  findings += transaction.findings.length + validateTransaction(transaction, grammar).findings.length;
}

function consume(events: readonly EdiEvent[]): void {
  for (const event of events) if (event.type === 'transaction') validate(event.transaction);
}

function stream(file: string): void {
  const reader = createEdiReader();
  const handle = openSync(file, 'r');
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (let size = readSync(handle, buffer); size > 0; size = readSync(handle, buffer))
    consume(reader.push(buffer.subarray(0, size)));
  consume(reader.end());
  closeSync(handle);
}

/** What `tradelane ack` does; every transaction is acknowledged by two segments. */
async function acknowledge(file: string): Promise<void> {
  for await (const { verdict, pieces } of acknowledgeStream(file, openInput(file), 1, () => ({}))) {
    if (verdict !== 'accepted') findings++;
    for (const piece of pieces) for (const byte of piece) if (byte === TERMINATOR) transactions++;
  }
}

const TERMINATOR = 0x7e;

function whole(file: string, each: (transaction: Transaction) => void): void {
  for (const interchange of parseFile(readFileSync(file)).interchanges)
    for (const group of interchange.groups) for (const transaction of group.transactions) each(transaction);
}

const [job = '', file = ''] = process.argv.slice(2);
const before = process.cpuUsage();
if (job === 'stream') stream(file);
else if (job === 'acknowledge') await acknowledge(file);
else if (job === 'parse') whole(file, () => transactions++);
else if (job === 'validate') whole(file, validate);
const { user, system } = process.cpuUsage(before);

if (findings > 0) throw new Error(`${findings} findings in a clean file`);
if (transactions === 0 && job !== 'idle') throw new Error('nothing was read');
const rssMb = process.resourceUsage().maxRSS / 1000;
process.stdout.write(JSON.stringify({ rssMb, seconds: (user + system) / 1e6 }));

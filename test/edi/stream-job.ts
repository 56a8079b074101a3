/**
 * Streams the X12 interchange on its standard input through FileCheck, splits it into its transactions, writes and checks
 * the answer, and prints what it did as JSON.
 */
import { existsSync, readFileSync } from 'node:fs';
import { FileCheck, findGrammar, parseFile, validateTransaction } from '../../src/edi/index.ts';
import type { CheckedPart, TransactionSummary, StreamedAnswer, Interchange } from '../../src/edi/index.ts';
import { writeAnswer } from '../support/write-answer.ts';

/**
 * The most memory that this process held, in megabytes. Linux's own high-water mark of the address space where there is one:
 * `maxRSS` also counts what the process that started this one held when it forked.
 */
function peakRssMb(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? process.resourceUsage().maxRSS / 1000 : Number(kilobytes) / 1000;
}

const check = new FileCheck();
let bytes = 0;
let transactions = 0;
let splitBytes = 0;
let findings = 0;
let answered: { interchange: Interchange; answer: StreamedAnswer<TransactionSummary> } | undefined;

function take(parts: readonly CheckedPart[]): void {
  for (const part of parts) {
    if (part.type === 'transaction') {
      const { segments } = part.transaction;
      const [start] = segments.range(0);
      const [, end] = segments.range(segments.length - 1);
      const own = segments.bytes.slice(start - segments.base, end - segments.base + 2);
      transactions += 1;
      splitBytes += own.length;
      findings += part.transaction.findings.length + part.validation.findings.length;
    } else if (part.type === 'interchange') {
      findings += part.interchange.findings.length;
      answered = part;
    } else findings += part.findings.length;
  }
}

for await (const chunk of process.stdin) {
  const piece = chunk as Uint8Array;
  bytes += piece.length;
  take(check.push(piece));
}
take(check.end());

const { interchange, answer } = answered!;
const [written] = parseFile(writeAnswer(interchange, answer)!).interchanges;
const reply = written!.groups[0]!.transactions[0]!;
const faults = validateTransaction(reply, findGrammar('x12', '997', '004010')).findings;
const { segments } = reply;
const accepted = Number(segments.value(segments.length - 2, 4));
const { user, system } = process.cpuUsage();
process.stdout.write(
  JSON.stringify({
    bytes,
    transactions,
    splitBytes,
    findings,
    verdict: answer.decision.verdict,
    acknowledged: accepted,
    acknowledgmentFindings: written!.findings.length + reply.findings.length + faults.length,
    rssMb: peakRssMb(),
    seconds: (user + system) / 1e6,
  }),
);

import { GatewayError } from '../common/errors.ts';
import type { Finding } from '../common/finding.ts';
import type { StreamedAnswer } from '../edi/acknowledgment/index.ts';
import { detectSyntax } from '../edi/detect.ts';
import type { Syntax } from '../edi/detect.ts';
import { FileCheck } from '../edi/file-check.ts';
import type { CheckedPart, FileCheckOptions } from '../edi/file-check.ts';
import type { Interchange } from '../edi/model.ts';
import type { TransactionSummary } from '../edi/transaction-ledger.ts';

/** A file held against the standard, or against what is agreed with a partner. */
export interface CheckedFile {
  /** What was found, in the order of the file: the first MAX_LISTED. */
  findings: Finding[];
  /** All that was found. */
  findingCount: number;
  /** An error is among all that was found. */
  rejected: boolean;
}

export interface CheckedInterchange {
  interchange: Interchange;
  answer: StreamedAnswer<TransactionSummary>;
}

/** What a file is held against, by the syntax that it turns out to have. */
export type FileRules = (syntax: Syntax) => FileCheckOptions;

const THE_STANDARD: FileRules = () => ({});

/** Nobody reads more, and a broken file of a gigabyte must not become findings of ten. */
const MAX_LISTED = 10_000;

/**
 * Reads and validates an EDI file of any size, piece by piece: yields each interchange when it has ended, returns what was
 * found. Throws FILE_UNREADABLE for what is no X12 and no EDIFACT.
 */
export async function* checkEdi(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  rules: FileRules = THE_STANDARD,
): AsyncGenerator<CheckedInterchange, CheckedFile, undefined> {
  const run = new CheckRun(rules);
  for await (const chunk of chunks) yield* run.push(chunk);
  yield* run.end();
  return run.result(name);
}

/** The same of a file in memory, held against the standard. */
export function checkEdiBytes(
  name: string,
  bytes: Uint8Array,
): CheckedFile & { interchanges: CheckedInterchange[] } {
  const run = new CheckRun(THE_STANDARD);
  const interchanges = [...run.push(bytes), ...run.end()];
  return { ...run.result(name), interchanges };
}

/** Enough to tell what a file is. */
const DETECTED_BYTES = 4096;

class CheckRun {
  readonly #rules: FileRules;
  readonly #result: CheckedFile = { findings: [], findingCount: 0, rejected: false };
  #check: FileCheck | undefined;
  #first: Uint8Array | undefined;
  #interchanges = 0;

  constructor(rules: FileRules) {
    this.#rules = rules;
  }

  *push(chunk: Uint8Array): Generator<CheckedInterchange> {
    this.#first ??= chunk.slice(0, DETECTED_BYTES);
    yield* this.#takeAll(this.#open(this.#first).push(chunk));
  }

  *end(): Generator<CheckedInterchange> {
    yield* this.#takeAll(this.#open(new Uint8Array()).end());
  }

  #open(first: Uint8Array): FileCheck {
    return (this.#check ??= new FileCheck(this.#rules(detectSyntax(first).syntax)));
  }

  result(name: string): CheckedFile {
    if (this.#interchanges > 0) return this.#result;
    const { syntax, reason } = detectSyntax(this.#first ?? new Uint8Array());
    const why = this.#result.findings[0]?.message ?? reason;
    throw new GatewayError(
      'FILE_UNREADABLE',
      `${name} is no X12 or EDIFACT file (${syntax}: ${reason}). ${why}`,
    );
  }

  *#takeAll(parts: readonly CheckedPart[]): Generator<CheckedInterchange> {
    for (const part of parts) {
      if (part.type === 'transaction') {
        this.#note(part.transaction.findings);
        this.#note(part.validation.findings);
      } else if (part.type === 'interchange') {
        const { interchange, answer } = part;
        for (const { group } of answer.decision.groups) this.#note(group.findings);
        this.#note(interchange.findings);
        this.#interchanges++;
        yield { interchange, answer };
      } else this.#note(part.findings);
    }
  }

  #note(findings: readonly Finding[]): void {
    const result = this.#result;
    result.findingCount += findings.length;
    result.rejected ||= findings.some(({ severity }) => severity === 'error');
    for (const finding of findings) if (result.findings.length < MAX_LISTED) result.findings.push(finding);
  }
}

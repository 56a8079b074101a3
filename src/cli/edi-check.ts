import { GatewayError } from '../common/errors.ts';
import type { Finding } from '../common/finding.ts';
import type { InterchangeAnswer } from '../edi/acknowledgment/index.ts';
import { detectSyntax } from '../edi/detect.ts';
import { FileCheck } from '../edi/file-check.ts';
import type { CheckedPart, FileCheckOptions, TransactionSummary } from '../edi/file-check.ts';
import type { Interchange } from '../edi/model.ts';

/** A file held against the standard, or against what is agreed with a partner. */
export interface CheckedFile {
  answers: { interchange: Interchange; answer: InterchangeAnswer<TransactionSummary> }[];
  /** What was found, in the order of the file: the first MAX_LISTED. */
  findings: Finding[];
  /** All that was found. */
  findingCount: number;
  /** An error is among all that was found. */
  rejected: boolean;
}

/** Nobody reads more, and a broken file of a gigabyte must not become findings of ten. */
const MAX_LISTED = 10_000;

/**
 * Reads and validates an EDI file of any size, piece by piece. Throws FILE_UNREADABLE for what is no X12 and no EDIFACT.
 */
export async function checkEdi(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  options: FileCheckOptions = {},
): Promise<CheckedFile> {
  const check = new FileCheck(options);
  const result = newResult();
  let first: Uint8Array | undefined;
  for await (const chunk of chunks) {
    first ??= chunk.slice(0, DETECTED_BYTES);
    for (const part of check.push(chunk)) take(result, part);
  }
  for (const part of check.end()) take(result, part);
  return readable(name, first, result);
}

/** The same of a file in memory. */
export function checkEdiBytes(name: string, bytes: Uint8Array, options: FileCheckOptions = {}): CheckedFile {
  const check = new FileCheck(options);
  const result = newResult();
  for (const part of [...check.push(bytes), ...check.end()]) take(result, part);
  return readable(name, bytes, result);
}

function newResult(): CheckedFile {
  return { answers: [], findings: [], findingCount: 0, rejected: false };
}

function readable(name: string, first: Uint8Array | undefined, result: CheckedFile): CheckedFile {
  if (result.answers.length > 0) return result;
  const { syntax, reason } = detectSyntax(first ?? new Uint8Array());
  const why = result.findings[0]?.message ?? reason;
  throw new GatewayError(
    'FILE_UNREADABLE',
    `${name} is no X12 or EDIFACT file (${syntax}: ${reason}). ${why}`,
  );
}

/** Enough to tell what a file is. */
const DETECTED_BYTES = 4096;

function take(result: CheckedFile, part: CheckedPart): void {
  switch (part.type) {
    case 'transaction':
      note(result, part.transaction.findings);
      note(result, part.validation.findings);
      break;
    case 'interchange': {
      const { interchange, answer } = part;
      for (const { group } of answer.decision.groups) note(result, group.findings);
      note(result, interchange.findings);
      result.answers.push({ interchange, answer });
      break;
    }
    case 'file':
      note(result, part.findings);
  }
}

function note(result: CheckedFile, findings: readonly Finding[]): void {
  result.findingCount += findings.length;
  result.rejected ||= findings.some(({ severity }) => severity === 'error');
  for (const finding of findings) if (result.findings.length < MAX_LISTED) result.findings.push(finding);
}

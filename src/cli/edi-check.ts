import type { Finding } from '../common/finding.ts';
import { acknowledgeInterchange } from '../edi/acknowledgment/index.ts';
import type { InterchangeAnswer } from '../edi/acknowledgment/index.ts';
import { detectSyntax } from '../edi/detect.ts';
import { findGrammar, validateTransaction } from '../edi/grammar/index.ts';
import type { Interchange, ParsedFile, Transaction } from '../edi/model.ts';
import { parseFile } from '../edi/parse.ts';
import { GatewayError } from '../common/errors.ts';

/** A file held against the standard alone: no partner, no leniency. */
export interface CheckedFile {
  parsed: ParsedFile;
  answers: { interchange: Interchange; answer: InterchangeAnswer }[];
  /** Everything that was found, in the order of the file. */
  findings: Finding[];
}

/** Parses and validates an EDI file. Throws FILE_UNREADABLE for what is no X12 and no EDIFACT. */
export function checkEdi(name: string, bytes: Uint8Array): CheckedFile {
  const { syntax, reason } = detectSyntax(bytes);
  const parsed = parseFile(bytes);
  if (parsed.interchanges.length === 0) {
    const why = parsed.findings[0]?.message ?? reason;
    throw new GatewayError(
      'FILE_UNREADABLE',
      `${name} is no X12 or EDIFACT file (${syntax}: ${reason}). ${why}`,
    );
  }
  const findings = [...parsed.findings];
  const answers = parsed.interchanges.map((interchange) => {
    const validations = validateAll(interchange);
    for (const group of interchange.groups) {
      findings.push(...group.findings);
      for (const transaction of group.transactions) {
        findings.push(...transaction.findings, ...(validations.get(transaction) ?? []));
      }
    }
    findings.push(...interchange.findings);
    const answer = acknowledgeInterchange(interchange, validations, {
      functional: 'always',
      acceptedSets: true,
      acceptWithErrors: false,
      interchange: 'onRequest',
    });
    return { interchange, answer };
  });
  return { parsed, answers, findings };
}

function validateAll(interchange: Interchange): Map<Transaction, readonly Finding[]> {
  const transactions = interchange.groups.flatMap((group) => group.transactions);
  return new Map(
    transactions.map((transaction) => {
      const { standard, type, release, implementation } = transaction;
      const syntaxVersion = standard === 'edifact' && interchange.version.endsWith('4') ? '4' : '3';
      const grammar = findGrammar(standard, type, release, {
        ...(implementation !== '' && { implementation }),
        syntaxVersion,
      });
      return [transaction, validateTransaction(transaction, grammar).findings];
    }),
  );
}

import { XMLParser } from 'fast-xml-parser';
import type { Finding } from '../../src/common/finding.ts';
import { findGrammar, validateTransaction } from '../../src/edi/grammar/index.ts';
import { parseFile } from '../../src/edi/parse.ts';

/** The words of the corpus manifest's column `check`, without the mark of a neighbouring release. */
export type Verdict = 'ok' | 'element' | 'structure' | 'envelope' | 'fragment' | 'ok-envelope';

export interface FileVerdict {
  verdict: Verdict;
  /** What is wrong, the worst first. */
  findings: Finding[];
}

/** The manifest's checker reads over these two and notes them elsewhere; so do we, to compare the rest. */
const AS_THE_CHECKER = { byteOrderMark: true, blanksBetweenSegments: true };

/** Judges an X12 or EDIFACT file in the manifest's words. */
export function judgeEdi(bytes: Uint8Array): FileVerdict {
  const file = parseFile(bytes, { leniency: AS_THE_CHECKER });
  const envelope: Finding[] = [...file.findings];
  const content: Finding[] = [];
  let checked = 0;
  for (const interchange of file.interchanges) {
    envelope.push(...interchange.findings);
    for (const group of interchange.groups) {
      envelope.push(...group.findings);
      for (const transaction of group.transactions) {
        envelope.push(...transaction.findings);
        const { standard, type, release, implementation } = transaction;
        const grammar = findGrammar(standard, type, release, {
          implementation,
          syntaxVersion: interchange.version.endsWith(':4') ? '4' : '3',
        });
        if (grammar) checked += 1;
        const { findings } = validateTransaction(transaction, grammar);
        content.push(...findings.filter(({ code }) => code !== 'TRANSACTION_NOT_SUPPORTED'));
      }
    }
  }
  const faults = [...envelope, ...content].filter(isError);
  const verdict = (): Verdict => {
    if (file.interchanges.length === 0) return 'fragment';
    if (envelope.some(isError)) return 'envelope';
    const levels = content.filter(isError).map((finding) => finding.acknowledgment?.level);
    if (levels.includes('segment')) return 'structure';
    if (levels.length > 0) return 'element';
    return checked > 0 ? 'ok' : 'ok-envelope';
  };
  return { verdict: verdict(), findings: faults };
}

/** XML documents: readable or not. */
export function judgeXml(bytes: Uint8Array): FileVerdict {
  try {
    const document: unknown = new XMLParser().parse(new TextDecoder().decode(bytes));
    const roots = Object.keys(document as object).filter((name) => !name.startsWith('?'));
    return { verdict: roots.length === 1 ? 'ok' : 'structure', findings: [] };
  } catch {
    return { verdict: 'structure', findings: [] };
  }
}

function isError(finding: Finding): boolean {
  return finding.severity === 'error';
}

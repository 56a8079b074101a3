import type { Interchange, Transaction } from '../../src/edi/model.ts';
import { parseFile } from '../../src/edi/parse.ts';
import { findGrammar, validateTransaction } from '../../src/edi/grammar/index.ts';
import type {
  GrammarOptions,
  TransactionValidation,
  ValidationLeniency,
} from '../../src/edi/grammar/index.ts';

/** The only interchange of a text. */
export function readInterchange(text: string): Interchange {
  const [interchange] = parseFile(new TextEncoder().encode(text)).interchanges;
  if (!interchange) throw new Error('the test text holds no interchange');
  return interchange;
}

const ISA = 'ISA*00*          *00*          *ZZ*SUPPLIER       *ZZ*BUYER          *260131*0815*';

/** A transaction set by its segments between ST and SE, one a line, as the only one of an interchange. */
export function x12(type: string, body: string, release = '004010'): Transaction {
  const lines = body.trim().split(/\n\s*/);
  const version = release.startsWith('005') ? '^*00501' : 'U*00401';
  const segments = [
    `${ISA}${version}*000000001*0*P*>`,
    `GS*XX*SUPPLIER*BUYER*20260131*0815*1*X*${release}`,
    `ST*${type}*0001`,
    ...lines,
    `SE*${lines.length + 2}*0001`,
    'GE*1*1',
    'IEA*1*000000001',
  ];
  return onlyTransaction(`${segments.join('~\n')}~\n`);
}

/** An EDIFACT message by its segments between UNH and UNT, one a line. */
export function edifact(identifier: string, body: string, syntax = 'UNOC:3'): Transaction {
  const lines = body.trim().split(/\n\s*/);
  const segments = [
    `UNB+${syntax}+4012345000009:14+4098765000005:14+260131:0815+1`,
    `UNH+1+${identifier}`,
    ...lines,
    `UNT+${lines.length + 2}+1`,
    'UNZ+1+1',
  ];
  return onlyTransaction(`${segments.join("'\n")}'\n`);
}

function onlyTransaction(text: string): Transaction {
  const transaction = readInterchange(text).groups[0]?.transactions[0];
  if (!transaction) throw new Error('the test text holds no transaction');
  return transaction;
}

/** Validates with the grammar that the transaction names. */
export function validate(
  transaction: Transaction,
  options: GrammarOptions & { leniency?: ValidationLeniency } = {},
): TransactionValidation {
  const { standard, type, release, implementation } = transaction;
  const grammar = findGrammar(standard, type, release, { implementation, ...options });
  return validateTransaction(transaction, grammar, options.leniency);
}

/** `SEGMENT_MISSING BEG 3` a finding: code, what it is about, acknowledgment code. */
export function summarize({ findings }: TransactionValidation): string[] {
  return findings.map(({ code, place, acknowledgment, severity }) => {
    const { segment = 0, segmentId = '', element, component } = place;
    const position =
      element === undefined ? '' : `${String(element).padStart(2, '0')}${component ? `.${component}` : ''}`;
    return `${severity} ${code} ${segmentId}${position}@${segment} ${acknowledgment?.code ?? '-'}`;
  });
}

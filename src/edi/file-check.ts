import type { Finding } from '../common/finding.ts';
import {
  DEFAULT_ACKNOWLEDGMENT_POLICY,
  answerInterchange,
  checkedTransaction,
} from './acknowledgment/index.ts';
import type { AcknowledgmentPolicy, CheckedTransaction, InterchangeAnswer } from './acknowledgment/index.ts';
import { createEdiReader } from './edi-reader.ts';
import type { EdiEvent, EdiReader } from './edi-reader.ts';
import { findGrammar, validateTransaction } from './grammar/index.ts';
import type { GrammarExtensions, TransactionValidation } from './grammar/index.ts';
import type { Leniency } from './leniency.ts';
import type { FunctionalGroup, Interchange, Transaction } from './model.ts';
import type { ReadOptions } from './reader.ts';

export interface FileCheckOptions extends Omit<ReadOptions, 'leniency'> {
  leniency?: Leniency;
  /** Dictionaries and restrictions beyond the shipped ones. */
  extensions?: GrammarExtensions;
  /** How the interchanges are answered. */
  policy?: AcknowledgmentPolicy;
}

/** What is known of a transaction when its interchange ends: its text is gone by then, of its findings the errors are left. */
export interface TransactionSummary extends CheckedTransaction {
  release: string;
}

/** One thing that a file held, in its order. */
export type CheckedPart =
  | {
      type: 'transaction';
      interchange: Interchange;
      group: FunctionalGroup;
      transaction: Transaction;
      validation: TransactionValidation;
    }
  | { type: 'interchange'; interchange: Interchange; answer: InterchangeAnswer<TransactionSummary> }
  /** Last: what was found outside interchanges. */
  | { type: 'file'; findings: readonly Finding[] };

/** Errors that are kept for the answers of one file; beyond them one for each transaction, so that a broken file of any size fits. */
const KEPT_ERRORS = 20_000;
const NO_FINDINGS: readonly Finding[] = [];

/** A part of a long string keeps all of it in memory; this is a string of its own. */
function copyOf(text: string): string {
  return text.length < LONGEST_COPIED ? text : Array.from(text).join('');
}

/** Shorter parts are copied by the engine itself. */
const LONGEST_COPIED = 13;

function structuredCopy(findings: readonly Finding[]): readonly Finding[] {
  return JSON.parse(JSON.stringify(findings)) as Finding[];
}

/**
 * Reads, validates and answers a file of any size, transaction by transaction. What stays until the end of an interchange
 * is what its answer needs: the name, the verdict and the errors of each transaction.
 */
export class FileCheck {
  readonly #options: FileCheckOptions;
  readonly #reader: EdiReader;
  readonly #entries = new Map<FunctionalGroup, TransactionSummary[]>();
  #kept = 0;

  constructor(options: FileCheckOptions = {}) {
    this.#options = options;
    this.#reader = createEdiReader(options);
  }

  /** The next piece of the file, of any length. */
  push(chunk: Uint8Array): CheckedPart[] {
    return this.#takeAll(this.#reader.push(chunk));
  }

  end(): CheckedPart[] {
    return this.#takeAll(this.#reader.end());
  }

  #takeAll(events: readonly EdiEvent[]): CheckedPart[] {
    return events.flatMap((event) => this.#take(event));
  }

  #take(event: EdiEvent): CheckedPart[] {
    switch (event.type) {
      case 'groupStarted':
        this.#entries.set(event.group, []);
        return [];
      case 'transaction':
        return [this.#validate(event.interchange, event.group, event.transaction)];
      case 'interchangeEnded':
        return [this.#answer(event.interchange)];
      case 'fileEnded':
        return [{ type: 'file', findings: event.findings }];
      default:
        return [];
    }
  }

  #validate(interchange: Interchange, group: FunctionalGroup, transaction: Transaction): CheckedPart {
    const { leniency, extensions } = this.#options;
    const { standard, type, release, implementation } = transaction;
    const grammar = findGrammar(standard, type, release, {
      implementation,
      syntaxVersion: standard === 'edifact' && interchange.version.endsWith('4') ? '4' : '3',
      ...(extensions && { extensions }),
    });
    const validation = validateTransaction(transaction, grammar, leniency);
    const entries = this.#entries.get(group);
    entries?.push(this.#summarize(transaction, validation.findings, entries.at(-1)));
    return { type: 'transaction', interchange, group, transaction, validation };
  }

  /** A million summaries are kept: what is equal from one to the next is kept once, and nothing of the file's text. */
  #summarize(
    transaction: Transaction,
    content: readonly Finding[],
    last: TransactionSummary | undefined,
  ): TransactionSummary {
    const checked = checkedTransaction(transaction, content);
    const { identifier } = checked;
    const same = (text: string, before: string | undefined): string =>
      text === before ? before : copyOf(text);
    const sameIdentifier = last?.identifier.join('\n') === identifier.join('\n');
    return {
      standard: checked.standard,
      type: same(checked.type, last?.type),
      release: same(transaction.release, last?.release),
      controlNumber: copyOf(checked.controlNumber),
      implementation: same(checked.implementation, last?.implementation),
      identifier: sameIdentifier ? last.identifier : identifier.map(copyOf),
      interchange: checked.interchange,
      group: checked.group,
      transaction: checked.transaction,
      findings: this.#keep(checked.findings),
    };
  }

  #keep(findings: readonly Finding[]): readonly Finding[] {
    const errors = findings.filter(({ severity }) => severity === 'error');
    if (errors.length === 0) return NO_FINDINGS;
    if (this.#kept + errors.length <= KEPT_ERRORS) {
      this.#kept += errors.length;
      return structuredCopy(errors);
    }
    // The gravest decides on the verdict: accepted with errors needs faults in elements only.
    const gravest = errors.find(({ acknowledgment }) => acknowledgment?.level !== 'element') ?? errors[0]!;
    return structuredCopy([gravest]);
  }

  #answer(interchange: Interchange): CheckedPart {
    const groups = [...this.#entries.keys()];
    const policy = this.#options.policy ?? DEFAULT_ACKNOWLEDGMENT_POLICY;
    const checked = new Map(
      [...this.#entries].map(([group, entries]) => [
        group,
        entries.map((transaction) => ({ transaction, checked: transaction })),
      ]),
    );
    const answer = answerInterchange({ ...interchange, groups }, checked, policy);
    this.#entries.clear();
    return { type: 'interchange', interchange, answer };
  }
}

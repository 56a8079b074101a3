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
import type { FunctionalGroup, Interchange, Standard, Transaction } from './model.ts';
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

/** What is equal for one transaction after the other. */
type Kind = Pick<
  TransactionSummary,
  'standard' | 'type' | 'release' | 'implementation' | 'identifier' | 'interchange' | 'group'
>;

/** Hundreds of thousands of these are kept for one answer: what they share they share, and nothing of the file's text. */
class CompactSummary implements TransactionSummary {
  readonly kind: Kind;
  readonly controlNumber: string;
  readonly transaction: number;
  readonly findings: readonly Finding[];

  constructor(kind: Kind, controlNumber: string, transaction: number, findings: readonly Finding[]) {
    this.kind = kind;
    this.controlNumber = controlNumber;
    this.transaction = transaction;
    this.findings = findings;
  }

  get standard(): Standard {
    return this.kind.standard;
  }

  get type(): string {
    return this.kind.type;
  }

  get release(): string {
    return this.kind.release;
  }

  get implementation(): string {
    return this.kind.implementation;
  }

  get identifier(): readonly string[] {
    return this.kind.identifier;
  }

  get interchange(): number {
    return this.kind.interchange;
  }

  get group(): number {
    return this.kind.group;
  }
}

/** Errors that are kept for the answers of one file; beyond them one for each transaction, so that a broken file of any size fits. */
const KEPT_ERRORS = 20_000;
const NO_KIND: Kind = {
  standard: 'x12',
  type: '',
  release: '',
  implementation: '',
  identifier: [],
  interchange: 0,
  group: 0,
};

function isSameKind(a: Kind, b: Kind): boolean {
  return (
    a.interchange === b.interchange &&
    a.group === b.group &&
    a.type === b.type &&
    a.release === b.release &&
    a.implementation === b.implementation &&
    a.identifier.length === b.identifier.length &&
    a.identifier.every((component, i) => component === b.identifier[i])
  );
}

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
  readonly #summaries = new Map<FunctionalGroup, CompactSummary[]>();
  #kept = 0;
  #kind: Kind = NO_KIND;

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
        this.#summaries.set(event.group, []);
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
    this.#summaries.get(group)?.push(this.#summarize(transaction, validation.findings));
    return { type: 'transaction', interchange, group, transaction, validation };
  }

  #summarize(transaction: Transaction, content: readonly Finding[]): CompactSummary {
    const checked = checkedTransaction(transaction, content);
    const kind: Kind = { ...checked, release: transaction.release };
    if (!isSameKind(kind, this.#kind)) {
      const { standard, interchange, group } = kind;
      this.#kind = {
        standard,
        interchange,
        group,
        type: copyOf(kind.type),
        release: copyOf(kind.release),
        implementation: copyOf(kind.implementation),
        identifier: kind.identifier.map(copyOf),
      };
    }
    const controlNumber = copyOf(checked.controlNumber);
    return new CompactSummary(this.#kind, controlNumber, checked.transaction, this.#keep(checked.findings));
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
    const groups = [...this.#summaries.keys()];
    const checked = groups.map((group) => {
      const summaries = this.#summaries.get(group) ?? [];
      return [group, summaries.map((summary) => ({ transaction: summary, checked: summary }))] as const;
    });
    const policy = this.#options.policy ?? DEFAULT_ACKNOWLEDGMENT_POLICY;
    const answer = answerInterchange<TransactionSummary>(
      { ...interchange, groups },
      new Map(checked),
      policy,
    );
    this.#summaries.clear();
    return { type: 'interchange', interchange, answer };
  }
}

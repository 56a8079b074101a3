import type { Finding } from '../common/finding.ts';
import {
  DEFAULT_ACKNOWLEDGMENT_POLICY,
  answerInterchange,
  checkedTransaction,
} from './acknowledgment/index.ts';
import type { AcknowledgmentPolicy, StreamedAnswer } from './acknowledgment/index.ts';
import { EventReader } from './edi-reader.ts';
import type { EdiEvent } from './edi-reader.ts';
import { findGrammar, validateTransaction } from './grammar/index.ts';
import type { GrammarExtensions, TransactionValidation } from './grammar/index.ts';
import type { Leniency } from './leniency.ts';
import type { FunctionalGroup, Interchange, Transaction } from './model.ts';
import type { ReadOptions } from './read-options.ts';
import { KeptErrors, TransactionLedger } from './transaction-ledger.ts';
import type { TransactionSummary } from './transaction-ledger.ts';

export interface FileCheckOptions extends Omit<ReadOptions, 'leniency'> {
  leniency?: Leniency;
  /** Dictionaries and restrictions beyond the shipped ones. */
  extensions?: GrammarExtensions;
  /** How the interchanges are answered. */
  policy?: AcknowledgmentPolicy;
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
  | { type: 'interchange'; interchange: Interchange; answer: StreamedAnswer<TransactionSummary> }
  /** Last: what was found outside interchanges. */
  | { type: 'file'; findings: readonly Finding[] };

/**
 * Reads, validates and answers a file of any size, transaction by transaction. What stays until the end of an interchange
 * is what its answer needs: a few bytes for each transaction, and what is wrong with it.
 */
export class FileCheck {
  readonly #options: FileCheckOptions;
  readonly #reader: EventReader;
  readonly #ledgers = new Map<FunctionalGroup, TransactionLedger>();
  readonly #errors = new KeptErrors();

  constructor(options: FileCheckOptions = {}) {
    this.#options = options;
    this.#reader = new EventReader(options, true);
  }

  /** The next piece of the file, of any length. The segments of its transactions can be read until the next one is given. */
  push(chunk: Uint8Array): CheckedPart[] {
    this.#reader.release();
    return this.#takeAll(this.#reader.push(chunk));
  }

  end(): CheckedPart[] {
    this.#reader.release();
    return this.#takeAll(this.#reader.end());
  }

  #takeAll(events: readonly EdiEvent[]): CheckedPart[] {
    return events.flatMap((event) => this.#take(event));
  }

  #take(event: EdiEvent): CheckedPart[] {
    switch (event.type) {
      case 'groupStarted':
        this.#ledgers.set(event.group, new TransactionLedger(this.#errors));
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
    this.#ledgers.get(group)?.add(checkedTransaction(transaction, validation.findings), transaction.release);
    return { type: 'transaction', interchange, group, transaction, validation };
  }

  #answer(interchange: Interchange): CheckedPart {
    const groups = [...this.#ledgers.keys()];
    const policy = this.#options.policy ?? DEFAULT_ACKNOWLEDGMENT_POLICY;
    const answer = answerInterchange({ ...interchange, groups }, new Map(this.#ledgers), policy);
    this.#ledgers.clear();
    return { type: 'interchange', interchange, answer };
  }
}

import type { Finding, Place } from '../common/finding.ts';
import type { CheckedTransaction } from './acknowledgment/index.ts';

/** What is known of a transaction when its interchange ends: its text is gone by then, of its findings the errors are left. */
export interface TransactionSummary extends CheckedTransaction {
  release: string;
}

/** What transactions have in common with the ones before them. */
type Kind = Omit<TransactionSummary, 'controlNumber' | 'transaction' | 'findings'>;

const NO_FINDINGS: readonly Finding[] = [];
const INITIAL_CHARACTERS = 32;
const INITIAL_ENTRIES = 8;

/**
 * The transactions of one group, for the answer that is given when its interchange ends: a gigabyte holds hundreds of
 * thousands, so an entry is its control number in a common array, errors apart. Summaries are made while one goes through it.
 */
export class TransactionLedger implements Iterable<{
  transaction: TransactionSummary;
  checked: TransactionSummary;
}> {
  readonly #errors: KeptErrors;
  #count = 0;
  /** Each kind with the entry that it begins at. */
  readonly #kinds: { from: number; kind: Kind }[] = [];
  /** Control numbers behind one another, as UTF-16, and where each ends. */
  #characters = new Uint16Array(INITIAL_CHARACTERS);
  #ends = new Uint32Array(INITIAL_ENTRIES);
  readonly #findings = new Map<number, readonly Finding[]>();

  constructor(errors: KeptErrors) {
    this.#errors = errors;
  }

  add(checked: CheckedTransaction, release: string): void {
    const last = this.#kinds.at(-1)?.kind;
    if (last === undefined || !isOfKind(last, checked, release))
      this.#kinds.push({ from: this.#count, kind: kindOf(checked, release) });
    this.#addNumber(checked.controlNumber);
    const errors = checked.findings.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) this.#findings.set(this.#count, this.#errors.keep(errors));
    this.#count++;
  }

  #addNumber(text: string): void {
    const start = this.#startOf(this.#count);
    const end = start + text.length;
    if (end > this.#characters.length) {
      const grown = new Uint16Array(Math.max(this.#characters.length * 2, end));
      grown.set(this.#characters);
      this.#characters = grown;
    }
    for (let i = 0; i < text.length; i++) this.#characters[start + i] = text.charCodeAt(i);
    if (this.#count === this.#ends.length) {
      const grown = new Uint32Array(this.#ends.length * 2);
      grown.set(this.#ends);
      this.#ends = grown;
    }
    this.#ends[this.#count] = end;
  }

  #startOf(entry: number): number {
    return entry === 0 ? 0 : this.#ends[entry - 1]!;
  }

  #numberOf(entry: number): string {
    let text = '';
    for (let i = this.#startOf(entry); i < this.#ends[entry]!; i++)
      text += String.fromCharCode(this.#characters[i]!);
    return text;
  }

  *[Symbol.iterator](): Generator<{ transaction: TransactionSummary; checked: TransactionSummary }> {
    for (const [i, { from, kind }] of this.#kinds.entries()) {
      const end = this.#kinds[i + 1]?.from ?? this.#count;
      for (let entry = from; entry < end; entry++) {
        const controlNumber = this.#numberOf(entry);
        const findings = this.#findings.get(entry) ?? NO_FINDINGS;
        const summary = { ...kind, controlNumber, transaction: entry + 1, findings };
        yield { transaction: summary, checked: summary };
      }
    }
  }
}

function kindOf(checked: CheckedTransaction, release: string): Kind {
  const { standard, type, implementation, identifier, interchange, group } = checked;
  // Parts of the file's text would keep all of it in memory.
  return JSON.parse(
    JSON.stringify({ standard, type, release, implementation, identifier, interchange, group }),
  ) as Kind;
}

function isOfKind(kind: Kind, checked: CheckedTransaction, release: string): boolean {
  return (
    kind.type === checked.type &&
    kind.release === release &&
    kind.implementation === checked.implementation &&
    kind.identifier.length === checked.identifier.length &&
    kind.identifier.every((component, i) => component === checked.identifier[i])
  );
}

/** Errors that are kept in full for the answers of one file; a broken file of any size must fit. */
const MOST_ERRORS = 20_000;

/** Keeps errors beyond the text of the file that they were found in. */
export class KeptErrors {
  #kept = 0;
  /** What is kept of errors beyond the most, by what it says: the same fault in every transaction is there once. */
  readonly #alike = new Map<string, readonly Finding[]>();

  /** The errors of a transaction, at least one; in a file with too many the one that decides on the verdict. */
  keep(errors: readonly Finding[]): readonly Finding[] {
    if (this.#kept + errors.length <= MOST_ERRORS) {
      this.#kept += errors.length;
      return JSON.parse(JSON.stringify(errors)) as Finding[];
    }
    // Accepted with errors needs faults in elements only.
    const gravest = errors.find(({ acknowledgment }) => acknowledgment?.level !== 'element') ?? errors[0]!;
    const { code, severity, acknowledgment, place } = gravest;
    const key = JSON.stringify([code, acknowledgment, placeOfAnswer(place)]);
    const known = this.#alike.get(key);
    if (known !== undefined) return known;
    const kept = {
      code,
      severity,
      message: 'One of too many errors in this file to keep them all.',
      place: placeOfAnswer(place),
      ...(acknowledgment && { acknowledgment }),
    };
    const alone = [JSON.parse(JSON.stringify(kept)) as Finding];
    this.#alike.set(key, alone);
    return alone;
  }
}

/** As much of a place as an answer tells. */
function placeOfAnswer({ segment, segmentId, element, elementId, component, repetition }: Place): Place {
  return JSON.parse(
    JSON.stringify({ segment, segmentId, element, elementId, component, repetition }),
  ) as Place;
}

import type { DatabaseSync, StatementSync } from 'node:sqlite';

const MAX_STATEMENTS = 500;

/** Prepared statements by their text; the oldest is dropped beyond the limit. */
export class Statements {
  readonly #db: DatabaseSync;
  readonly #byText = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  get(text: string): StatementSync {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    if (this.#byText.size >= MAX_STATEMENTS) {
      const [oldest] = this.#byText.keys();
      if (oldest !== undefined) this.#byText.delete(oldest);
    }
    const statement = this.#db.prepare(text);
    this.#byText.set(text, statement);
    return statement;
  }

  /** Texts of the statements in use. */
  texts(): string[] {
    return [...this.#byText.keys()];
  }
}

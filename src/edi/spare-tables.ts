import type { Page } from './token-table.ts';

type Tables = Pick<Page, 'tokens' | 'segments'>;

/** Larger tables are not kept for the next file. */
const LARGEST_KEPT = 64 * 1024;
/** The tables of the file before: reading one small file after the other makes none. */
let kept: Tables | undefined;

/**
 * Offset tables that nobody reads any more, for the pages that come: for those who are done with a transaction before they go
 * on. Tables lie outside the heap, two bytes for each byte of a file, and what is left to the engine makes it collect everything
 * every few dozen megabytes.
 */
export class SpareTables {
  readonly #spare: Tables[] = [];
  /** Pages into which nothing more comes, whose transactions may still be looked at. */
  readonly #done: Page[] = [];

  constructor() {
    if (kept !== undefined) this.#spare.push(kept);
    kept = undefined;
  }

  take(): Tables | undefined {
    return this.#spare.pop();
  }

  /** Nothing more comes into the page; its transactions are still looked at. */
  retire(page: Page): void {
    this.#done.push(page);
  }

  /** Nobody looks at any transaction of a retired page any more. */
  release(): void {
    let page: Page | undefined;
    while ((page = this.#done.pop()) !== undefined)
      this.#spare.push({ tokens: page.tokens, segments: page.segments });
  }

  /** The file is read, and nobody looks at any of it any more. */
  close(): void {
    this.release();
    const tables = this.#spare.pop();
    if (tables && tables.tokens.length <= LARGEST_KEPT && tables.segments.length <= LARGEST_KEPT)
      kept = tables;
    this.#spare.length = 0;
  }
}

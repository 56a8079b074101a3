/** What was opened, closed in the reverse order; what fails is told and does not keep the rest open. */
export class Closers {
  readonly #closers: (() => Promise<unknown>)[] = [];

  add(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }

  async run(tell: (error: unknown) => void): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close().catch(tell);
  }
}

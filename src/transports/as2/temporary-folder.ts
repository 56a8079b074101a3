import { rm } from 'node:fs/promises';

/** A folder for one message. Most need none: only one whose path was asked for is looked for when it is to be removed. */
export class TemporaryFolder {
  readonly #path: string;
  #used = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** Where it is to be; whoever writes into it makes it. */
  get path(): string {
    this.#used = true;
    return this.#path;
  }

  async remove(): Promise<void> {
    if (this.#used) await rm(this.#path, { recursive: true, force: true }).catch(() => undefined);
  }
}

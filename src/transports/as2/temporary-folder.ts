import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';

/** A folder for one message. Most need none: only one whose path was asked for is looked for when it is to be removed. */
export class TemporaryFolder {
  readonly #parent: string;
  #path: string | undefined;

  constructor(parent: string) {
    this.#parent = parent;
  }

  /** Where it is to be; whoever writes into it makes it. */
  get path(): string {
    this.#path ??= path.join(this.#parent, randomUUID());
    return this.#path;
  }

  async remove(): Promise<void> {
    if (this.#path !== undefined)
      await rm(this.#path, { recursive: true, force: true }).catch(() => undefined);
  }
}

import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PartnerEnd, PartnerFile } from '../environment.ts';

/** A partner that looks into its outbox folder and drops its files into its inbox folder. */
export class FolderEnd implements PartnerEnd {
  readonly #inbox: string;
  readonly #outbox: string;

  constructor(home: string, partnerId: string) {
    this.#inbox = path.join(home, 'inbox', partnerId);
    this.#outbox = path.join(home, 'outbox', partnerId);
  }

  async find(text: string): Promise<PartnerFile | undefined> {
    const names = await readdir(this.#outbox).catch((): string[] => []);
    const name = names
      .filter((each) => each.includes(text) && !each.endsWith('.tmp'))
      .sort()
      .at(-1);
    return name === undefined ? undefined : { name, bytes: await readFile(path.join(this.#outbox, name)) };
  }

  /** As partners should: under a temporary name first, renamed when it is complete. */
  async send(name: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#inbox, { recursive: true });
    const temporary = path.join(this.#inbox, `.${name}.tmp`);
    await writeFile(temporary, bytes);
    await rename(temporary, path.join(this.#inbox, name));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

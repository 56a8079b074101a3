import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { HeaderLine } from '../../pipeline/channels/as2-message-record.ts';
import { renameDurably, writeDurably } from '../durable-file.ts';
import { toSafeName } from '../file-name.ts';
import type { Mic } from './message-security.ts';

export interface KeptFile {
  name: string;
  bytes: Uint8Array;
}

/** A message of the station whose receipt is not there yet, as it goes over the line. */
export interface UnsentMessage {
  name: string;
  messageId: string;
  headers: readonly HeaderLine[];
  /** base64. */
  body: string;
  mics: readonly Mic[];
}

/**
 * What a partner's station keeps: `received/` the gateway's files, `sent/` the names of its own that are acknowledged,
 * `unsent/` the others, with every byte.
 */
export class PartnerStationFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async findReceived(text: string): Promise<KeptFile | undefined> {
    const names = (await this.#list('received')).filter((name) => name.includes(text));
    const name = names.at(-1);
    return name === undefined ? undefined : { name, bytes: await readFile(this.#path('received', name)) };
  }

  /** Once for each message: what comes again finds its name, and the file is whole after a crash in between. */
  async keepReceived(messageId: string, fileName: string, bytes: Uint8Array): Promise<void> {
    const mark = createHash('sha256').update(messageId).digest('hex');
    const known = await readFile(this.#path('marks', mark), 'utf8').catch(() => undefined);
    const name = known ?? (await this.#freeName(toSafeName(fileName)));
    if (known === undefined) await this.#write('marks', mark, Buffer.from(name));
    await this.#write('received', name, bytes);
  }

  async keepUnsent(message: UnsentMessage): Promise<void> {
    await this.#write('unsent', message.name, Buffer.from(JSON.stringify(message)));
  }

  async listUnsent(): Promise<UnsentMessage[]> {
    const names = await this.#list('unsent');
    const texts = names.map((name) => readFile(this.#path('unsent', name), 'utf8'));
    return (await Promise.all(texts)).map((text) => JSON.parse(text) as UnsentMessage);
  }

  async markSent({ name, messageId }: UnsentMessage): Promise<void> {
    await this.#write('sent', name, Buffer.from(`${messageId}\n`));
    await rm(this.#path('unsent', name), { force: true });
  }

  async #freeName(name: string): Promise<string> {
    const taken = await this.#list('received');
    for (let count = 1; ; count += 1) {
      const candidate = count === 1 ? name : `${name}.${count}`;
      if (!taken.includes(candidate)) return candidate;
    }
  }

  async #list(kind: string): Promise<string[]> {
    const names = await readdir(this.#path(kind)).catch((): string[] => []);
    return names.filter((name) => !name.startsWith('.')).sort();
  }

  async #write(kind: string, name: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#path(kind), { recursive: true, mode: 0o700 });
    const temporary = this.#path(kind, `.${randomUUID()}`);
    await writeDurably(temporary, bytes);
    await renameDurably(temporary, this.#path(kind, name));
  }

  #path(kind: string, name = ''): string {
    return path.join(this.#folder, kind, name);
  }
}

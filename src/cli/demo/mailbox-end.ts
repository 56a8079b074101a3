import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import ssh2 from 'ssh2';
import type { Client, FileEntryWithStats, SFTPWrapper } from 'ssh2';
import { GatewayError } from '../../common/errors.ts';
import type { PartnerEnd, PartnerFile } from '../environment.ts';

export interface MailboxLogin {
  port: number;
  user: string;
  password: string;
  /** Folder of the gateway's host keys: the only ones that are right. */
  hostKeys: string;
}

/** A partner that comes to its mailbox on our SFTP server by a client of its own. */
export class MailboxEnd implements PartnerEnd {
  readonly #client: Client;
  readonly #sftp: SFTPWrapper;

  private constructor(client: Client, sftp: SFTPWrapper) {
    this.#client = client;
    this.#sftp = sftp;
  }

  /** Logs in. Throws TRANSPORT_UNAVAILABLE. */
  static async open({ port, user, password, hostKeys }: MailboxLogin): Promise<MailboxEnd> {
    const known = await readPublicKeys(hostKeys);
    const client = new ssh2.Client();
    const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
      client.on('error', (cause) => {
        const text = `The demo cannot log in to the SFTP server on port ${port} as ${user}: ${cause.message}`;
        reject(new GatewayError('TRANSPORT_UNAVAILABLE', text, { cause }));
      });
      client.once('ready', () => {
        client.setNoDelay(true);
        client.sftp((error, opened) => (error === undefined ? resolve(opened) : reject(error)));
      });
      client.connect({
        host: '127.0.0.1',
        port,
        username: user,
        password,
        hostVerifier: (key: Buffer) => known.some((each) => each.equals(key)),
      });
    });
    return new MailboxEnd(client, sftp);
  }

  async find(text: string): Promise<PartnerFile | undefined> {
    const entries = await this.#ask<FileEntryWithStats[]>((done) => this.#sftp.readdir('/out', done));
    const name = entries
      .map(({ filename }) => filename)
      .filter((each) => each.includes(text))
      .sort()
      .at(-1);
    if (name === undefined) return undefined;
    return { name, bytes: await this.#ask<Buffer>((done) => this.#sftp.readFile(`/out/${name}`, done)) };
  }

  /** The server publishes the file when it is closed. */
  async send(name: string, bytes: Uint8Array): Promise<void> {
    await this.#ask((done) => this.#sftp.writeFile(`/in/${name}`, Buffer.from(bytes), done));
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#client.once('close', () => resolve());
      this.#client.end();
    });
  }

  /** One request; rejects also when the connection breaks off before the answer. */
  #ask<T>(request: (done: (error: Error | null | undefined, value?: T) => void) => unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      const broken = () =>
        reject(new GatewayError('TRANSPORT_UNAVAILABLE', 'The connection to the SFTP server broke off.'));
      this.#client.once('close', broken);
      request((error, value) => {
        this.#client.off('close', broken);
        if (error === null || error === undefined) resolve(value as T);
        else reject(error);
      });
    });
  }
}

async function readPublicKeys(folder: string): Promise<Buffer[]> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.') && !name.endsWith('.pub'));
  const keys = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
  return keys.flatMap((text) => {
    const key = ssh2.utils.parseKey(text);
    return key instanceof Error ? [] : [key.getPublicSSH()];
  });
}

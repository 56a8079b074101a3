import ssh2 from 'ssh2';
import type { Client, ConnectConfig, FileEntryWithStats, OpenMode, SFTPWrapper, Stats } from 'ssh2';

type Done<T> = (error: Error | null | undefined, value?: T) => void;

/** A partner's program, request by request; rejections carry the status of SFTP as `code`. */
export class SftpClient {
  readonly client: Client;
  readonly sftp: SFTPWrapper;

  static async connect(config: ConnectConfig): Promise<SftpClient> {
    const client = new ssh2.Client();
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve);
      client.on('error', reject);
      client.once('close', () => reject(new Error('closed')));
      client.connect({ host: '127.0.0.1', ...config });
    });
    client.setNoDelay(true);
    const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
      client.once('close', () => reject(new Error('closed')));
      client.sftp((error, opened) => (error === undefined ? resolve(opened) : reject(error)));
    });
    return new SftpClient(client, sftp);
  }

  private constructor(client: Client, sftp: SFTPWrapper) {
    this.client = client;
    this.sftp = sftp;
  }

  open(path: string, flags: OpenMode): Promise<Buffer> {
    return wait((done) => this.sftp.open(path, flags, done));
  }

  write(handle: Buffer, bytes: Buffer, position = 0): Promise<unknown> {
    return wait((done) => this.sftp.write(handle, bytes, 0, bytes.length, position, done));
  }

  close(handle: Buffer): Promise<unknown> {
    return wait((done) => this.sftp.close(handle, done));
  }

  async put(path: string, bytes: Buffer): Promise<void> {
    const handle = await this.open(path, 'w');
    if (bytes.length > 0) await this.write(handle, bytes);
    await this.close(handle);
  }

  get(path: string): Promise<Buffer> {
    return wait<Buffer>((done) => {
      this.sftp.readFile(path, (error, bytes) => done(error, bytes));
    });
  }

  async list(path: string): Promise<string[]> {
    const entries = await wait<FileEntryWithStats[]>((done) => this.sftp.readdir(path, done));
    return entries.map(({ filename }) => filename).sort();
  }

  stat(path: string): Promise<Stats> {
    return wait((done) => this.sftp.stat(path, done));
  }

  rename(from: string, to: string): Promise<unknown> {
    return wait((done) => this.sftp.rename(from, to, done));
  }

  remove(path: string): Promise<unknown> {
    return wait((done) => this.sftp.unlink(path, done));
  }

  /** Resolves when the server has ended the connection. */
  ended(): Promise<unknown> {
    return new Promise((resolve) => this.client.once('close', () => resolve(undefined)));
  }

  /** As when the cable is pulled. */
  cut(): Promise<unknown> {
    const ended = this.ended();
    this.client.destroy();
    return ended;
  }

  leave(): Promise<unknown> {
    const ended = this.ended();
    this.client.end();
    return ended;
  }
}

function wait<T>(ask: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    ask((error, value) => {
      if (error === null || error === undefined) resolve(value as T);
      else reject(error);
    });
  });
}

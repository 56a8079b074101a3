import ssh2 from 'ssh2';
import type { Attributes, Client, Connection, FileEntry, SFTPWrapper } from 'ssh2';
import { fingerprintOf } from '../../src/transports/ssh-fingerprint.ts';
import { makeSshKey } from './ssh-keys.ts';

const STATUS = ssh2.utils.sftp.STATUS_CODE;
const MODIFIED = 1_700_000_000;

/** A file as the server shows it; its content is made up of one letter. */
export interface ScriptedFile {
  name: string;
  size: number;
  mode?: number;
  mtime?: number;
  /** Bytes that are really there. */
  realSize?: number;
}

/** What the server does other than it should. */
export interface Script {
  files?: ScriptedFile[];
  /** Requests of this kind are never answered. */
  silentOn?: 'OPENDIR' | 'OPEN' | 'READ' | 'WRITE' | 'RENAME' | 'REMOVE';
  /** A rename is made, and never answered. */
  silentAfterRename?: boolean;
  /** So many renames have to wait before they are answered, all at once. */
  renamesTogether?: number;
  /** A file gets a new time while its end is read, and keeps its size. */
  changeAtEnd?: boolean;
  /** No answer to a read is longer. */
  maxReadBytes?: number;
  /** The connection is broken off after so many bytes were written or read. */
  cutAfterBytes?: number;
  /** What a size is reported as after so much was written. */
  reportSize?: (written: number) => number;
  /** Status that a rename, an upload or a removal is refused with. */
  refuse?: { RENAME?: number; WRITE?: number; REMOVE?: number };
  /** Methods of logging in that are offered. */
  methods?: ('password' | 'keyboard-interactive')[];
}

/** A partner's server that misbehaves as told: over the wire nothing tells it from another. */
export class ScriptedSftpServer {
  script: Script;
  readonly logins: string[] = [];
  /** Requests, in their order. */
  readonly requests: string[] = [];
  readonly uploads = new Map<string, number>();
  readonly hostKey: string;
  readonly #server: ssh2.Server;
  readonly #connections = new Set<Connection>();
  #renames: (() => void)[] = [];

  static async start(script: Script): Promise<ScriptedSftpServer> {
    const server = new ScriptedSftpServer(script);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  private constructor(script: Script) {
    this.script = script;
    const key = makeSshKey();
    const parsed = ssh2.utils.parseKey(key.private);
    if (parsed instanceof Error) throw parsed;
    this.hostKey = fingerprintOf(parsed.getPublicSSH());
    this.#server = new ssh2.Server({ hostKeys: [key.private] }, (connection) => this.#serve(connection));
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.end();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(connection: Connection): void {
    this.#connections.add(connection);
    // Missing in the types.
    (connection as unknown as Client).setNoDelay(true);
    connection.on('error', () => undefined);
    connection.once('close', () => this.#connections.delete(connection));
    const methods = this.script.methods ?? ['password'];
    connection.on('authentication', (context) => {
      if (context.method === 'none') {
        context.reject([...methods]);
        return;
      }
      this.logins.push(context.method);
      if (!methods.some((method) => method === context.method)) context.reject([...methods]);
      else if (context.method === 'password' && context.password !== 'right') context.reject([...methods]);
      else if (context.method === 'keyboard-interactive') {
        context.prompt('Password: ', (answers) =>
          answers[0] === 'right' ? context.accept() : context.reject(),
        );
      } else context.accept();
    });
    connection.on('session', (accept) => {
      accept().on('sftp', (acceptSftp: () => SFTPWrapper) => this.#converse(acceptSftp(), connection));
    });
  }

  #converse(sftp: SFTPWrapper, connection: Connection): void {
    const handles: { path: string; listed?: boolean }[] = [];
    let moved = 0;
    const cut = (bytes: number): boolean => {
      moved += bytes;
      if (this.script.cutAfterBytes === undefined || moved <= this.script.cutAfterBytes) return false;
      connection.end();
      return true;
    };
    const pathOf = (handle: Buffer) => handles[handle.readUInt32BE()]!;
    const open = (id: number, path: string) => {
      const handle = Buffer.alloc(4);
      handle.writeUInt32BE(handles.push({ path }) - 1);
      sftp.handle(id, handle);
    };
    const on = (event: string, answer: (id: number, ...args: never[]) => void) => {
      sftp.on(event, (id: number, ...args: never[]) => {
        this.requests.push(`${event} ${String(args[0])}`);
        if (this.script.silentOn !== event) answer(id, ...args);
      });
    };
    const status = (id: number, code: number = STATUS.OK) => sftp.status(id, code);
    sftp.on('end', () => sftp.end());
    on('OPENDIR', (id, path: string) => open(id, path));
    on('READDIR', (id, handle: Buffer) => {
      const folder = pathOf(handle);
      const entries = (this.script.files ?? []).map(toEntry);
      if (folder.listed === true || entries.length === 0) status(id, STATUS.EOF);
      else sftp.name(id, entries);
      folder.listed = true;
    });
    on('OPEN', (id, path: string, flags: number) => {
      if ((flags & ssh2.utils.sftp.OPEN_MODE.WRITE) !== 0) this.uploads.set(path, 0);
      open(id, path);
    });
    on('READ', (id, handle: Buffer, offset: number, length: number) => {
      const file = this.#find(pathOf(handle).path);
      const size = file?.realSize ?? file?.size ?? 0;
      const count = Math.min(length, this.script.maxReadBytes ?? length, size - offset);
      if (this.script.changeAtEnd === true && file !== undefined && offset + count === size)
        file.mtime = (file.mtime ?? MODIFIED) + 1;
      if (count <= 0) status(id, STATUS.EOF);
      else if (!cut(count)) sftp.data(id, Buffer.alloc(count, 'x'));
    });
    on('WRITE', (id, handle: Buffer, _offset: number, data: Buffer) => {
      const { path } = pathOf(handle);
      if (this.script.refuse?.WRITE !== undefined) status(id, this.script.refuse.WRITE);
      else if (!cut(data.length)) {
        this.uploads.set(path, (this.uploads.get(path) ?? 0) + data.length);
        status(id);
      }
    });
    const attributes = (id: number, path: string) => {
      const uploaded = this.uploads.get(path);
      const file = this.#find(path);
      if (uploaded !== undefined)
        sftp.attrs(id, toAttributes({ name: path, size: this.script.reportSize?.(uploaded) ?? uploaded }));
      else if (file !== undefined) sftp.attrs(id, toAttributes(file));
      else status(id, STATUS.NO_SUCH_FILE);
    };
    on('FSTAT', (id, handle: Buffer) => attributes(id, pathOf(handle).path));
    on('LSTAT', (id, path: string) => attributes(id, path));
    on('CLOSE', (id) => status(id));
    on('RENAME', (id, from: string, to: string) => {
      if (this.script.refuse?.RENAME !== undefined) {
        status(id, this.script.refuse.RENAME);
        return;
      }
      this.uploads.set(to, this.uploads.get(from) ?? 0);
      this.uploads.delete(from);
      if (this.script.silentAfterRename === true) return;
      this.#renames.push(() => status(id));
      if (this.#renames.length < (this.script.renamesTogether ?? 1)) return;
      for (const answer of this.#renames.splice(0)) answer();
    });
    on('REMOVE', (id, path: string) => {
      this.uploads.delete(path);
      if (this.script.refuse?.REMOVE === undefined)
        this.script.files = (this.script.files ?? []).filter(({ name }) => name !== path);
      status(id, this.script.refuse?.REMOVE);
    });
  }

  #find(path: string): ScriptedFile | undefined {
    return this.script.files?.find(({ name }) => name === path);
  }
}

function toEntry(file: ScriptedFile): FileEntry {
  return { filename: file.name, longname: file.name, attrs: toAttributes(file) };
}

function toAttributes({ size, mode = 0o100644, mtime = MODIFIED }: ScriptedFile): Attributes {
  return { mode, uid: 0, gid: 0, size, atime: mtime, mtime };
}

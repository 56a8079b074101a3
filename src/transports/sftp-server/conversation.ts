import ssh2 from 'ssh2';
import type { Attributes, SFTPWrapper } from 'ssh2';
import { fileAttributes, folderAttributes, toEntry } from './attributes.ts';
import { Download } from './download.ts';
import type { Mailbox, VisibleFile } from './mailbox.ts';
import { OpenHandles } from './open-handles.ts';
import { RequestQueue } from './request-queue.ts';
import { denied, failure, NO_SUCH_FILE, noSuchFile, STATUS, StatusError } from './sftp-status.ts';
import { MAILBOX_FOLDERS, normalise, toPlace } from './virtual-path.ts';
import type { VirtualPlace } from './virtual-path.ts';

const { OPEN_MODE } = ssh2.utils.sftp;

const MAX_HANDLES = 64;
const NAMES_PER_PAGE = 200;
const MAX_REMEMBERED = 1_000;

/** One client over one connection: its requests are done one after the other, in the order in which they came. */
export class Conversation {
  readonly #sftp: SFTPWrapper;
  readonly #mailbox: Mailbox;
  readonly #queue: RequestQueue;
  readonly #handles = new OpenHandles(MAX_HANDLES);
  /**
   * Files that this client has put in. We may have taken them before it asks whether they arrived, which many programs do:
   * the answer is what it has written.
   */
  readonly #delivered = new Map<string, VisibleFile>();

  constructor(
    sftp: SFTPWrapper,
    mailbox: Mailbox,
    surroundings: { onTrouble: (error: unknown) => void; ready: () => Promise<void>; onRequest: () => void },
  ) {
    this.#sftp = sftp;
    this.#mailbox = mailbox;
    this.#queue = new RequestQueue({
      ...surroundings,
      answer: (id, status, message) => sftp.status(id, status, message),
      overflow: () => sftp.end(),
    });
    this.#listen();
    // Without this OpenSSH's client waits for ever at its end.
    sftp.on('end', () => sftp.end());
    sftp.on('error', () => sftp.end());
    sftp.once('close', () => this.close());
  }

  /** True while a file is being transferred, or a request was not answered yet. */
  get isBusy(): boolean {
    return this.#handles.size > 0 || !this.#queue.isIdle;
  }

  /** What was not finished is given up. */
  close(): void {
    this.#queue.close(async () => {
      for (const handle of this.#handles.removeAll()) {
        if (handle.kind === 'upload') await this.#mailbox.abandon(handle.upload);
        else if (handle.kind === 'download') await handle.download.close();
      }
    });
  }

  #listen(): void {
    const sftp = this.#sftp;
    const add = (id: number, work: () => unknown, bytes = 0) => this.#queue.add(id, work, bytes);
    const ok = (id: number) => sftp.status(id, STATUS.ok);
    sftp.on('REALPATH', (id, path) => add(id, () => this.#realPath(id, path)));
    sftp.on('STAT', (id, path) => add(id, () => this.#stat(id, path)));
    sftp.on('LSTAT', (id, path) => add(id, () => this.#stat(id, path)));
    sftp.on('FSTAT', (id, handle) => add(id, () => this.#statHandle(id, handle)));
    sftp.on('OPENDIR', (id, path) => add(id, () => this.#openFolder(id, path)));
    sftp.on('READDIR', (id, handle) => add(id, () => this.#readFolder(id, handle)));
    sftp.on('OPEN', (id, path, flags) => add(id, () => this.#open(id, path, flags)));
    sftp.on('READ', (id, handle, at, length) => add(id, () => this.#read(id, handle, at, length)));
    sftp.on('WRITE', (id, handle, at, data) =>
      add(id, () => this.#write(handle, at, data).then(() => ok(id)), data.length),
    );
    sftp.on('CLOSE', (id, handle) => add(id, () => this.#close(handle).then(() => ok(id))));
    sftp.on('REMOVE', (id, path) => add(id, () => this.#remove(path).then(() => ok(id))));
    sftp.on('RENAME', (id, from, to) => add(id, () => this.#rename(from, to).then(() => ok(id))));
    sftp.on('SETSTAT', (id, path, attributes) =>
      add(id, () => {
        this.#setStat(path, attributes);
        ok(id);
      }),
    );
    sftp.on('FSETSTAT', (id, handle, attributes) =>
      add(id, () => this.#setHandleStat(handle, attributes).then(() => ok(id))),
    );
    const fixed = () => {
      throw denied('The folders of a mailbox are fixed');
    };
    sftp.on('MKDIR', (id) => add(id, fixed));
    sftp.on('RMDIR', (id) => add(id, fixed));
    const noLinks = () => {
      throw new StatusError(STATUS.unsupported, 'There are no links here');
    };
    sftp.on('READLINK', (id) => add(id, noLinks));
    sftp.on('SYMLINK', (id) => add(id, noLinks));
    sftp.on('EXTENDED', (id) =>
      add(id, () => {
        throw new StatusError(STATUS.unsupported, 'No extensions here');
      }),
    );
  }

  #realPath(id: number, path: string): void {
    this.#sftp.name(id, [toEntry(normalise(path), folderAttributes())]);
  }

  #stat(id: number, path: string): void {
    const attributes = this.#attributesOf(toPlace(path));
    if (attributes !== undefined) this.#sftp.attrs(id, attributes);
    // Asked before every file that is put: too often for an exception.
    else this.#sftp.status(id, STATUS.noSuchFile, NO_SUCH_FILE);
  }

  /** Undefined where there is no such place. */
  #attributesOf(place: VirtualPlace | undefined): Attributes | undefined {
    if (place?.kind !== 'file') return place && folderAttributes();
    const found = this.#mailbox.find(place);
    const visible = found ?? (place.folder === 'in' ? this.#delivered.get(place.name) : undefined);
    return visible && fileAttributes(visible);
  }

  #statHandle(id: number, bytes: Buffer): void {
    const handle = this.#handles.get(bytes);
    if (handle.kind === 'folder') this.#sftp.attrs(id, folderAttributes());
    else if (handle.kind === 'download') this.#sftp.attrs(id, fileAttributes(handle.download.visible));
    else this.#sftp.attrs(id, fileAttributes({ sizeBytes: handle.upload.sizeBytes, modifiedMs: Date.now() }));
  }

  async #openFolder(id: number, path: string): Promise<void> {
    const place = toPlace(path);
    if (place === undefined || place.kind === 'file') throw noSuchFile();
    this.#handles.ensureRoom();
    const folder = place.kind === 'root' ? 'root' : place.folder;
    const names = folder === 'root' ? MAILBOX_FOLDERS : await this.#mailbox.list(folder);
    this.#sftp.handle(id, this.#handles.add({ kind: 'folder', folder, names, next: 0 }));
  }

  #readFolder(id: number, bytes: Buffer): void {
    const handle = this.#handles.get(bytes);
    if (handle.kind !== 'folder') throw failure('This is not a folder');
    const { folder, names } = handle;
    for (;;) {
      if (handle.next >= names.length) throw new StatusError(STATUS.endOfFile, 'No more names');
      const page = names.slice(handle.next, handle.next + NAMES_PER_PAGE);
      handle.next += page.length;
      if (folder === 'root') {
        this.#sftp.name(
          id,
          page.map((name) => toEntry(name, folderAttributes())),
        );
        return;
      }
      const entries = page.flatMap((name) => {
        const visible = this.#mailbox.find({ folder, name });
        return visible === undefined ? [] : [toEntry(name, fileAttributes(visible))];
      });
      // A page all of whose files have gone meanwhile would look like the end.
      if (entries.length > 0) {
        this.#sftp.name(id, entries);
        return;
      }
    }
  }

  async #open(id: number, path: string, flags: number): Promise<void> {
    const place = toPlace(path);
    if (place?.kind !== 'file') throw place === undefined ? noSuchFile() : failure('This is a folder');
    this.#handles.ensureRoom();
    if ((flags & (OPEN_MODE.WRITE | OPEN_MODE.APPEND)) === 0) {
      const { file, visible } = await this.#mailbox.openFile(place);
      const download = new Download(file, visible);
      this.#sftp.handle(id, this.#handles.add({ kind: 'download', download }));
      return;
    }
    if (place.folder !== 'in') throw denied('Put files into /in');
    if ((flags & OPEN_MODE.CREAT) === 0 && this.#mailbox.find(place) === undefined) throw noSuchFile();
    const mode =
      (flags & OPEN_MODE.EXCL) !== 0 ? 'exclusive' : (flags & OPEN_MODE.TRUNC) !== 0 ? 'new' : 'goOn';
    const upload = this.#mailbox.startUpload(place.name, mode);
    this.#sftp.handle(id, this.#handles.add({ kind: 'upload', upload }));
  }

  async #read(id: number, bytes: Buffer, position: number, length: number): Promise<void> {
    const handle = this.#handles.get(bytes);
    if (handle.kind !== 'download') throw failure('This file is not open for reading');
    const data = await handle.download.read(position, length);
    if (data.length === 0) throw new StatusError(STATUS.endOfFile, 'End of file');
    this.#sftp.data(id, data);
  }

  async #write(bytes: Buffer, position: number, data: Buffer): Promise<void> {
    const handle = this.#handles.get(bytes);
    if (handle.kind !== 'upload') throw failure('This file is not open for writing');
    await handle.upload.write(data, position);
  }

  async #close(bytes: Buffer): Promise<void> {
    const handle = this.#handles.remove(bytes);
    if (handle.kind === 'download') await handle.download.close();
    if (handle.kind !== 'upload') return;
    const { upload } = handle;
    await this.#mailbox.publish(upload);
    this.#remember(upload.name, { sizeBytes: upload.sizeBytes, modifiedMs: Date.now() });
  }

  async #remove(path: string): Promise<void> {
    const place = toPlace(path);
    if (place === undefined) throw noSuchFile();
    if (place.kind !== 'file') throw denied('The folders of a mailbox are fixed');
    await this.#mailbox.remove(place);
    if (place.folder === 'in') this.#delivered.delete(place.name);
  }

  async #rename(fromPath: string, toPath: string): Promise<void> {
    const [from, to] = [toPlace(fromPath), toPlace(toPath)];
    if (from === undefined) throw noSuchFile();
    if (from.kind !== 'file') throw denied('The folders of a mailbox are fixed');
    if (to?.kind !== 'file') throw denied('Files can be renamed in /in only');
    const visible = await this.#mailbox.rename(from, to);
    this.#delivered.delete(from.name);
    this.#remember(to.name, visible);
  }

  /** Times and permissions are our own affair; that they are set is no reason to fail, as many programs do it. */
  #setStat(path: string, { size }: Partial<Attributes>): void {
    const place = toPlace(path);
    if (place === undefined) throw noSuchFile();
    if (size !== undefined) throw denied('Files cannot be cut');
    if (this.#attributesOf(place) === undefined) throw noSuchFile();
  }

  async #setHandleStat(bytes: Buffer, { size }: Partial<Attributes>): Promise<void> {
    const handle = this.#handles.get(bytes);
    if (size === undefined) return;
    if (handle.kind !== 'upload') throw denied('Files cannot be cut');
    await handle.upload.truncate(size);
  }

  #remember(name: string, visible: VisibleFile): void {
    this.#delivered.delete(name);
    this.#delivered.set(name, visible);
    if (this.#delivered.size > MAX_REMEMBERED) this.#delivered.delete(this.#delivered.keys().next().value!);
  }
}

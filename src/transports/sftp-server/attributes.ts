import type { Attributes, FileEntry } from 'ssh2';
import type { VisibleFile } from './mailbox.ts';

const FOLDER_MODE = 0o040755;
const FILE_MODE = 0o100640;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function folderAttributes(): Attributes {
  return { mode: FOLDER_MODE, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };
}

export function fileAttributes({ sizeBytes, modifiedMs }: VisibleFile): Attributes {
  const seconds = Math.floor(modifiedMs / 1000);
  return { mode: FILE_MODE, uid: 0, gid: 0, size: sizeBytes, atime: seconds, mtime: seconds };
}

/** An entry of a list, with the line that `ls -l` would print: some clients read nothing else. */
export function toEntry(filename: string, attrs: Attributes): FileEntry {
  const isFolder = attrs.mode === FOLDER_MODE;
  const at = new Date(attrs.mtime * 1000);
  const day = String(at.getUTCDate()).padStart(2);
  const when = `${MONTHS[at.getUTCMonth()]!} ${day}  ${at.getUTCFullYear()}`;
  const kind = isFolder ? 'drwxr-xr-x' : '-rw-r-----';
  const longname = `${kind}    1 partner  partner ${String(attrs.size).padStart(10)} ${when} ${filename}`;
  return { filename, longname, attrs };
}

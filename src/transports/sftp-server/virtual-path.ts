import { troubleOfName } from '../remote-name.ts';

/** `in`: from the partner. `out`: business documents, `ack`: our acknowledgments, `error`: what we rejected, with the reason. */
export const MAILBOX_FOLDERS = ['in', 'out', 'ack', 'error'] as const;
export type MailboxFolder = (typeof MAILBOX_FOLDERS)[number];

/** A place that a partner can name. There is nothing else: no path of this machine is ever made from what it sends. */
export type VirtualPlace =
  | { kind: 'root' }
  | { kind: 'folder'; folder: MailboxFolder }
  | { kind: 'file'; folder: MailboxFolder; name: string };

const MAX_PATH = 4_096;

/** The absolute form of a path, `..` resolved within the root: `/in/a.edi`. */
export function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of path.slice(0, MAX_PATH).split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Undefined where no such place can be: another folder, a folder in a folder, a hostile name. */
export function toPlace(path: string): VirtualPlace | undefined {
  if (path.length > MAX_PATH) return undefined;
  const [, folder = '', name, ...deeper] = normalise(path).split('/');
  if (folder === '') return { kind: 'root' };
  const known = MAILBOX_FOLDERS.find((each) => each === folder);
  if (known === undefined || deeper.length > 0) return undefined;
  if (name === undefined) return { kind: 'folder', folder: known };
  return troubleOfName(name) === undefined ? { kind: 'file', folder: known, name } : undefined;
}

import type { ConfigFile } from '../../src/partners/config-text.ts';

/** The same partners, with a folder channel instead of AS2 and SFTP, and no AS2 station. */
export function overFolders(files: readonly ConfigFile[]): ConfigFile[] {
  return files.map((file) => {
    const partner = /^(.+)\/partner\.yaml$/.exec(file.path)?.[1];
    const channel = `{ type: folder, inbox: inbox/${partner}, outbox: outbox/${partner} }`;
    const text =
      partner === undefined
        ? file.text.replace(/^as2: .*\n/m, '')
        : file.text.replace(/^channels:\n {2}- type: .*\n(?: .*\n)*/m, `channels:\n  - ${channel}\n`);
    return { ...file, text };
  });
}

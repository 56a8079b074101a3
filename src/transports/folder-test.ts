import { randomUUID } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ConnectionStep } from './connection-test.ts';
import { ensureFolder, writeDurably } from './durable-file.ts';
import { toFolderError } from './folder-error.ts';

/** Hidden: neither our polls nor the partner's take it. */
const PREFIX = '.tradelane-test-';

/** What polls and deliveries do in these folders (relative to the root), tried with a hidden file of its own. */
export function folderTestSteps(root: string, folders: readonly string[]): ConnectionStep[] {
  const name = `${PREFIX}${randomUUID()}`;
  const inEach = (verb: string, done: string, action: (folder: string) => Promise<string | undefined>) => ({
    name: verb,
    run: async () => {
      const seen: string[] = [];
      for (const folder of folders) {
        try {
          seen.push((await action(path.resolve(root, folder))) ?? folder);
        } catch (error) {
          throw toFolderError(error, `${verb} in ${folder}`);
        }
      }
      return `${done} ${seen.join(', ')}`;
    },
  });
  return [
    inEach('list', 'Found', async (folder) => {
      await ensureFolder(folder);
      const names = await readdir(folder);
      return `${path.relative(root, folder)} (${names.filter((each) => !each.startsWith('.')).length} entries)`;
    }),
    {
      ...inEach('write', 'Written to', async (folder) => {
        await writeDurably(path.join(folder, name), Buffer.from('test'));
        return undefined;
      }),
      undo: async () => {
        for (const folder of folders) {
          await rm(path.resolve(root, folder, name), { force: true });
          await rm(path.resolve(root, folder, `${name}.moved`), { force: true });
        }
      },
    },
    inEach('rename', 'Renamed in', async (folder) => {
      await rename(path.join(folder, name), path.join(folder, `${name}.moved`));
      return undefined;
    }),
    inEach('delete', 'Deleted in', async (folder) => {
      await rm(path.join(folder, `${name}.moved`));
      return undefined;
    }),
  ];
}

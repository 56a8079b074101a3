import { mkdirSync, readdirSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** Fills a folder with the partners and maps of the demo, every partner over folders: no line and no server is needed. */
export async function prepareHome(home: string): Promise<void> {
  for (const folder of ['partners', 'maps'])
    await cp(path.join(REPOSITORY, folder), path.join(home, folder), { recursive: true });
  for (const name of readdirSync(path.join(home, 'partners'), { withFileTypes: true })) {
    if (!name.isDirectory()) continue;
    const file = path.join(home, 'partners', name.name, 'partner.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(
      file,
      text.replace(/^channels:\n(?:[ \t]+.*\n|\n)*/m, 'channels:\n  - { type: folder }\n\n'),
    );
    mkdirSync(path.join(home, 'inbox', name.name), { recursive: true });
  }
  mkdirSync(path.join(home, 'outbox'), { recursive: true });
}

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { GatewayError } from '../common/errors.ts';
import type { ConfigFile } from './config-text.ts';

const READ = /\.yaml$|^(partner|company)\.(ya?ml|json)(\.txt)?$/i;

/**
 * Every YAML file below the partners folder, or the maps folder, as text, and settings under another name that somebody may have
 * given them (`Partner.yml`, `partner.yaml.txt`), so that it can be told. Throws FILE_UNREADABLE.
 */
export async function readPartnerFiles(folder: string): Promise<ConfigFile[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile() && READ.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    return await Promise.all(
      paths.map(async (path) => ({
        path: relative(folder, path).split(sep).join('/'),
        text: await readFile(path, 'utf8'),
      })),
    );
  } catch (cause) {
    throw new GatewayError(
      'FILE_UNREADABLE',
      `cannot read the configuration in ${folder}: ${String(cause)}`,
      {
        cause,
      },
    );
  }
}

/** Every YAML file below the dictionaries folder, which an installation without dictionaries of its own does not have. */
export async function readDictionaryFiles(folder: string): Promise<ConfigFile[]> {
  const files = existsSync(folder) ? await readPartnerFiles(folder) : [];
  return files.map((file) => ({ ...file, path: `dictionaries/${file.path}` }));
}

import { createHash } from 'node:crypto';
import type { ConfigFile } from './config-text.ts';
import { readDictionaryFiles, readPartnerFiles } from './read-partner-files.ts';

/** The files that a gateway reads at its start. */
export interface SettingFiles {
  partners: ConfigFile[];
  maps: ConfigFile[];
  dictionaries: ConfigFile[];
  /** Equal where nothing was changed. */
  sha256: string;
}

/** Reads them all as they are now. Throws FILE_UNREADABLE. */
export async function readSettingFiles(folders: {
  partnersFolder: string;
  mapsFolder: string;
  dictionariesFolder: string;
}): Promise<SettingFiles> {
  const partners = await readPartnerFiles(folders.partnersFolder);
  const maps = await readPartnerFiles(folders.mapsFolder);
  const dictionaries = await readDictionaryFiles(folders.dictionariesFolder);
  const sha256 = createHash('sha256')
    .update(JSON.stringify([partners, maps, dictionaries]))
    .digest('hex');
  return { partners, maps, dictionaries, sha256 };
}

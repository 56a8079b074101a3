import { GatewayError } from '../common/errors.ts';
import { makeFolder } from '../folders.ts';
import { readAnchors, writeAnchor } from './anchor-folder.ts';
import { createBackup, restoreBackup, verifyBackup } from './backup.ts';
import { copyStore } from './copy-store.ts';
import type { StoreDigest } from './copy-store.ts';
import { openStore } from './open-store.ts';
import type { StoreSettings } from './open-store.ts';

/** Work on a store as a whole, for the command line. */
export const storeTools = {
  readAnchors,
  writeAnchor,

  async copy(from: StoreSettings, to: { mongodbUri: string } | { dataFolder: string }): Promise<StoreDigest> {
    // As its one gateway: nobody else may write while it is copied.
    const source = await openStore(from, 'gateway');
    try {
      if (!('mongodbUri' in to)) await makeFolder(to.dataFolder);
      const target = await openStore({ dataFolder: '', ...to }, 'gateway');
      try {
        return await copyStore(source, target);
      } finally {
        await target.close();
      }
    } finally {
      await source.close();
    }
  },

  async backup(settings: StoreSettings, folder: string): Promise<StoreDigest> {
    assertSqlite(
      settings,
      'Back a MongoDB up with its own tools: mongodump --oplog, or a snapshot of its disks.',
    );
    return (await createBackup(settings.dataFolder, folder, new Date().toISOString())).digest;
  },

  async verifyBackup(folder: string): Promise<StoreDigest> {
    return (await verifyBackup(folder)).digest;
  },

  async restore(folder: string, settings: StoreSettings): Promise<StoreDigest> {
    assertSqlite(
      settings,
      'Restore into SQLite first (without TRADELANE_MONGODB_URI), then move it over: tradelane store copy.',
    );
    return (await restoreBackup(folder, settings.dataFolder)).digest;
  },
};

function assertSqlite({ mongodbUri }: StoreSettings, advice: string): void {
  if (mongodbUri !== undefined) throw new GatewayError('CONFIG_INVALID', advice);
}

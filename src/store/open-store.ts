import path from 'node:path';
import type { Logger } from '../common/log.ts';
import type { Store } from '../pipeline/ports/store.ts';

export interface StoreSettings {
  dataFolder: string;
  /** Given: the store is there, and other gateways may share it. */
  mongodbUri?: string;
}

/** The embedded file of an installation. */
function sqliteFile({ dataFolder }: StoreSettings): string {
  return path.join(dataFolder, 'tradelane.sqlite');
}

/**
 * Opens the store of an installation. `gateway` is a process that works on it for long: on SQLite there can be one only.
 * Throws GatewayError STORE_*, CONFIG_INVALID.
 */
export async function openStore(
  settings: StoreSettings,
  role: 'gateway' | 'tool',
  logger?: Pick<Logger, 'warn'>,
): Promise<Store> {
  const uri = settings.mongodbUri;
  // Only the one that is used is loaded: the driver of MongoDB takes 20 MB.
  if (uri === undefined) {
    const { SqliteStore } = await import('./sqlite/sqlite-store.ts');
    return SqliteStore.open({ file: sqliteFile(settings), role });
  }
  const { MongoStore } = await import('./mongo/mongo-store.ts');
  return MongoStore.open({ uri, ...(logger !== undefined && { logger }) });
}

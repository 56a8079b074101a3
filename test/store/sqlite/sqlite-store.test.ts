import { join } from 'node:path';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { describeEraseRaces } from '../erase-race-contract.ts';
import { describeStoreContract } from '../store-contract.ts';
import type { StoreFixture } from '../store-contract.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function open(): Promise<StoreFixture> {
  const folder = temporaryFolder();
  const file = join(folder.path, 'data', 'tradelane.db');
  let store = SqliteStore.open({ file, role: 'gateway' });
  return Promise.resolve({
    store,
    reopen: async () => {
      await store.close();
      store = SqliteStore.open({ file, role: 'gateway' });
      return store;
    },
    dispose: async () => {
      await store.close();
      folder.remove();
    },
  });
}

describeStoreContract('SQLite', open);
describeEraseRaces('SQLite', open);

import { join } from 'node:path';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { describeStoreContract } from '../store-contract.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describeStoreContract('SQLite', () => {
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
});

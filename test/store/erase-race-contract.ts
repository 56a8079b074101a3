import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { LargeContent } from '../../src/pipeline/ports/file-content.ts';
import type { Store } from '../../src/pipeline/ports/store.ts';
import { sha256Of, UnitOfWork } from '../../src/pipeline/unit-of-work.ts';
import { retryOnConflict } from '../../src/pipeline/work/retry.ts';
import { fileRecord } from './records.ts';
import type { StoreFixture } from './store-contract.ts';

const BYTES = Uint8Array.from({ length: 5 * 1024 * 1024 + 7 }, (_, index) => (index * 7) & 0xff);
const SHA256 = sha256Of(BYTES);

/** `meanwhile` happens in the middle of the content. */
async function* pieces(meanwhile: () => Promise<void> = () => Promise.resolve()): AsyncGenerator<Uint8Array> {
  yield BYTES.slice(0, 4_500_000);
  await meanwhile();
  yield BYTES.slice(4_500_000);
}

/** Files with the content of which one, `old`, is erased while it comes in again. */
export function describeEraseRaces(name: string, open: () => Promise<StoreFixture>): void {
  describe(`erasure while equal content comes in: ${name}`, () => {
    let fixture: StoreFixture;
    let store: Store;

    beforeEach(async () => {
      fixture = await open();
      store = fixture.store;
      await store.commit([
        { op: 'insert', collection: 'files', record: fileRecord('old', { sha256: SHA256 }) },
      ]);
    });
    afterEach(() => fixture.dispose());

    const erase = async () => {
      const file = (await store.get('files', 'old'))!;
      const erased = { at: '2026-03-02T08:00:00.000Z', by: 'retention', reason: 'old' };
      const record = { ...file, erased };
      await store.commit([{ op: 'update', collection: 'files', record }], [], { erase: [SHA256] });
    };

    const receive = (afterPut: () => Promise<void>, content: Partial<LargeContent> = {}) =>
      retryOnConflict(async () => {
        const unit = new UnitOfWork(store);
        const read = () => pieces();
        await unit.archiveContent({ sha256: SHA256, sizeBytes: BYTES.length, read, ...content });
        await afterPut();
        unit.insert('files', fileRecord('new', { sha256: SHA256 }));
        await unit.commit();
      });

    const expectWhole = async () =>
      expect(Buffer.compare((await store.readArchive(SHA256)) ?? Buffer.alloc(0), BYTES)).toBe(0);

    const once = (action: () => Promise<void>) => {
      let done = false;
      return async () => {
        if (!done) {
          done = true;
          await action();
        }
      };
    };

    test('between its last piece and the commit that names it: it is put once more', async () => {
      await store.putArchive(SHA256, pieces());
      await receive(once(erase));
      expect(await store.get('files', 'new')).toBeDefined();
      await expectWhole();
    });

    test('between two of its pieces: none of them goes', async () => {
      await receive(() => Promise.resolve(), { read: () => pieces(once(erase)) });
      await expectWhole();
    });

    test('between two of its pieces, after another upload of the same was faster: it is put once more', async () => {
      const faster = once(async () => {
        await store.putArchive(SHA256, pieces());
        await erase();
      });
      await receive(() => Promise.resolve(), { read: () => pieces(faster) });
      await expectWhole();
    });

    test('after the commit that names it: it stays', async () => {
      await store.putArchive(SHA256, pieces());
      await receive(() => Promise.resolve());
      await erase();
      await expectWhole();
    });

    test('at any moment, several times at once: whoever is named in the end is whole', async () => {
      for (let turn = 0; turn < 10; turn += 1) {
        const file = (await store.get('files', 'old'))!;
        const unerased = { ...file };
        delete unerased.erased;
        await store.commit([{ op: 'update', collection: 'files', record: unerased }]);
        if ((await store.get('files', 'new')) !== undefined)
          await store.commit([{ op: 'delete', collection: 'files', id: 'new' }]);
        await store.putArchive(SHA256, pieces());
        await Promise.all([receive(() => Promise.resolve()), retryOnConflict(erase)]);
        await expectWhole();
      }
    }, 60_000);

    test('a commit that names content which is not there is refused whole', async () => {
      const record = fileRecord('new', { sha256: SHA256 });
      await expect(
        store.commit([{ op: 'insert', collection: 'files', record }], [], { requires: [SHA256] }),
      ).rejects.toMatchObject({ code: 'CONFLICT', details: { collection: 'archive', id: SHA256 } });
      expect(await store.get('files', 'new')).toBeUndefined();
    });

    test('a commit beside one that is refused is done', async () => {
      const named = store.commit(
        [{ op: 'insert', collection: 'files', record: fileRecord('new', { sha256: SHA256 }) }],
        [],
        { requires: [SHA256] },
      );
      const other = store.commit([{ op: 'insert', collection: 'files', record: fileRecord('other') }]);
      await expect(named).rejects.toMatchObject({ code: 'CONFLICT' });
      await expect(other).resolves.toBeUndefined();
    });
  });
}

import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Operation, Store } from '../../src/pipeline/ports/store.ts';
import type { FileRecord } from '../../src/pipeline/records.ts';
import { claimRecord, fileRecord } from './records.ts';

/** What a suite needs to run against some store: a fresh, empty one, and the same data opened again. */
export interface StoreFixture {
  store: Store;
  /** Closes and opens again. */
  reopen(): Promise<Store>;
  dispose(): Promise<void>;
}

function insert(record: FileRecord): Operation {
  return { op: 'insert', collection: 'files', record };
}

function update(record: FileRecord): Operation {
  return { op: 'update', collection: 'files', record };
}

function instant(minute: number): string {
  return new Date(Date.UTC(2026, 2, 2, 8, minute)).toISOString();
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Pieces of a size; breaks off after so many bytes. */
async function* inPieces(bytes: Uint8Array, size: number, breakAt = Infinity): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) {
    if (start > breakAt) throw new Error('link lost');
    yield await Promise.resolve(bytes.subarray(start, start + size));
  }
}

async function gather(store: Store, name: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of (await store.streamArchive(name)) ?? []) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function allPages(store: Store, query: Parameters<typeof store.find<'files'>>[1]): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await store.find('files', after === undefined ? query : { ...query, after });
    ids.push(...page.records.map((record) => record.id));
    after = page.next;
  } while (after !== undefined);
  return ids;
}

/** The semantics of the Store port; every store runs it. */
export function describeStoreContract(name: string, open: () => Promise<StoreFixture>): void {
  describe(`store contract: ${name}`, () => {
    let fixture: StoreFixture;
    let store: Store;
    beforeEach(async () => {
      fixture = await open();
      store = fixture.store;
    });
    afterEach(() => fixture.dispose());

    describe('commit', () => {
      test('an inserted record comes back with revision 1 and survives reopening', async () => {
        await store.commit([insert(fileRecord('f1', { name: 'a.edi' }))]);
        expect(await store.get('files', 'f1')).toEqual({
          ...fileRecord('f1', { name: 'a.edi' }),
          revision: 1,
        });
        store = await fixture.reopen();
        expect((await store.get('files', 'f1'))?.name).toBe('a.edi');
      });

      test('a missing record is undefined', async () => {
        expect(await store.get('files', 'none')).toBeUndefined();
      });

      test('an update with the stored revision replaces the whole record and counts up', async () => {
        await store.commit([insert(fileRecord('f1', { summary: 'old' }))]);
        await store.commit([update(fileRecord('f1', { revision: 1, status: 'processed' }))]);
        const stored = await store.get('files', 'f1');
        expect(stored).toEqual(fileRecord('f1', { revision: 2, status: 'processed' }));
      });

      test('operations of one commit see one another in order', async () => {
        await store.commit([
          insert(fileRecord('f1')),
          update(fileRecord('f1', { revision: 1, status: 'processed' })),
          insert(fileRecord('f2')),
          { op: 'delete', collection: 'files', id: 'f2' },
        ]);
        expect((await store.get('files', 'f1'))?.revision).toBe(2);
        expect(await store.get('files', 'f2')).toBeUndefined();
      });

      test('what the caller does to a record after commit was called changes nothing', async () => {
        const record = fileRecord('f1', { name: 'before' });
        const commit = store.commit([insert(record)]);
        record.name = 'after';
        await commit;
        expect((await store.get('files', 'f1'))?.name).toBe('before');
      });

      test('a delete of a missing record does nothing', async () => {
        await expect(store.commit([{ op: 'delete', collection: 'files', id: 'x' }])).resolves.toBeUndefined();
      });

      test('a record deleted and inserted again starts at revision 1', async () => {
        await store.commit([insert(fileRecord('f1'))]);
        await store.commit([{ op: 'delete', collection: 'files', id: 'f1' }, insert(fileRecord('f1'))]);
        expect((await store.get('files', 'f1'))?.revision).toBe(1);
      });

      test('collections do not share ids', async () => {
        await store.commit([
          insert(fileRecord('x')),
          { op: 'insert', collection: 'claims', record: claimRecord('x') },
        ]);
        expect((await store.get('claims', 'x'))?.ownerId).toBe('owner');
        expect((await store.get('files', 'x'))?.channel).toBe('folder');
      });
    });

    test('a relaxed commit is atomic, checked and seen like any other, and survives reopening', async () => {
      const relaxed = { durability: 'relaxed' as const };
      await store.commit([insert(fileRecord('f1')), insert(fileRecord('f2'))], [], relaxed);
      const stale = store.commit(
        [insert(fileRecord('f3')), update(fileRecord('f1', { revision: 9 }))],
        [],
        relaxed,
      );
      await expect(stale).rejects.toMatchObject({ code: 'CONFLICT' });
      expect((await store.find('files', {})).records.map((record) => record.id)).toEqual(['f1', 'f2']);
      store = await fixture.reopen();
      expect(await store.count('files', {})).toBe(2);
    });

    describe('erasing archive entries', () => {
      const bytes = Buffer.from('ISA*00*');
      const hash = sha256(bytes);
      const erased = { at: instant(1), by: 'maria', reason: 'asked for' };
      beforeEach(() => store.commit([insert(fileRecord('f1', { sha256: hash }))], [{ sha256: hash, bytes }]));

      test('they go with the commit that marks their file, and only with it', async () => {
        const mark = update(fileRecord('f1', { revision: 1, sha256: hash, erased }));
        const stale = update(fileRecord('f1', { revision: 7, sha256: hash, erased }));
        await expect(store.commit([stale], [], { erase: [hash] })).rejects.toMatchObject({
          code: 'CONFLICT',
        });
        expect(await store.readArchive(hash)).toEqual(new Uint8Array(bytes));
        await store.commit([mark], [], { erase: [hash] });
        expect(await store.readArchive(hash)).toBeUndefined();
        expect(await store.listArchive(10)).toEqual([]);
      });

      test('they stay while another file has them, also one that came in at the same time', async () => {
        const mark = update(fileRecord('f1', { revision: 1, sha256: hash, erased }));
        await Promise.all([
          store.commit([mark], [], { erase: [hash] }),
          store.commit([insert(fileRecord('f2', { sha256: hash }))], [{ sha256: hash, bytes }]),
        ]);
        expect(await store.readArchive(hash)).toEqual(new Uint8Array(bytes));
        await store.commit([update(fileRecord('f2', { revision: 1, sha256: hash, erased }))], [], {
          erase: [hash],
        });
        expect(await store.readArchive(hash)).toBeUndefined();
      });

      test('what was erased can come in again', async () => {
        await store.commit([update(fileRecord('f1', { revision: 1, sha256: hash, erased }))], [], {
          erase: [hash],
        });
        await store.commit([insert(fileRecord('f3', { sha256: hash }))], [{ sha256: hash, bytes }]);
        expect(await store.readArchive(hash)).toEqual(new Uint8Array(bytes));
      });
    });

    describe('conflict', () => {
      beforeEach(() => store.commit([insert(fileRecord('f1'))]));

      const refused: [string, () => Operation][] = [
        ['insert of an id that exists', () => insert(fileRecord('f1'))],
        ['update with an old revision', () => update(fileRecord('f1', { revision: 0 }))],
        ['update with a revision that was never stored', () => update(fileRecord('f1', { revision: 7 }))],
      ];
      test.each(refused)('%s is refused and names the record', async (_, operation) => {
        await expect(store.commit([operation()])).rejects.toMatchObject({
          name: 'GatewayError',
          code: 'CONFLICT',
          retryable: 'now',
          details: { collection: 'files', id: 'f1' },
        });
      });

      test('update of a record that is gone is refused', async () => {
        await store.commit([{ op: 'delete', collection: 'files', id: 'f1' }]);
        await expect(store.commit([update(fileRecord('f1', { revision: 1 }))])).rejects.toMatchObject({
          code: 'CONFLICT',
        });
      });

      test('nothing of a refused commit is applied: no record before it, none after it, no archive entry', async () => {
        const bytes = Buffer.from('ISA*00*');
        const commit = store.commit(
          [insert(fileRecord('before')), insert(fileRecord('f1')), insert(fileRecord('after'))],
          [{ sha256: sha256(bytes), bytes }],
        );
        await expect(commit).rejects.toMatchObject({ code: 'CONFLICT' });
        expect(await store.count('files', {})).toBe(1);
        expect(await store.readArchive(sha256(bytes))).toBeUndefined();
      });

      test('of many commits that arrive together only the conflicting ones are refused', async () => {
        const outcomes = await Promise.allSettled(
          Array.from({ length: 250 }, (_, index) =>
            store.commit([
              insert(fileRecord(index % 10 === 0 ? 'f1' : `n${index}`)),
              insert(fileRecord(`m${index}`)),
            ]),
          ),
        );
        expect(outcomes.filter((outcome) => outcome.status === 'rejected')).toHaveLength(25);
        expect(await store.count('files', {})).toBe(1 + 2 * 225);
      });

      test('of many updates of one revision exactly one wins', async () => {
        const outcomes = await Promise.allSettled(
          Array.from({ length: 20 }, (_, index) =>
            store.commit([update(fileRecord('f1', { revision: 1, name: `writer ${index}` }))]),
          ),
        );
        expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
        expect((await store.get('files', 'f1'))?.revision).toBe(2);
      });
    });

    describe('values', () => {
      test('any JSON value and any text comes back as it went in', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.uuid(),
            fc.jsonValue(),
            fc.string({ unit: 'binary' }),
            async (id, value, text) => {
              const json: unknown = JSON.parse(JSON.stringify(value));
              await store.commit([
                {
                  op: 'insert',
                  collection: 'settings',
                  record: { id: `${id}${text}`, revision: 0, value: json },
                },
              ]);
              expect((await store.get('settings', `${id}${text}`))?.value).toEqual(json);
            },
          ),
          { numRuns: 100 },
        );
      });

      test('quotes, NUL, emoji and right-to-left text are plain text in ids, fields and conditions', async () => {
        const names = [`'"; DROP TABLE files; --`, 'a\u0000b', '😀 Ñandú', 'שלום', '$where', 'a.b', ''];
        await store.commit(
          names.map((name, index) => insert(fileRecord(`id ${name}`, { partnerId: name, sizeBytes: index }))),
        );
        for (const [index, name] of names.entries()) {
          expect((await store.get('files', `id ${name}`))?.sizeBytes).toBe(index);
          const { records } = await store.find('files', { where: { partnerId: name } });
          expect(records.map((record) => record.sizeBytes)).toEqual([index]);
        }
      });
    });

    describe('find', () => {
      beforeEach(() =>
        store.commit(
          Array.from({ length: 30 }, (_, index) =>
            insert(
              fileRecord(`f${String(index).padStart(2, '0')}`, {
                createdAt: instant(Math.floor(index / 3)),
                partnerId: index % 2 === 0 ? 'acme' : 'globex',
                status: index % 3 === 0 ? 'rejected' : 'processed',
                // Not every record has it.
                sha256: (index % 5 === 0 ? `key-${index}` : undefined) as string,
              }),
            ),
          ),
        ),
      );

      test('orders by id unless told', async () => {
        const { records, next } = await store.find('files', { limit: 3 });
        expect(records.map((record) => record.id)).toEqual(['f00', 'f01', 'f02']);
        expect(next).toBeDefined();
      });

      test('the last page has no cursor, also when it is full', async () => {
        expect((await store.find('files', { limit: 30 })).next).toBeUndefined();
        expect((await store.find('files', { limit: 29 })).next).toBeDefined();
      });

      test('gives at most 100 records unless told, and never more than 1,000', async () => {
        await store.commit(Array.from({ length: 1100 }, (_, index) => insert(fileRecord(`g${index}`))));
        expect((await store.find('files', {})).records).toHaveLength(100);
        expect((await store.find('files', { limit: 5000 })).records).toHaveLength(1000);
      });

      const directions: [string, boolean][] = [
        ['ascending', false],
        ['descending', true],
      ];
      test.each(directions)('pages through ties without a gap or a repeat, %s', async (_, descending) => {
        const ids = await allPages(store, { orderBy: 'createdAt', descending, limit: 4 });
        const expected = Array.from({ length: 30 }, (_unused, index) => `f${String(index).padStart(2, '0')}`);
        expect(ids).toEqual(descending ? expected.reverse() : expected);
      });

      test.each(directions)('lists records without the field as the smallest, %s', async (_, descending) => {
        const ids = await allPages(store, { orderBy: 'sha256', descending, limit: 4 });
        expect(new Set(ids).size).toBe(30);
        const withKey = ['f00', 'f10', 'f15', 'f20', 'f25', 'f05'];
        expect(descending ? ids.slice(0, 6) : ids.slice(-6)).toEqual(
          descending ? withKey.reverse() : withKey,
        );
      });

      test('a cursor stays right while records are inserted and deleted around it', async () => {
        const first = await store.find('files', { orderBy: 'createdAt', limit: 10 });
        await store.commit([
          insert(fileRecord('a-early', { createdAt: instant(0) })),
          insert(fileRecord('z-late', { createdAt: instant(59) })),
          { op: 'delete', collection: 'files', id: 'f09' },
          { op: 'delete', collection: 'files', id: 'f10' },
        ]);
        const rest = await store.find('files', {
          orderBy: 'createdAt',
          limit: 100,
          ...(first.next === undefined ? {} : { after: first.next }),
        });
        const expected = Array.from({ length: 19 }, (_, index) => `f${index + 11}`);
        expect(rest.records.map((record) => record.id)).toEqual([...expected, 'z-late']);
      });

      test('a cursor of another order, and text that is none, are refused', async () => {
        const { next } = await store.find('files', { orderBy: 'createdAt', limit: 1 });
        const refused = { code: 'INVALID_REQUEST' };
        await expect(store.find('files', { after: next ?? '' })).rejects.toMatchObject(refused);
        await expect(
          store.find('files', { orderBy: 'createdAt', descending: true, after: next ?? '' }),
        ).rejects.toMatchObject(refused);
        await expect(store.find('files', { after: 'nonsense' })).rejects.toMatchObject(refused);
        await expect(store.find('files', { after: '' })).rejects.toMatchObject(refused);
      });

      test('combines equality, ranges and lists', async () => {
        const { records } = await store.find('files', {
          where: {
            partnerId: 'acme',
            status: { in: ['rejected', 'sent', 'rejected'] },
            createdAt: { gte: instant(2), lt: instant(8) },
          },
          orderBy: 'createdAt',
          descending: true,
        });
        expect(records.map((record) => record.id)).toEqual(['f18', 'f12', 'f06']);
      });

      test('a list keeps order and pages across its values', async () => {
        const ids = await allPages(store, {
          where: { status: { in: ['processed', 'rejected'] } },
          orderBy: 'createdAt',
          limit: 7,
        });
        expect(ids).toEqual(Array.from({ length: 30 }, (_, index) => `f${String(index).padStart(2, '0')}`));
      });

      test('an empty list matches nothing', async () => {
        expect(await store.find('files', { where: { status: { in: [] } } })).toEqual({ records: [] });
        expect(await store.count('files', { status: { in: [] } })).toBe(0);
      });

      test('the id can be a condition', async () => {
        const { records } = await store.find('files', { where: { id: { gt: 'f27' } } });
        expect(records.map((record) => record.id)).toEqual(['f28', 'f29']);
      });

      test('counts what it would find', async () => {
        expect(await store.count('files', {})).toBe(30);
        expect(await store.count('files', { status: 'rejected' })).toBe(10);
        expect(await store.count('files', { createdAt: { gt: instant(8) } })).toBe(3);
      });

      test('many reads and searches at the same time each get their own answer', async () => {
        const { store } = fixture;
        const at = (minute: number) => ({ partnerId: 'initech', createdAt: instant(minute) });
        await store.commit([
          insert(fileRecord('one', at(1))),
          insert(fileRecord('two', at(2))),
          insert(fileRecord('three', { ...at(1), partnerId: 'umbrella' })),
        ]);
        const read = await Promise.all(['one', 'none', 'two', 'one'].map((id) => store.get('files', id)));
        expect(read.map((record) => record?.id)).toEqual(['one', undefined, 'two', 'one']);
        const firstAfter = async (partnerId: string, minute: number) => {
          const where = { partnerId, createdAt: { gt: instant(minute) } };
          const query = { where, orderBy: 'createdAt', limit: 1, few: true } as const;
          return (await store.find('files', query)).records.map(({ id }) => id);
        };
        const searches = [firstAfter('initech', 0), firstAfter('initech', 1), firstAfter('umbrella', 0)];
        expect(await Promise.all([...searches, firstAfter('initech', 2), firstAfter('hooli', 0)])).toEqual([
          ['one'],
          ['two'],
          ['three'],
          [],
          [],
        ]);
      });

      test('booleans are conditions like any other', async () => {
        await store.commit([
          { op: 'insert', collection: 'orders', record: order('o1', true) },
          { op: 'insert', collection: 'orders', record: order('o2', false) },
        ]);
        const { records } = await store.find('orders', { where: { open: true }, orderBy: 'updatedAt' });
        expect(records.map((record) => record.id)).toEqual(['o1']);
      });
    });

    describe('archive', () => {
      const sizes: [string, number][] = [
        ['empty', 0],
        ['small', 2000],
        ['exactly one chunk', 1024 * 1024],
        ['large', 20 * 1024 * 1024 + 7],
      ];
      test.each(sizes)('an entry comes back byte for byte: %s', async (_, size) => {
        const bytes = new Uint8Array(size).map((_unused, index) => (index * 31 + (index >> 8)) & 0xff);
        await store.commit([], [{ sha256: sha256(bytes), bytes }]);
        store = await fixture.reopen();
        const stored = await store.readArchive(sha256(bytes));
        expect(stored === undefined ? undefined : Buffer.compare(stored, bytes)).toBe(0);
      });

      test('the same entry twice is one entry', async () => {
        const bytes = Buffer.from('UNB+UNOC:3');
        const entry = { sha256: sha256(bytes), bytes };
        await store.commit([insert(fileRecord('f1'))], [entry, entry]);
        await store.commit([insert(fileRecord('f2'))], [entry]);
        expect(await store.count('files', {})).toBe(2);
        expect(await store.readArchive(entry.sha256)).toEqual(new Uint8Array(bytes));
      });

      test('the hashes are listed in order, page by page', async () => {
        const entries = Array.from({ length: 25 }, (_, index) => {
          const bytes = Buffer.from(`entry ${index}`);
          return { sha256: sha256(bytes), bytes };
        });
        await store.commit([], entries);
        const listed: string[] = [];
        for (
          let page = await store.listArchive(10);
          page.length > 0;
          page = await store.listArchive(10, page.at(-1))
        )
          listed.push(...page);
        expect(listed).toEqual(entries.map((entry) => entry.sha256).sort());
      });

      test('an unknown hash is undefined', async () => {
        expect(await store.readArchive('0'.repeat(64))).toBeUndefined();
        expect(await store.streamArchive('0'.repeat(64))).toBeUndefined();
      });

      describe('large content', () => {
        const large = new Uint8Array(9 * 1024 * 1024 + 11).map(
          (_unused, index) => (index * 7 + (index >> 9)) & 0xff,
        );

        test.each([0, 5, 1024 * 1024, 2 * 1024 * 1024 + 1, large.length])(
          'of %d bytes comes back, whole and piece by piece',
          async (size) => {
            const bytes = large.subarray(0, size);
            await store.putArchive(sha256(bytes), inPieces(bytes, 70_001));
            await store.putArchive(sha256(bytes), inPieces(bytes, 70_001));
            store = await fixture.reopen();
            expect(Buffer.compare((await store.readArchive(sha256(bytes)))!, bytes)).toBe(0);
            expect(Buffer.compare(await gather(store, sha256(bytes)), bytes)).toBe(0);
            expect(await store.listArchive(10)).toEqual([sha256(bytes)]);
          },
        );

        test('that was committed is read piece by piece', async () => {
          await store.commit([], [{ sha256: sha256(large), bytes: large }]);
          expect(Buffer.compare(await gather(store, sha256(large)), large)).toBe(0);
        });

        test('that is cut off, or other than its hash says, leaves nothing', async () => {
          const name = sha256(large);
          await expect(store.putArchive(name, inPieces(large, 70_001, 5_000_000))).rejects.toThrow(
            'link lost',
          );
          await expect(store.putArchive(name, inPieces(large.subarray(1), 70_001))).rejects.toMatchObject({
            code: 'STORE_CORRUPT',
          });
          expect(await store.readArchive(name)).toBeUndefined();
          expect(await store.streamArchive(name)).toBeUndefined();
          expect(await store.listArchive(10)).toEqual([]);
        });

        test('does not exist before it is complete, and meanwhile can be committed', async () => {
          const name = sha256(large);
          const uploading = store.putArchive(
            name,
            (async function* () {
              yield large.subarray(0, 5_000_000);
              expect(await store.readArchive(name)).toBeUndefined();
              expect(await store.listArchive(10)).toEqual([]);
              await store.commit([], [{ sha256: name, bytes: large }]);
              yield large.subarray(5_000_000);
            })(),
          );
          await uploading;
          expect(Buffer.compare((await store.readArchive(name))!, large)).toBe(0);
          expect(Buffer.compare(await gather(store, name), large)).toBe(0);
        });
      });
    });

    test('ten thousand records keep their order and their count', async () => {
      const ids = Array.from({ length: 10_000 }, (_, index) => `f${String(index).padStart(5, '0')}`);
      await Promise.all(
        ids.map((id, index) => store.commit([insert(fileRecord(id, { createdAt: instant(index % 60) }))])),
      );
      expect(await store.count('files', { partnerId: 'acme' })).toBe(10_000);
      expect(await allPages(store, { limit: 1000 })).toEqual(ids);
    });

    test('close finishes what was committed and refuses what comes after', async () => {
      const commit = store.commit([insert(fileRecord('f1'))]);
      await store.close();
      await expect(commit).resolves.toBeUndefined();
      await expect(store.commit([insert(fileRecord('f2'))])).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
      });
      await expect(store.get('files', 'f1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      store = await fixture.reopen();
      expect(await store.get('files', 'f1')).toBeDefined();
    });
  });
}

function order(id: string, open: boolean) {
  return {
    id,
    revision: 0,
    number: id,
    partnerId: 'acme',
    version: 1,
    badge: 'awaitingResponse',
    open,
    currency: 'USD',
    totalAmount: '10.00',
    requestedDate: '2026-03-10',
    createdAt: instant(0),
    updatedAt: instant(0),
    sequence: 1,
    // The store keeps the state as it is; its shape is tracking's matter.
    state: {} as never,
  };
}

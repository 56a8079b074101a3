import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ErpCommand } from '../../src/pipeline/ports/erp.ts';
import type { OutboundFile } from '../../src/pipeline/ports/transport.ts';
import { StandAloneErp } from '../../src/erp/stand-alone-erp.ts';
import { GatewayError } from '../../src/common/errors.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { FakeTime } from '../pipeline/fake-time.ts';
import { inMemory } from '../support/content.ts';

let store: SqliteStore;
let time: FakeTime;
let sent: OutboundFile[];
let down: boolean;
let erp: StandAloneErp;
beforeEach(() => {
  store = SqliteStore.open({ file: ':memory:', role: 'tool' });
  time = new FakeTime();
  sent = [];
  down = false;
  erp = new StandAloneErp({
    store,
    clock: time,
    channel: {
      send: (file) => {
        if (down) return Promise.reject(new GatewayError('TRANSPORT_UNAVAILABLE', 'disk full'));
        sent.push(file);
        return Promise.resolve({ at: time.now(), reference: `outbox/erp/${file.name}` });
      },
    },
  });
});
afterEach(() => store.close());

function command(key: string, changes: Partial<ErpCommand> = {}): ErpCommand {
  return {
    key,
    kind: 'confirmations',
    orderIds: ['PO-1'],
    partnerId: 'acme',
    data: { lines: [] },
    ...changes,
  };
}

test('a command is one JSON file with its number, and a record that an API lists by number', async () => {
  const { reference } = await erp.write(command('confirm-PO-1-1'));
  expect(reference).toBe('outbox/erp/confirmations-confirm-PO-1-1.json');
  expect(JSON.parse(Buffer.from(inMemory(sent[0]?.bytes)).toString())).toEqual({
    number: 1,
    createdAt: '2026-03-02T08:00:00.000Z',
    ...command('confirm-PO-1-1'),
  });
  const { records } = await store.find('erpCommands', { where: { number: { gt: 0 } }, orderBy: 'number' });
  expect(records.map((record) => record.command)).toEqual([command('confirm-PO-1-1')]);
});

test('a retry after trouble sends the same bytes under the same number', async () => {
  await erp.write(command('first'));
  down = true;
  await expect(erp.write(command('second'))).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
  down = false;
  time.advance(60_000);
  await erp.write(command('third'));
  await erp.write(command('second'));
  await erp.write(command('second'));
  expect(
    sent.map(
      (file) => (JSON.parse(Buffer.from(inMemory(file.bytes)).toString()) as { number: number }).number,
    ),
  ).toEqual([1, 3, 2, 2]);
  expect(sent[2]).toEqual(sent[3]);
  expect(await store.count('erpCommands', {})).toBe(3);
});

test('numbers have no gap and no repeat when many commands are written at once', async () => {
  await Promise.all(Array.from({ length: 15 }, (_, index) => erp.write(command(`c${index}`))));
  const { records } = await store.find('erpCommands', { orderBy: 'number' });
  expect(records.map((record) => record.number)).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
});

describe('the file name', () => {
  test.each(['order/PO 1/confirm#1', '../../etc/passwd', 'k'.repeat(300), 'ключ'])(
    'of the key %j is safe',
    async (key) => {
      await erp.write(command(key));
      expect(sent[0]?.name).toMatch(/^confirmations-[A-Za-z0-9._-]{1,120}\.json$/);
    },
  );

  test('tells keys apart that look alike', async () => {
    await erp.write(command('a/b'));
    await erp.write(command('a:b'));
    expect(new Set(sent.map((file) => file.name)).size).toBe(2);
  });
});

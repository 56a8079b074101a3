import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GatewayError } from '../../src/common/errors.ts';
import { pollErpInbox } from '../../src/erp/poll-erp-inbox.ts';
import type { ErpGateway } from '../../src/erp/receive-erp-file.ts';
import type { RefusedFile } from '../../src/pipeline/ports/transport.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { openFolderFixture, type FolderFixture } from '../transports/folder/folder-fixture.ts';

let fixture: FolderFixture;
let calls: [string, unknown][];
let failure: GatewayError | undefined;
/** What somebody was told. */
let told: RefusedFile[];
beforeEach(() => {
  fixture = openFolderFixture();
  calls = [];
  failure = undefined;
  told = [];
});
afterEach(() => fixture.dispose());

function record(name: string) {
  return (value: { id?: string }) => {
    if (failure !== undefined) return Promise.reject(failure);
    calls.push([name, value.id ?? value]);
    return Promise.resolve({ id: value.id ?? '', repeated: false });
  };
}

const gateway: ErpGateway = {
  releaseOrder: record('releaseOrder'),
  changeOrder: record('changeOrder'),
  cancelOrder: () => Promise.reject(new Error('not called')),
  receiveGoods: record('receiveGoods'),
  saveMasterData: async (entries) => {
    await record('saveMasterData')({ id: entries.map((entry) => entry.key).join(',') });
  },
};

async function drop(name: string, content: unknown): Promise<void> {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  await fixture.partnerPuts(name, Buffer.isBuffer(content) ? content : Buffer.from(text));
}

async function poll() {
  const tell = (file: RefusedFile) => Promise.resolve(void told.push(file));
  await pollErpInbox(fixture.channel, gateway, silentLogger, tell);
  fixture.time.advance(11_000);
  return pollErpInbox(fixture.channel, gateway, silentLogger, tell);
}

const party = { id: '100', name: 'Northwind' };
const line = { id: '1', item: { buyerId: 'A-1' }, quantity: { value: '5', unit: 'EA' } };
const order = {
  documentType: 'order',
  id: 'PO-1',
  issueDate: '2026-03-02',
  buyer: party,
  seller: party,
  lines: [line],
};

test('orders, changes, receipts and master data reach their use cases, in the order of a list', async () => {
  await drop('a.json', [
    { documentType: 'masterData', entries: [{ kind: 'item', key: 'A-1', data: { pack: '10' } }] },
    order,
    { ...order, documentType: 'orderChange', purpose: 'change', lines: [{ ...line, action: 'changed' }] },
    {
      documentType: 'receiptAdvice',
      id: 'WH/IN/1',
      receivedDate: '2026-03-03',
      lines: [{ orderId: 'PO-1', item: { buyerId: 'A-1' }, quantity: { value: '5', unit: 'EA' } }],
    },
  ]);
  await poll();
  expect(await fixture.rejected()).toEqual([]);
  expect(calls).toEqual([
    ['saveMasterData', 'A-1'],
    ['releaseOrder', 'PO-1'],
    ['changeOrder', 'PO-1'],
    ['receiveGoods', 'WH/IN/1'],
  ]);
  expect(await fixture.partnerHasLeft()).toEqual([]);
});

describe('a file that the ERP has to correct lies in error/ with the reason', () => {
  const cases: [string, unknown, string][] = [
    ['no JSON', '{"documentType": "order",', 'not JSON'],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'not JSON in UTF-8'],
    ['an order without lines', { ...order, lines: [] }, 'lines'],
    ['a misspelt field', { ...order, currrency: 'EUR' }, 'currrency'],
    ['no document type', { id: 'PO-1' }, 'documentType'],
    ['a document that an ERP does not send', { ...order, documentType: 'orderResponse' }, ''],
    [
      'master data of an unknown kind',
      { documentType: 'masterData', entries: [{ kind: 'x', key: 'k', data: {} }] },
      'kind',
    ],
  ];
  test.each(cases)('%s', async (_, content, reason) => {
    await drop('bad.json', content);
    await poll();
    const rejected = await fixture.rejected();
    expect(rejected).toMatchObject([{ name: 'bad.json' }]);
    expect(rejected[0]?.reason).toContain('INVALID_REQUEST');
    expect(rejected[0]?.reason).toContain(reason);
    expect(told).toEqual([{ name: 'bad.json', reason: expect.stringContaining(reason) }]);
    expect(await fixture.partnerHasLeft()).toEqual([]);
    expect(calls).toEqual([]);
  });

  test('also when the gateway refuses it; a list tells which message and that the ones before it were applied', async () => {
    await drop('list.json', [order, { ...order, lines: [] }]);
    await poll();
    const [rejected] = await fixture.rejected();
    expect(rejected?.reason).toMatch(/Message 2 of 2: .*The messages before it were applied\./s);
    expect(calls).toEqual([['releaseOrder', 'PO-1']]);
  });
});

test('a file that the folder puts aside itself is told, too', async () => {
  await drop('empty.json', '');
  await poll();
  expect(told).toEqual([{ name: 'empty.json', reason: 'The file is empty. Send it again.' }]);
});

test('at trouble that passes the file stays and is taken later', async () => {
  failure = new GatewayError('STORE_UNAVAILABLE', 'disk full');
  await drop('a.json', order);
  await expect(poll()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(await fixture.partnerHasLeft()).toEqual(['a.json']);
  failure = undefined;
  await poll();
  expect(calls).toEqual([['releaseOrder', 'PO-1']]);
});

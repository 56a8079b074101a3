import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { HeaderLine } from '../../../src/pipeline/channels/as2-message-record.ts';
import { deliver, IDENTITIES, startPair } from './as2-fixture.ts';
import type { Pair, Side } from './as2-fixture.ts';
import { openAddress } from './scripted-address.ts';
import type { ScriptedAddress } from './scripted-address.ts';

// A configuration is compiled by the first test that needs it.
jest.setTimeout(60_000);

let pair: Pair;
let address: ScriptedAddress | undefined;
afterEach(async () => {
  await pair.close();
  await address?.close();
  address = undefined;
});

/** A message of ours as it went over the wire, with other headers where a test says so; undefined leaves one out. */
async function captured(changes: Record<string, string | undefined> = {}) {
  await pair.us.send();
  const [message] = await pair.us.messages();
  const body = (await pair.us.gateway.world.store.readArchive(message!.request.sha256))!;
  const headers = message!.request.headers.flatMap(([name, value]): HeaderLine[] => {
    const changed = name in changes ? changes[name] : value;
    return changed === undefined ? [] : [[name, changed]];
  });
  return { headers, body };
}

const sendings = (side: Side) => side.gateway.all('work', { kind: 'sendReceipt' });

describe('a receipt that we owe to another address', () => {
  /** We have sent a message that wants its receipt at an address that answers so. */
  async function owe(...answers: number[]): Promise<void> {
    pair = await startPair('receipt: { mode: async }');
    address = await openAddress(...answers);
    pair.us.station.settings.url = address.url;
    await pair.us.send();
    await pair.them.gateway.settle();
  }

  test.each([408, 425, 429, 500, 503])(
    'that answers %i gets the same bytes under the same Message-ID later',
    async (status) => {
      await owe(status);
      expect(await sendings(pair.them)).toMatchObject([{ status: 'delayed' }]);
      await pair.them.gateway.pass({ minutes: 6 });
      expect(await sendings(pair.them)).toMatchObject([{ status: 'done' }]);
      const [first, second] = address!.requests;
      expect(second!.body).toBe(first!.body);
      expect(second!.headers['message-id']).toBe(first!.headers['message-id']);
      expect(await pair.them.messages()).toMatchObject([
        { attemptCount: 2, attempts: [{ outcome: `HTTP ${status}` }, { outcome: 'HTTP 200' }] },
      ]);
      expect(await pair.them.gateway.troubles()).not.toContain('TRANSPORT_FAILED');
    },
  );

  test.each([302, 400, 404])('that answers %i is not asked again; a person is told', async (status) => {
    await owe(status);
    await pair.them.gateway.pass({ days: 1 });
    expect(address!.requests).toHaveLength(1);
    expect(await sendings(pair.them)).toMatchObject([{ status: 'dead' }]);
    const details = (await pair.them.gateway.openExceptions()).map(({ detail }) => detail).join();
    expect(details).toContain(`did not reach ${address!.url}: HTTP ${status}`);
  });

  test('that never takes it is asked by the agreed schedule, and then a person is told', async () => {
    pair = await startPair('receipt: { mode: async }');
    pair.them.station.agreements[0]!.settings.theirReceipts.retryMinutes = [5, 10];
    address = await openAddress(500, 500, 500);
    pair.us.station.settings.url = address.url;
    await pair.us.send();
    await pair.them.gateway.settle();
    for (let hour = 0; hour < 4; hour += 1) await pair.them.gateway.pass({ hours: 1 });
    expect(address.requests).toHaveLength(3);
    expect(await sendings(pair.them)).toMatchObject([{ status: 'dead' }]);
  });

  test('is sent once, however often the message comes again meanwhile', async () => {
    await owe(503);
    const [message] = await pair.us.messages();
    const body = (await pair.us.gateway.world.store.readArchive(message!.request.sha256))!;
    await deliver(pair.them, message!.request.headers, body);
    await deliver(pair.them, message!.request.headers, body);
    await pair.them.gateway.pass({ minutes: 6 });
    expect(address!.requests).toHaveLength(2);
    expect(await sendings(pair.them)).toMatchObject([{ status: 'done' }]);
  });

  test.each([
    ['has gone out', 200, 'done'],
    ['was given up', 404, 'dead'],
  ])('goes out again for a message that comes again after it %s', async (_, status, before) => {
    await owe(status);
    expect(await sendings(pair.them)).toMatchObject([{ status: before }]);
    const [message] = await pair.us.messages();
    const body = (await pair.us.gateway.world.store.readArchive(message!.request.sha256))!;
    await deliver(pair.them, message!.request.headers, body);
    await pair.them.gateway.settle();
    const [first, second] = address!.requests;
    expect(second!.body).toBe(first!.body);
    expect(await pair.them.gateway.all('files', { direction: 'inbound' })).toHaveLength(1);
  });
});

describe('a message that wants no receipt', () => {
  const NONE = {
    'Disposition-Notification-To': undefined,
    'Disposition-Notification-Options': undefined,
    'Message-ID': '<no-receipt@TRADELANE>',
  };

  test('is taken and answered by nothing but that; so is a copy of it', async () => {
    pair = await startPair();
    const { headers, body } = await captured(NONE);
    for (let copy = 1; copy <= 2; copy += 1) {
      const answer = await deliver(pair.them, headers, body);
      expect([answer.status, Buffer.from(answer.body).toString()]).toEqual([200, '']);
    }
    const message = (await pair.them.messages()).find((one) => one.messageId === NONE['Message-ID'])!;
    expect(message).toMatchObject({ status: 'received', receiptMode: 'none', repeats: 1 });
    expect(message.receipt).toBeUndefined();
    expect(await pair.them.gateway.all('files', { direction: 'inbound' })).toHaveLength(2);
  });

  test('gets one when it comes again and does want it', async () => {
    pair = await startPair();
    const { headers, body } = await captured(NONE);
    await deliver(pair.them, headers, body);
    const asking: HeaderLine[] = [...headers, ['Disposition-Notification-To', 'edi@tradelane.example']];
    const answer = await deliver(pair.them, asking, body);
    expect(Buffer.from(answer.body).toString()).toContain('sent-automatically; processed\r\n');
    expect(Buffer.from((await deliver(pair.them, asking, body)).body)).toEqual(Buffer.from(answer.body));
  });

  test('and cannot be taken is answered by 400', async () => {
    pair = await startPair();
    const { headers, body } = await captured(NONE);
    await pair.them.secrets.set('partner-certificate', IDENTITIES.stranger.certificate);
    pair.them.gateway.world.time.advance(10_000);
    expect(await deliver(pair.them, headers, body)).toMatchObject({ status: 400 });
    expect(await pair.them.gateway.all('files', { direction: 'inbound' })).toHaveLength(1);
  });

  test('and brings other content under a Message-ID of before is answered by 409', async () => {
    pair = await startPair();
    const { headers, body } = await captured(NONE);
    await deliver(pair.them, headers, body);
    await pair.us.send({ key: 'send/other', bytes: Buffer.from('other content') });
    const other = (await pair.us.messages()).find(({ key }) => key === 'send/other')!;
    const bytes = (await pair.us.gateway.world.store.readArchive(other.request.sha256))!;
    const borrowed = other.request.headers.flatMap(([name, value]): HeaderLine[] => {
      const changed = name in NONE ? NONE[name as keyof typeof NONE] : value;
      return changed === undefined ? [] : [[name, changed]];
    });
    expect(await deliver(pair.them, borrowed, bytes)).toMatchObject({ status: 409 });
    expect(await pair.them.gateway.troubles()).toContain('MESSAGE_REFUSED');
  });
});

test('a message of before gets its receipt also when its certificate counts no more', async () => {
  pair = await startPair();
  const { headers, body } = await captured();
  await pair.them.secrets.set('partner-certificate', IDENTITIES.stranger.certificate);
  pair.them.gateway.world.time.advance(10_000);
  const answer = await deliver(pair.them, headers, body);
  expect(Buffer.from(answer.body).toString()).toContain('sent-automatically; processed\r\n');
  expect(await pair.them.gateway.all('files', { direction: 'inbound' })).toHaveLength(1);
  expect(await pair.them.gateway.troubles()).not.toContain('MESSAGE_REFUSED');
});

import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Crash } from '../../support/crash.ts';
import type { As2MessageRecord } from '../../../src/pipeline/channels/as2-message-record.ts';
import { readReceiptBody } from '../../../src/pipeline/channels/receipt-body.ts';
import { chaseReceipts } from '../../../src/transports/as2/overdue-receipts.ts';
import { readCertificates, readPrivateKey } from '../../../src/transports/as2/certificate.ts';
import { errorDisposition, PROCESSED } from '../../../src/transports/as2/disposition.ts';
import { writeMdn } from '../../../src/transports/as2/write-mdn.ts';
import type { MdnContent } from '../../../src/transports/as2/write-mdn.ts';
import type { As2Answer } from '../../../src/transports/as2/http-exchange.ts';
import type { HeaderLine } from '../../../src/pipeline/channels/as2-message-record.ts';
import { deliver, IDENTITIES, keepReceiptAsBefore, Side, startPair } from './as2-fixture.ts';
import type { Pair } from './as2-fixture.ts';
import { openAddress } from './scripted-address.ts';
import type { ScriptedAddress } from './scripted-address.ts';

// A configuration is compiled by the first test that needs it.
jest.setTimeout(60_000);

let pair: Pair;
let others: Side[] = [];
let address: ScriptedAddress | undefined;
afterEach(async () => {
  await pair.close();
  // A world that was taken over is closed with its first side.
  await Promise.all(others.map((side) => side.abandon()));
  others = [];
  await address?.close();
  address = undefined;
});

const FILE = { name: 'order.edi', bytes: Buffer.from("UNB+UNOC:3+A+B+260302:0800+1'UNZ+0+1'") };

/** Sends a file and gives back its request as it went over the wire, to be played again. */
async function capture(side: Side, key = 'send/1'): Promise<{ message: As2MessageRecord; body: Uint8Array }> {
  await side.send({ ...FILE, key });
  const message = (await side.messages()).find((each) => each.key === key)!;
  return { message, body: (await side.gateway.world.store.readArchive(message.request.sha256))! };
}

const inboundFiles = (side: Side) => side.gateway.all('files', { direction: 'inbound' });

describe('a message that comes again', () => {
  test('is answered by the very receipt of the first time, and delivered once', async () => {
    pair = await startPair();
    const { message, body } = await capture(pair.us);
    const first = message.receipt!;
    const again = await deliver(pair.them, message.request.headers, body);
    expect(again.status).toBe(200);
    expect(Buffer.from(again.body)).toEqual(
      Buffer.from((await pair.us.gateway.world.store.readArchive(first.sha256))!),
    );
    expect(await inboundFiles(pair.them)).toHaveLength(1);
    expect(await pair.them.messages()).toMatchObject([{ status: 'received', repeats: 1 }]);
  });

  test('is answered by the receipt that an earlier version has put into the archive', async () => {
    pair = await startPair();
    const { message, body } = await capture(pair.us);
    await keepReceiptAsBefore(pair.them);
    const again = await deliver(pair.them, message.request.headers, body);
    expect(Buffer.from(again.body)).toEqual(
      Buffer.from((await pair.us.gateway.world.store.readArchive(message.receipt!.sha256))!),
    );
  });

  test('twice at the same time: one delivery, one receipt for both', async () => {
    pair = await startPair();
    const { message, body } = await capture(pair.us);
    const fresh = message.request.headers.map(([name, value]): HeaderLine => [
      name,
      name === 'Message-ID' ? '<another@TRADELANE>' : value,
    ]);
    const answers = await Promise.all([1, 2, 3, 4].map(() => deliver(pair.them, fresh, body)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map((answer) => Buffer.from(answer.body).toString())).size).toBe(1);
    expect(await inboundFiles(pair.them)).toHaveLength(2);
  });

  test('with other content under its Message-ID: refused, told to a person; the first stays', async () => {
    pair = await startPair();
    const first = await capture(pair.us);
    const second = await capture(pair.us, 'send/2');
    const other = await pair.us.send({
      name: 'order.edi',
      bytes: Buffer.from('other content'),
      key: 'send/3',
    });
    expect(other.reference).toContain('MDN');
    const third = (await pair.us.messages()).find(({ key }) => key === 'send/3')!;
    const body = (await pair.us.gateway.world.store.readArchive(third.request.sha256))!;
    const borrowed = third.request.headers.map(([name, value]): HeaderLine => [
      name,
      name === 'Message-ID' ? first.message.messageId : value,
    ]);
    const answer = await deliver(pair.them, borrowed, body);
    expect(Buffer.from(answer.body).toString()).toContain('processed/error: unexpected-processing-error');
    expect(second.message.messageId).not.toBe(first.message.messageId);
    expect(await inboundFiles(pair.them)).toHaveLength(3);
    expect(await pair.them.gateway.troubles()).toContain('MESSAGE_REFUSED');
  });

  test('after it was refused, is judged anew', async () => {
    pair = await startPair('', { them: { partner: IDENTITIES.stranger } });
    await expect(pair.us.send(FILE)).rejects.toThrow('authentication-failed');
    const [message] = await pair.us.messages();
    const body = (await pair.us.gateway.world.store.readArchive(message!.request.sha256))!;
    await pair.them.secrets.set('partner-certificate', IDENTITIES.us.certificate);
    pair.them.gateway.world.time.advance(10_000);
    const answer = await deliver(pair.them, message!.request.headers, body);
    expect(Buffer.from(answer.body).toString()).toContain('sent-automatically; processed\r\n');
    expect(await inboundFiles(pair.them)).toHaveLength(1);
    expect(await pair.them.messages()).toMatchObject([{ status: 'received' }]);
  });
});

describe('the process ends', () => {
  test('at any commit of receiving: after a restart the retry gets its receipt, and nothing is lost or doubled', async () => {
    pair = await startPair();
    const { message, body } = await capture(pair.us);
    for (let at = 1; at <= 2; at += 1) {
      for (const side of ['before', 'after'] as const) {
        const headers = message.request.headers.map(([name, value]): HeaderLine => [
          name,
          name === 'Message-ID' ? `<crash-${at}-${side}@TRADELANE>` : value,
        ]);
        const crash = new Crash(at, side);
        const options = {
          ours: 'NORTHWIND',
          theirs: 'TRADELANE',
          own: IDENTITIES.them,
          partner: IDENTITIES.us,
        };
        const dying = await Side.start(options, { url: 'http://127.0.0.1:1/', crash });
        const before = await deliver(dying, headers, body).catch(() => undefined);
        await crash.ended();
        await dying.abandon();
        const next = await Side.start(options, { url: 'http://127.0.0.1:1/', world: dying.gateway.world });
        others.push(next);
        const answer = await deliver(next, headers, body);
        expect(Buffer.from(answer.body).toString()).toContain('sent-automatically; processed\r\n');
        if (before?.status === 200) expect(Buffer.from(answer.body)).toEqual(Buffer.from(before.body));
        await next.gateway.settle();
        expect(await inboundFiles(next)).toMatchObject([{ name: 'order.edi' }]);
        expect((await inboundFiles(next))[0]!.status).not.toBe('received');
      }
    }
  });

  test.each([1, 2, 3])(
    'at commit %i, an asynchronous receipt being owed: it goes out after the restart, one for one delivery',
    async (at) => {
      pair = await startPair('receipt: { mode: async }');
      const { us } = pair;
      const crash = new Crash(at, 'after');
      const options = {
        ours: 'NORTHWIND',
        theirs: 'TRADELANE',
        own: IDENTITIES.them,
        partner: IDENTITIES.us,
      };
      const dying = await Side.start(options, { url: us.station.settings.url!, crash });
      us.station.agreements[0]!.settings.url = dying.station.settings.url!;
      await us.send(FILE).catch(() => undefined);
      await crash.ended();
      await dying.abandon();
      const next = await Side.start(options, { url: us.station.settings.url!, world: dying.gateway.world });
      others.push(next);
      us.station.agreements[0]!.settings.url = next.station.settings.url!;
      await us.send(FILE);
      await next.gateway.settle();
      const [stored] = await next.messages();
      expect(await us.messages()).toMatchObject([
        { status: 'acknowledged', receipt: { messageId: stored!.receipt!.messageId } },
      ]);
      expect(await inboundFiles(next)).toHaveLength(1);
    },
  );

  test('between packing and sending: the same bytes go out after the restart', async () => {
    pair = await startPair();
    const { us, them } = pair;
    us.station.agreements[0]!.settings.url = 'http://127.0.0.1:1/as2';
    await expect(us.send(FILE)).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE', retryable: 'later' });
    const [packed] = await us.messages();
    us.gateway.abandon();
    const next = await Side.start(
      { ours: 'TRADELANE', theirs: 'NORTHWIND', own: IDENTITIES.us, partner: IDENTITIES.them },
      { url: `http://127.0.0.1:${them.listener.port}/as2`, world: us.gateway.world },
    );
    others.push(next);
    await next.send(FILE);
    const [received] = await them.messages();
    expect(received).toMatchObject({
      messageId: packed!.messageId,
      request: { sha256: packed!.request.sha256 },
    });
    expect(await next.messages()).toMatchObject([{ status: 'acknowledged', attemptCount: 2 }]);
  });
});

describe('asynchronous receipts', () => {
  test('arrive on a connection of their own and confirm the message', async () => {
    pair = await startPair('receipt: { mode: async }');
    const { us, them } = pair;
    expect(await us.send(FILE)).toMatchObject({ receiptAwaited: true });
    expect(await us.messages()).toMatchObject([{ status: 'awaitingReceipt' }]);
    await them.gateway.settle();
    expect(await us.messages()).toMatchObject([{ status: 'acknowledged', receipt: { signed: true } }]);
  });

  test('that cannot be delivered are tried again with the same bytes by the agreed schedule', async () => {
    pair = await startPair('receipt: { mode: async }');
    const { us, them } = pair;
    const { port } = us.listener;
    await us.listener.close();
    await us.send(FILE);
    await them.gateway.settle();
    const [item] = await them.gateway.all('work', { kind: 'sendReceipt' });
    expect(item).toMatchObject({ status: 'delayed', attempts: 1 });
    const [owed] = await them.messages();
    others.push(
      await Side.start(
        { ours: 'TRADELANE', theirs: 'NORTHWIND', own: IDENTITIES.us, partner: IDENTITIES.them },
        { url: them.station.settings.url!, port, world: us.gateway.world },
      ),
    );
    us.gateway.abandon();
    await them.gateway.pass({ minutes: 6 });
    expect(await us.messages()).toMatchObject([
      {
        status: 'acknowledged',
        receipt: { messageId: owed!.receipt!.messageId, sha256: owed!.receipt!.sha256 },
      },
    ]);
  });

  test('go to hosts that the agreement names, and nowhere else', async () => {
    pair = await startPair('receipt: { mode: async }');
    const { us, them } = pair;
    us.station.settings.url = 'http://169.254.169.254/latest/meta-data';
    await us.send(FILE);
    await them.gateway.settle();
    expect(await them.messages()).toMatchObject([{ status: 'received', receiptUrl: '' }]);
    expect(await them.gateway.all('work', { kind: 'sendReceipt' })).toEqual([]);
    const [trouble] = (await them.gateway.openExceptions()).filter(({ type }) => type === 'TRANSPORT_FAILED');
    expect(trouble?.detail).toContain('169.254.169.254');
  });

  test('that stay away are asked for by sending the same again; then a person decides, and a late one still counts', async () => {
    pair = await startPair('receipt: { mode: async, repeats: 1 }');
    const { us, them } = pair;
    them.station.agreements[0]!.settings.theirReceipts.hosts = ['elsewhere.example'];
    await us.send(FILE);
    const time = us.gateway.world.time;
    time.advance(61 * 60_000);
    await chaseReceipts(us.station);
    await us.send(FILE);
    time.advance(61 * 60_000);
    await chaseReceipts(us.station);
    expect(await us.messages()).toMatchObject([{ status: 'unanswered', attemptCount: 2 }]);
    const { receipt } = (await them.messages())[0]!;
    const body = await readReceiptBody(them.gateway.world.store, receipt!);
    expect(await deliver(us, receipt!.headers, body!)).toMatchObject({ status: 200 });
    expect(await us.messages()).toMatchObject([
      { status: 'acknowledged', receipt: { warnings: [expect.stringContaining('given up')] } },
    ]);
    expect((await us.messages())[0]!.trouble).toBeUndefined();
    expect(await inboundFiles(them)).toHaveLength(1);
  });
});

describe('an attempt to send', () => {
  /** The partner's address answers so. */
  async function startAt(...answers: number[]): Promise<void> {
    pair = await startPair();
    address = await openAddress(...answers);
    pair.us.station.agreements[0]!.settings.url = address.url;
  }

  test.each([408, 425, 429, 500, 503])(
    'at an address that answers %i is made again later, and the message says what it answered',
    async (status) => {
      await startAt(status);
      await expect(pair.us.send()).rejects.toMatchObject({
        code: 'TRANSPORT_UNAVAILABLE',
        retryable: 'later',
        details: { retryAfterMs: 60_000 },
      });
      expect(await pair.us.messages()).toMatchObject([
        { status: 'packed', attempts: [{ outcome: expect.stringContaining(`HTTP ${status}`) }] },
      ]);
    },
  );

  test.each([
    [307, 'HTTP 307 and a redirect to http://127.0.0.1:1/elsewhere, which is never followed'],
    [400, 'HTTP 400. Check the address'],
    [404, 'HTTP 404. Check the address'],
  ])('at an address that answers %i is the last one', async (status, text) => {
    await startAt(status);
    await expect(pair.us.send()).rejects.toMatchObject({
      code: 'TRANSPORT_REJECTED',
      message: expect.stringContaining(text),
    });
    expect(address!.requests).toHaveLength(1);
    expect(await pair.us.messages()).toMatchObject([{ attempts: [{ outcome: `HTTP ${status}` }] }]);
  });

  test('at an address where nobody answers is made again by the agreed schedule; then a person is told', async () => {
    await startAt();
    pair.us.station.agreements[0]!.settings.retry.minutes = [2, 7];
    await address!.close();
    for (const minutes of [2, 7]) {
      await expect(pair.us.send()).rejects.toMatchObject({
        retryable: 'later',
        details: { retryAfterMs: minutes * 60_000 },
      });
    }
    await expect(pair.us.send()).rejects.toMatchObject({
      retryable: 'never',
      details: { exceptionType: 'MDN_MISSING' },
      message: expect.stringContaining('It was tried 3 times.'),
    });
    const [message] = await pair.us.messages();
    expect(message!.attempts).toHaveLength(3);
  });
});

describe('a forged receipt', () => {
  const certificate = readCertificates(Buffer.from(IDENTITIES.stranger.certificate))[0]!;
  const key = readPrivateKey(IDENTITIES.stranger.key);
  const at = '2026-03-02T08:00:00.000Z';

  /** Somebody writes a receipt for the message that we wait for. */
  async function forge(
    message: As2MessageRecord,
    change: Partial<MdnContent>,
    signed: boolean,
  ): Promise<As2Answer> {
    const [mic] = message.mics;
    const written = writeMdn(
      {
        from: 'NORTHWIND',
        to: 'TRADELANE',
        originalRecipient: 'NORTHWIND',
        originalMessageId: message.messageId,
        messageId: '<forged@NORTHWIND>',
        at,
        disposition: PROCESSED,
        mic: { value: mic!.value, spelling: 'sha-256' },
        text: 'Received.',
        ...change,
      },
      signed ? { key, certificate, digest: 'sha256', scheme: 'rsa', at } : undefined,
    );
    return deliver(pair.us, written.headers, written.body);
  }

  test('unsigned, signed by a stranger, or about another message: changes nothing, whatever it says', async () => {
    pair = await startPair('receipt: { mode: async }');
    const { us, them } = pair;
    them.station.agreements[0]!.settings.theirReceipts.hosts = ['elsewhere.example'];
    await us.send(FILE);
    const [message] = await us.messages();
    const failure = { disposition: errorDisposition('decryption-failed') };
    expect(await forge(message!, {}, false)).toMatchObject({ status: 200 });
    expect(await forge(message!, {}, true)).toMatchObject({ status: 200 });
    expect(await forge(message!, failure, true)).toMatchObject({ status: 200 });
    expect(await forge(message!, { originalMessageId: '<other@TRADELANE>' }, true)).toMatchObject({
      status: 200,
    });
    const [after] = await us.messages();
    expect(after!.status).toBe('awaitingReceipt');
    expect(after!.receipt).toBeUndefined();
    expect(after!.notes.map(({ text }) => text)).toEqual([
      expect.stringContaining('not signed'),
      expect.stringContaining('signature does not hold'),
      expect.stringContaining('signature does not hold'),
    ]);
  });

  test('after the true one does not undo it', async () => {
    pair = await startPair('receipt: { mode: async, signed: false }');
    const { us, them } = pair;
    await us.send(FILE);
    await them.gateway.settle();
    const [message] = await us.messages();
    expect(message!.status).toBe('acknowledged');
    await forge(message!, { disposition: errorDisposition('decryption-failed') }, false);
    expect(await us.messages()).toMatchObject([
      { status: 'acknowledged', receipt: { disposition: 'processed' } },
    ]);
    expect(await us.gateway.troubles()).toEqual(['MDN_NEGATIVE']);
  });

  test('or another one that agrees with it is no contradiction; the same one once more says nothing', async () => {
    pair = await startPair('receipt: { mode: async, signed: false }');
    const { us, them } = pair;
    await us.send(FILE);
    await them.gateway.settle();
    const { receipt } = (await them.messages())[0]!;
    const body = await readReceiptBody(them.gateway.world.store, receipt!);
    await deliver(us, receipt!.headers, body!);
    const [message] = await us.messages();
    expect(message).toMatchObject({ status: 'acknowledged', notes: [] });
    await forge(message!, {}, false);
    await forge(message!, { disposition: errorDisposition('duplicate-document') }, false);
    const [after] = await us.messages();
    expect(after!.notes.map(({ text }) => text)).toEqual([
      'Another receipt says: processed (“Received.”).',
      'Another receipt says: processed/error: duplicate-document (“Received.”).',
    ]);
    expect(after).toMatchObject({ receipt: message!.receipt });
    expect(await us.gateway.troubles()).toEqual([]);
  });

  test('that says yes after a refusal does not undo that; a person is told that they contradict each other', async () => {
    pair = await startPair('receipt: { mode: async, signed: false }');
    const { us, them } = pair;
    them.station.agreements[0]!.settings.theirReceipts.hosts = ['elsewhere.example'];
    await us.send(FILE);
    const [message] = await us.messages();
    await forge(message!, { disposition: errorDisposition('decryption-failed') }, false);
    await forge(message!, { messageId: '<second@NORTHWIND>' }, false);
    expect(await us.messages()).toMatchObject([
      { status: 'refused', receipt: { disposition: 'processed/error: decryption-failed' } },
    ]);
    const told = (await us.gateway.all('exceptions')).map(({ detail }) => detail);
    expect(told).toEqual([expect.stringContaining('two receipts for the AS2 message')]);
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { As2Peer, freePort } from '../support/as2-peer.ts';
import type { PeerEvent } from '../support/as2-peer.ts';
import { chaseReceipts } from '../../src/transports/as2/overdue-receipts.ts';
import type { As2MessageRecord } from '../../src/pipeline/channels/as2-message-record.ts';
import { Side } from '../transports/as2/as2-fixture.ts';

const missing = As2Peer.missing();
if (missing !== undefined) process.stderr.write(`as2 sending: skipped, ${missing}\n`);

/** An EDI file with every line end and byte that a transport could spoil. */
const FILE = Buffer.concat([
  Buffer.from("UNB+UNOC:3+A+B'\nUNZ+0+1'\r\n\r\n"),
  Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
]);

(missing === undefined ? describe : describe.skip)('a foreign partner receives', () => {
  let peer: As2Peer;
  let us: Side;
  let port: number;
  let events: () => PeerEvent[];
  let count = 0;

  beforeAll(async () => {
    peer = await As2Peer.create();
    ({ port, events } = await peer.listen());
    us = await Side.start(
      {
        ours: 'GW',
        theirs: 'PEER',
        own: { certificate: peer.pem('gw.crt'), key: peer.pem('gw.key') },
        partner: { certificate: peer.pem('peer.crt'), key: peer.pem('peer.key') },
      },
      { url: `http://127.0.0.1:${port}/as2`, port: await freePort(), at: new Date().toISOString() },
    );
  }, 180_000);

  afterAll(async () => {
    await us.close();
    await peer.close();
  });

  /** Sends a file to an address that answers in its own way; what became of it, in words. */
  async function send(
    variant: string,
    settings: { mode?: 'sync' | 'async' | 'none'; receiptInAnswer?: boolean; answerSeconds?: number } = {},
  ): Promise<{ outcome: string; error: string; message: As2MessageRecord; key: string }> {
    const { mode = 'sync', receiptInAnswer = true, answerSeconds = 20 } = settings;
    const agreement = us.station.agreements[0]!.settings;
    agreement.url = `http://127.0.0.1:${port}/as2/${variant}`;
    agreement.receipt.mode = mode;
    agreement.tolerances.receiptInAnswer = receiptInAnswer;
    agreement.timeouts.answerSeconds = answerSeconds;
    count += 1;
    const key = `send/${variant}-${count}`;
    const result = await us.send({ name: 'order.edi', bytes: FILE, key }).then(
      (receipt) => ({ outcome: receipt.receiptAwaited === true ? 'awaited' : 'delivered', error: '' }),
      (error: unknown) => ({ outcome: String((error as { code?: string }).code), error: String(error) }),
    );
    return { ...result, key, message: await messageOf(key) };
  }

  async function messageOf(key: string): Promise<As2MessageRecord> {
    return (await us.messages()).findLast((message) => message.key === key)!;
  }

  /** The peer sends asynchronous receipts a little later. */
  async function untilSettled(key: string): Promise<As2MessageRecord> {
    for (;;) {
      const message = await messageOf(key);
      if (message.status !== 'awaitingReceipt') return message;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  test.each([
    ...['mic-sha256', 'mic-SHA256', 'mic-sha-256', 'mic-SHA-256', 'mic-sha_256'],
    ...['micalg-sha256', 'micalg-SHA256', 'micalg-SHA-256', 'micalg-sha_256'],
    ...['folded', 'no-space', 'case', 'b64part', 'lf', 'extra-part', 'no-text', 'preamble'],
    ...['x-sig', 'sig-binary', 'chunked', 'no-angle', 'slow-1', ''],
  ])('a receipt in the form %j is accepted', async (variant) => {
    const { outcome, message, error } = await send(variant);
    expect({ outcome, error }).toEqual({ outcome: 'delivered', error: '' });
    expect(message).toMatchObject({ status: 'acknowledged', receipt: { positive: true, signed: true } });
  });

  test('a signed receipt where an unsigned one was asked for is accepted', async () => {
    const agreement = us.station.agreements[0]!.settings;
    agreement.receipt.signed = false;
    const { outcome, message } = await send('signed-anyway');
    agreement.receipt.signed = true;
    expect(outcome).toBe('delivered');
    expect(message.receipt).toMatchObject({ positive: true, signed: true });
  });

  test.each(['async202', 'async204', 'late-1', 'dup-async', ''])(
    'an asynchronous receipt (%j) is accepted, once',
    async (variant) => {
      const { outcome, key } = await send(variant, { mode: 'async' });
      expect(['awaited', 'delivered']).toContain(outcome);
      const message = await untilSettled(key);
      expect(message).toMatchObject({ status: 'acknowledged', receipt: { positive: true, warnings: [] } });
    },
  );

  test.each([
    ['wrong-mic', 'refused', 'something else'],
    ['nomic', 'refused', 'no MIC'],
    ['mic-otheralg', 'refused', 'something else'],
    ['unsigned', 'unanswered', 'not signed'],
    ['badsig', 'unanswered', 'signature does not hold'],
    ['stranger', 'unanswered', 'signature does not hold'],
    ['wrong-orig-id', 'unanswered', 'not <'],
    ['error-decrypt', 'refused', 'processed/error: decryption-failed'],
    ['error-auth', 'refused', 'processed/error: authentication-failed'],
    ['error-integrity', 'refused', 'processed/error: integrity-check-failed'],
    ['error-security', 'refused', 'processed/error: insufficient-message-security'],
    ['error-unexpected', 'refused', 'processed/error: unexpected-processing-error'],
    ['failure-format', 'refused', 'failed/failure: unsupported format'],
    ['failure-mic', 'refused', 'failed/failure: unsupported mic-algorithms'],
    ['denied', 'refused', 'denied'],
  ])('%s is no acknowledgment, and is not tried again', async (variant, status, words) => {
    const { outcome, error, message } = await send(variant);
    expect(outcome).toBe('TRANSPORT_REJECTED');
    expect(error).toContain(words);
    expect(message.status).toBe(status);
  });

  test.each(['http301', 'http302', 'http400', 'http401', 'http403', 'http404', 'http413'])(
    '%s is for a person',
    async (variant) => {
      const { outcome, error, message } = await send(variant);
      expect(outcome).toBe('TRANSPORT_REJECTED');
      expect(error).toContain(`HTTP ${variant.slice(4)}`);
      expect(message.status).toBe('packed');
    },
  );

  test.each([
    'http408',
    'http425',
    'http429',
    'http500',
    'http502',
    'http503',
    'http599',
    'empty200',
    'html200',
    'truncate',
    'close',
  ])('%s is tried again later', async (variant) => {
    const { outcome, message } = await send(variant);
    expect(outcome).toBe('TRANSPORT_UNAVAILABLE');
    expect(message).toMatchObject({ status: 'packed', attemptCount: 1 });
  });

  test('no answer in time is tried again later', async () => {
    const { outcome, error } = await send('hang', { answerSeconds: 0.5 });
    expect(outcome).toBe('TRANSPORT_UNAVAILABLE');
    expect(error).toContain('no answer within 0.5 s');
  });

  test('no asynchronous receipt at all: the same bytes again, and then a person is asked', async () => {
    const { outcome, key } = await send('never', { mode: 'async' });
    expect(outcome).toBe('awaited');
    const { attemptCount, receiptDueAt } = await messageOf(key);
    expect({ attemptCount, isDue: receiptDueAt !== '' }).toEqual({ attemptCount: 1, isDue: true });
    for (let repeat = 1; repeat <= 2; repeat += 1) {
      us.gateway.world.time.advance(61 * 60_000);
      await chaseReceipts(us.station);
      expect(await messageOf(key)).toMatchObject({ status: 'packed', attemptCount: repeat });
      await us.send({ name: 'order.edi', bytes: FILE, key });
    }
    us.gateway.world.time.advance(61 * 60_000);
    await chaseReceipts(us.station);
    const message = await messageOf(key);
    expect(message).toMatchObject({ status: 'unanswered', attemptCount: 3 });
    const attempts = events().filter(({ id }) => id === message.messageId);
    expect(attempts.map((event) => event.same_bytes_as_first)).toEqual([null, true, true]);
  });

  test('a synchronous receipt although an asynchronous one was asked for: accepted, unless the partner’s settings say no', async () => {
    expect(await send('sync-for-async', { mode: 'async' })).toMatchObject({
      outcome: 'delivered',
      message: { status: 'acknowledged' },
    });
    expect(await send('sync-for-async', { mode: 'async', receiptInAnswer: false })).toMatchObject({
      outcome: 'awaited',
      message: { status: 'awaitingReceipt' },
    });
  });

  test.each(['warning-dup', 'warning-auth'])('%s is an acknowledgment with a warning', async (variant) => {
    const { outcome, message } = await send(variant);
    expect(outcome).toBe('delivered');
    expect(message.receipt?.warnings).toEqual([expect.stringContaining('processed/warning')]);
  });

  test('every attempt sends the same bytes under the same Message-ID', async () => {
    const first = await send('fail-then-ok-2');
    expect(first.outcome).toBe('TRANSPORT_UNAVAILABLE');
    await expect(us.send({ name: 'order.edi', bytes: FILE, key: first.key })).rejects.toMatchObject({
      retryable: 'later',
    });
    await us.send({ name: 'order.edi', bytes: FILE, key: first.key });
    const message = await messageOf(first.key);
    expect(message).toMatchObject({ status: 'acknowledged', attemptCount: 3 });
    const attempts = events().filter(({ id }) => id === message.messageId);
    expect(attempts.map((event) => event.same_bytes_as_first)).toEqual([null, true, true]);
  });

  test('no receipt asked for: the answer by HTTP is the proof', async () => {
    const { outcome, message } = await send('', { mode: 'none' });
    expect({ outcome, status: message.status }).toEqual({ outcome: 'delivered', status: 'acknowledged' });
  });

  test('whatever we sent was read without fault, byte for byte', () => {
    const received = events().filter(({ event }) => event === 'message');
    expect(received.length).toBeGreaterThan(60);
    for (const { conformance, error, payloads } of received) {
      expect({ conformance, error }).toEqual({ conformance: [], error: null });
      expect(payloads).toMatchObject([{ filename: 'order.edi', size: FILE.length }]);
    }
  });
});

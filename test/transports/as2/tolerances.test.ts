import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { readCertificates, readPrivateKey } from '../../../src/transports/as2/certificate.ts';
import { PROCESSED } from '../../../src/transports/as2/disposition.ts';
import { writeMdn } from '../../../src/transports/as2/write-mdn.ts';
import { deliver, IDENTITIES, makeIdentity, startPair } from './as2-fixture.ts';
import type { Pair } from './as2-fixture.ts';

// A configuration is compiled by the first test that needs it.
jest.setTimeout(60_000);

let pair: Pair;
afterEach(() => pair.close());

const DAY_MS = 86_400_000;

describe('a signature by a certificate that has expired before the message came', () => {
  const ending = makeIdentity('NORTHWIND', { from: '2026-01-01T00:00:00.000Z', days: 68 });

  async function receiveThreeDaysLate(tolerances: string): Promise<Promise<unknown>> {
    pair = await startPair('', {
      us: { partner: ending, settings: `tolerances: { ${tolerances} }` },
      them: { own: ending },
    });
    // The sender's clock is behind: his own certificate is still good to him.
    pair.us.gateway.world.time.advance(10 * DAY_MS);
    return pair.them.send();
  }

  test('is refused, and a person is told', async () => {
    await expect(receiveThreeDaysLate('')).rejects.toThrow('authentication-failed');
    expect(await pair.us.messages()).toMatchObject([{ status: 'refused' }]);
    expect(await pair.us.gateway.all('files', { direction: 'inbound' })).toEqual([]);
    expect(await pair.us.gateway.troubles()).toContain('MESSAGE_REFUSED');
  });

  test('counts for the days of grace, and no longer', async () => {
    await receiveThreeDaysLate('expiredSignatureDays: 3');
    expect(await pair.us.messages()).toMatchObject([{ status: 'received' }]);
    pair.us.gateway.world.time.advance(DAY_MS);
    await expect(pair.them.send({ key: 'send/2' })).rejects.toThrow('authentication-failed');
  });
});

describe('a message that comes again', () => {
  test('is answered by processed/warning: duplicate-document where the partner wants that', async () => {
    pair = await startPair('', { them: { settings: 'tolerances: { duplicateWarning: true }' } });
    await pair.us.send();
    const [message] = await pair.us.messages();
    const body = (await pair.us.gateway.world.store.readArchive(message!.request.sha256))!;
    const again = await deliver(pair.them, message!.request.headers, body);
    const text = Buffer.from(again.body).toString();
    expect(text).toContain('processed/warning: duplicate-document\r\n');
    expect(text).toContain(`Received-content-MIC: ${message!.mics[0]!.value}, sha-256`);
    expect(await pair.them.gateway.all('files', { direction: 'inbound' })).toHaveLength(1);
  });
});

describe('a receipt', () => {
  const key = readPrivateKey(IDENTITIES.them.key);
  const [certificate] = readCertificates(Buffer.from(IDENTITIES.them.certificate));
  const at = '2026-03-02T08:00:00.000Z';

  /** The partner's own receipt for our message, as he chooses to write it. */
  async function answer(tolerances: string, { signed, mic }: { signed: boolean; mic: boolean }) {
    pair = await startPair('receipt: { mode: async }', {
      us: { settings: `receipt: { mode: async }\ntolerances: { ${tolerances} }` },
    });
    pair.them.station.agreements[0]!.settings.theirReceipts.hosts = ['elsewhere.example'];
    await pair.us.send();
    const [message] = await pair.us.messages();
    const written = writeMdn(
      {
        from: 'NORTHWIND',
        to: 'TRADELANE',
        originalRecipient: 'NORTHWIND',
        originalMessageId: message!.messageId,
        messageId: '<receipt@NORTHWIND>',
        at,
        disposition: PROCESSED,
        text: 'Received.',
        ...(mic && { mic: { value: message!.mics[0]!.value, spelling: 'sha-256' } }),
      },
      signed ? { key, certificate: certificate!, digest: 'sha256', scheme: 'rsa', at } : undefined,
    );
    await deliver(pair.us, written.headers, written.body);
    return (await pair.us.messages())[0]!;
  }

  test('without a signature counts for nothing, unless the partner’s settings say so', async () => {
    const unsigned = { signed: false, mic: true };
    expect(await answer('', unsigned)).toMatchObject({ status: 'awaitingReceipt' });
    await pair.close();
    expect(await answer('unsignedReceipt: true', unsigned)).toMatchObject({
      status: 'acknowledged',
      receipt: { warnings: ['It is not signed.'] },
    });
  });

  test('without a MIC is a refusal, unless the partner’s settings say so', async () => {
    const withoutMic = { signed: true, mic: false };
    expect(await answer('', withoutMic)).toMatchObject({
      status: 'refused',
      trouble: expect.stringContaining('no MIC'),
    });
    await pair.close();
    expect(await answer('receiptWithoutMic: true', withoutMic)).toMatchObject({
      status: 'acknowledged',
      receipt: { warnings: ['It has no MIC.'] },
    });
  });
});

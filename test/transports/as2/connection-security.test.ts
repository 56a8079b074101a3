import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { ChannelTestStep } from '../../../src/pipeline/ports/transport.ts';
import { IDENTITIES, makeIdentity, startPair } from './as2-fixture.ts';
import type { Pair, SideOptions } from './as2-fixture.ts';

// A configuration is compiled by the first test that needs it.
jest.setTimeout(60_000);

let pair: Pair;
afterEach(() => pair.close());

const OURS = 'certificates: [{ certificate: { secret: own-certificate }, key: { secret: own-key } }';
const TLS = '{ certificate: { secret: tls-certificate }, key: { secret: tls-key }, uses: [tls] }';
const PARTNER = 'certificates: [{ certificate: { secret: partner-certificate } }';
const PARTNER_TLS = '{ certificate: { secret: partner-tls }, uses: [tls] }';
const tls = { us: makeIdentity('our-host'), them: makeIdentity('their-host') };

/** We reach them by HTTPS; `us` may bring a certificate of its own to the connection. */
async function startTls(
  more: { us?: Partial<SideOptions>; pinned?: string; accept?: string } = {},
): Promise<void> {
  const { us = {}, pinned = tls.them.certificate, accept = '' } = more;
  pair = await startPair('', {
    us: {
      settings: `${PARTNER}, ${PARTNER_TLS}]`,
      ...us,
      secrets: { 'partner-tls': pinned, ...us.secrets },
    },
    them: {
      station: `${OURS}, ${TLS}]`,
      settings: `${PARTNER}, ${PARTNER_TLS}]\n${accept}`,
      secrets: {
        'tls-certificate': tls.them.certificate,
        'tls-key': tls.them.key,
        'partner-tls': tls.us.certificate,
      },
    },
  });
  pair.us.station.agreements[0]!.settings.url = pair.them.station.settings.url!.replace('http:', 'https:');
}

const received = async () => (await pair.them.messages()).filter(({ status }) => status === 'received');

describe('HTTPS', () => {
  test('a message goes to the server that shows the pinned certificate', async () => {
    await startTls();
    await pair.us.send();
    expect(await received()).toHaveLength(1);
  });

  test('not a byte goes to a server that shows another', async () => {
    await startTls({ pinned: IDENTITIES.stranger.certificate });
    await expect(pair.us.send()).rejects.toMatchObject({
      code: 'TRANSPORT_UNAVAILABLE',
      message: expect.stringContaining('none of those in the partner’s settings'),
    });
    expect(await pair.them.messages()).toEqual([]);
  });

  test.each([
    ['the system’s authorities do not know it', '', /self-signed and not trusted/],
    ['it is for another host name', 'tls: { authorities: { secret: partner-tls } }', /another host name/],
  ])('nor to one of whose certificate %s', async (_what, settings, told) => {
    await startTls({ us: { settings } });
    await expect(pair.us.send()).rejects.toMatchObject({
      code: 'TRANSPORT_UNAVAILABLE',
      message: expect.stringMatching(told),
    });
    expect(await pair.them.messages()).toEqual([]);
  });

  test('unless the partner’s settings name its authority, and let another host name pass', async () => {
    await startTls({
      us: { settings: 'tls: { authorities: { secret: partner-tls }, checkHostName: false }' },
    });
    await pair.us.send();
    expect(await received()).toHaveLength(1);
  });

  const clientCertificate = 'accept: { clientCertificate: true }';

  test('where a client certificate was agreed on, ours lets us in', async () => {
    await startTls({
      accept: clientCertificate,
      us: {
        station: `${OURS}, ${TLS}]`,
        secrets: { 'tls-certificate': tls.us.certificate, 'tls-key': tls.us.key },
      },
    });
    await pair.us.send();
    expect(await received()).toHaveLength(1);
  });

  test('also one that is for this partner alone', async () => {
    await startTls({
      accept: clientCertificate,
      us: {
        settings: `${PARTNER}, ${PARTNER_TLS}]\ntls: { clientCertificate: { certificate: { secret: tls-certificate }, key: { secret: tls-key } } }`,
        secrets: { 'tls-certificate': tls.us.certificate, 'tls-key': tls.us.key },
      },
    });
    await pair.us.send();
    expect(await received()).toHaveLength(1);
  });

  test.each([
    ['no certificate', {}],
    [
      'another certificate',
      {
        station: `${OURS}, ${TLS}]`,
        secrets: { 'tls-certificate': IDENTITIES.stranger.certificate, 'tls-key': IDENTITIES.stranger.key },
      },
    ],
  ])('and %s does not, whatever the signature', async (_, us) => {
    await startTls({ accept: clientCertificate, us });
    await expect(pair.us.send()).rejects.toMatchObject({
      code: 'TRANSPORT_REJECTED',
      message: expect.stringContaining('HTTP 403'),
    });
    expect(await pair.them.messages()).toEqual([]);
  });
});

describe('a user and password', () => {
  const settings = (user: string) => ({
    us: {
      settings: `basicAuth: { user: ${user}, password: { secret: basic } }`,
      secrets: { basic: 'sesame' },
    },
    them: {
      settings: 'accept: { basicAuth: { user: gateway, password: { secret: basic } } }',
      secrets: { basic: 'sesame' },
    },
  });

  test('let a message in, and are kept on neither side', async () => {
    pair = await startPair('', settings('gateway'));
    await pair.us.send();
    const messages = [...(await pair.us.messages()), ...(await received())];
    expect(messages).toHaveLength(2);
    expect(JSON.stringify(messages)).not.toMatch(/authorization|sesame/i);
  });

  test('that are wrong keep it out', async () => {
    pair = await startPair('', settings('somebody'));
    await expect(pair.us.send()).rejects.toMatchObject({
      code: 'TRANSPORT_REJECTED',
      message: expect.stringContaining('HTTP 401'),
    });
    expect(await pair.them.messages()).toEqual([]);
  });
});

test('beyond the pace that was agreed on, the partner is told to come again', async () => {
  pair = await startPair('', { them: { settings: 'accept: { messagesPerMinute: 2 }' } });
  await pair.us.send({ key: 'send/1' });
  await pair.us.send({ key: 'send/2' });
  await expect(pair.us.send({ key: 'send/3' })).rejects.toMatchObject({
    code: 'TRANSPORT_UNAVAILABLE',
    retryable: 'later',
    details: { retryAfterMs: 60_000 },
    message: expect.stringContaining('HTTP 429'),
  });
  pair.them.gateway.world.time.advance(60_000);
  await pair.us.send({ key: 'send/3' });
  expect(await received()).toHaveLength(3);
});

describe('Retry-After is heeded', () => {
  test.each([
    ['in seconds', '7200', 7_200_000],
    ['as a date', 'Mon, 02 Mar 2026 11:00:00 GMT', 10_800_000],
    ['but not for longer than a day', '999999999', 86_400_000],
    ['and a shorter one than our own pause does not hurry us', '1', 60_000],
    ['that is neither changes nothing', 'soon', 60_000],
  ])('%s', async (_what, value, retryAfterMs) => {
    pair = await startPair();
    const server = createServer((request, response) => {
      request.resume().once('end', () => response.writeHead(503, { 'Retry-After': value }).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    pair.us.station.agreements[0]!.settings.url = `http://127.0.0.1:${port}/as2`;
    await expect(pair.us.send()).rejects.toMatchObject({ retryable: 'later', details: { retryAfterMs } });
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('the connection test', () => {
  const run = async () => {
    const steps: ChannelTestStep[] = [];
    for await (const step of pair.us.channel.test()) steps.push(step);
    return steps;
  };

  test('sends a message and checks its receipt where the partner takes it for a test', async () => {
    pair = await startPair('testMessage: true');
    const steps = await run();
    expect(steps.map(({ name, ok }) => [name, ok])).toEqual([
      ['dns', true],
      ['tcp', true],
      ['own-certificate', true],
      ['partner-certificate', true],
      ['layers', true],
      ['message', true],
    ]);
    const [message] = await received();
    expect(steps.at(-1)!.text).toContain(message!.messageId);
  });

  test('tells what the partner answers to it', async () => {
    pair = await startPair('testMessage: true', { them: { partner: IDENTITIES.stranger } });
    expect((await run()).at(-1)).toMatchObject({
      name: 'message',
      ok: false,
      text: expect.stringContaining('authentication-failed'),
    });
  });

  test.each([
    ['', 'encrypted aes256 (pkcs1), signed sha256 (rsa)'],
    [
      'security: { sign: sha512, signatureScheme: rsa-pss, encrypt: aes128-gcm, keyTransport: oaep-sha256, compress: before }',
      'encrypted aes128-gcm (oaep-sha256), signed sha512 (rsa-pss), compressed',
    ],
    [
      'security: { sign: sha1, signedAttributes: false, includeCertificate: false, encrypt: 3des, compress: after, cmsTransferEncoding: base64, transferEncoding: base64 }',
      'encrypted 3des (pkcs1), compressed, signed sha1 (rsa)',
    ],
    ['security: { sign: none, encrypt: none, transferEncoding: none }', 'plain'],
  ])(
    'puts the layers around a message to ourselves and takes them off again: %s',
    async (settings, layers) => {
      pair = await startPair(settings);
      expect((await run()).find(({ name }) => name === 'layers')).toMatchObject({
        ok: true,
        text: expect.stringContaining(`(${layers})`),
      });
    },
  );

  test('sends nothing otherwise', async () => {
    pair = await startPair();
    expect((await run()).every(({ ok }) => ok)).toBe(true);
    expect(await pair.them.messages()).toEqual([]);
  });
});

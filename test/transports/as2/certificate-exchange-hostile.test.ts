import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, describe, expect, jest, test } from '@jest/globals';
import type { As2ChannelSettings } from '../../../src/partners/as2-schema.ts';
import type { Agreement } from '../../../src/transports/as2/agreement.ts';
import { EXCHANGE_TYPE } from '../../../src/transports/as2/cem/exchange-message.ts';
import { writeCertificateBag } from '../../../src/transports/as2/cem/write-exchange.ts';
import { readCertificates } from '../../../src/transports/as2/certificate.ts';
import type { Certificate } from '../../../src/transports/as2/certificate.ts';
import { createSelfSignedCertificate } from '../../../src/transports/as2/self-signed-certificate.ts';
import { CertificateAuthority, newKey } from '../../support/certificate-authority.ts';
import { hasOpenssl, Openssl } from '../../support/openssl.ts';
import { IDENTITIES, makeIdentity } from './as2-fixture.ts';
import type { Pair } from './as2-fixture.ts';
import {
  DECIDER,
  RENEWED,
  certificateOf,
  exchangeOf,
  proposalsOf,
  sendEntity,
  settleBoth,
  startExchange,
  toEntity,
  writeForeignRequest,
  writeForeignResponse,
} from './exchange-fixture.ts';
import type { Asked } from './exchange-fixture.ts';

// A configuration is compiled by the first test that needs it.
jest.setTimeout(60_000);

let pair: Pair;
afterEach(() => pair.close());

const renewed = certificateOf(RENEWED);
const FROM = '2026-01-01T00:00:00.000Z';
const REFUSED = 'unexpected-processing-error';

/** A message was refused, told, and has left nothing behind. */
async function expectNothing(): Promise<void> {
  expect(await proposalsOf(pair.us)).toEqual([]);
  expect(await pair.us.gateway.all('files')).toEqual([]);
  expect(await pair.us.messages()).toMatchObject([{ status: 'refused' }]);
  expect(await pair.us.gateway.troubles()).toEqual(['MESSAGE_REFUSED']);
}

const featuresOf = async (side: Pair['us']) => {
  const [message] = await side.messages();
  const header = (headers: readonly (readonly [string, string])[]) =>
    headers.find(([name]) => name === 'EDIINT-Features')?.[1];
  return [header(message!.request.headers), header(message!.receipt!.headers)];
};

describe('who may exchange certificates', () => {
  test('nobody, unless the settings say so: refused, told, and never taken for a business document', async () => {
    pair = await startExchange('');
    await expect(sendEntity(pair.them, writeForeignRequest([{ certificate: renewed }]))).rejects.toThrow(
      REFUSED,
    );
    await expectNothing();
    const [told] = await pair.us.gateway.openExceptions();
    expect(told!.detail).toContain('the settings do not switch on');
    expect(await featuresOf(pair.us)).toEqual([
      'multiple-attachments, AS2-Reliability',
      'multiple-attachments, AS2-Reliability',
    ]);
  });

  test('who does announces it, in messages and receipts', async () => {
    pair = await startExchange();
    await sendEntity(pair.them, writeForeignRequest([{ certificate: renewed }]));
    expect(await featuresOf(pair.us)).toEqual([
      'multiple-attachments, AS2-Reliability, CEM',
      'multiple-attachments, AS2-Reliability, CEM',
    ]);
  });

  test('never without a signature, whatever else is taken unsigned', async () => {
    pair = await startExchange(
      'cem: { accept: sameSubject }\nsecurity: { sign: none }\naccept: { signed: false }',
    );
    await expect(sendEntity(pair.them, writeForeignRequest([{ certificate: renewed }]))).rejects.toThrow(
      'insufficient-message-security',
    );
    await expectNothing();
  });

  test('signed by one that only an authority vouches for, a person is asked although the subject is the same', async () => {
    const root = new CertificateAuthority('Root');
    const issue = (): { certificate: string; key: string } =>
      root.issue('NORTHWIND', {
        key: newKey('rsa'),
        extensions: ['basicConstraints = CA:FALSE', 'keyUsage = digitalSignature, keyEncipherment'],
      });
    const [old, signer, next] = [issue(), issue(), issue()];
    pair = await startExchange('cem: { accept: sameSubject }', {
      renewed: signer,
      us: {
        settings:
          'cem: { accept: sameSubject }\ntrust: { anchors: [{ secret: root }], newCertificates: sameSubject }',
        secrets: { root: root.certificate },
        partner: old,
      },
    });
    root.close();
    pair.them.gateway.world.time.advance(20 * 86_400_000);
    pair.us.gateway.world.time.advance(20 * 86_400_000);
    await sendEntity(pair.them, writeForeignRequest([{ certificate: certificateOf(next) }]));
    expect(await proposalsOf(pair.us)).toMatchObject([{ status: 'open', sameSubject: true }]);
    // One that is issued by nobody we trust counts for nobody.
    await sendEntity(pair.them, writeForeignRequest([{ certificate: renewed }], { requestId: 'R-2' }));
    expect((await proposalsOf(pair.us)).find(({ requestId }) => requestId === 'R-2')).toMatchObject({
      status: 'rejected',
      decidedBy: 'system',
      reason: expect.stringContaining('authority'),
    });
  });
});

describe('a request that cannot be read is refused, and nothing of it is kept', () => {
  const many = (count: number): Asked[] => Array.from({ length: count }, () => ({ certificate: renewed }));
  const cases: [string, () => { contentType: string; body: Uint8Array }][] = [
    ['no XML', () => writeForeignRequest([{ certificate: renewed }], { edit: () => 'nothing' })],
    [
      'XML cut off',
      () => writeForeignRequest([{ certificate: renewed }], { edit: (xml) => xml.slice(0, 400) }),
    ],
    [
      'entities of its own',
      () =>
        writeForeignRequest([{ certificate: renewed }], {
          edit: (xml) =>
            xml
              .replace('?>', '?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>')
              .replace('NORTHWIND', '&x;'),
        }),
    ],
    [
      'another namespace',
      () =>
        writeForeignRequest([{ certificate: renewed }], {
          edit: (xml) => xml.replace('ediintcertificateexchange', 'other'),
        }),
    ],
    [
      'another root element',
      () =>
        writeForeignRequest([{ certificate: renewed }], {
          edit: (xml) =>
            xml.replaceAll('EDIINTCertificateExchangeRequest', 'EDIINTCertificateExchangeQuestion'),
        }),
    ],
    ['no request id', () => writeForeignRequest([{ certificate: renewed }], { requestId: '' })],
    [
      'a request id that is no text',
      () => writeForeignRequest([{ certificate: renewed }], { requestId: '\u0007' }),
    ],
    ['for somebody else', () => writeForeignRequest([{ certificate: renewed }], { sender: 'ACME' })],
    ['no certificate', () => writeForeignRequest([])],
    ['one certificate twice', () => writeForeignRequest(many(2))],
    ['too many certificates', () => writeForeignRequest(many(21))],
    ['another serial number', () => writeForeignRequest([{ certificate: renewed, serialNumber: '4711' }])],
    ['no use', () => writeForeignRequest([{ certificate: renewed, usages: [] }])],
    [
      'a use that nobody knows',
      () => writeForeignRequest([{ certificate: renewed, usages: ['codeSigning'] }]),
    ],
    ['a date that is none', () => writeForeignRequest([{ certificate: renewed, respondBy: 'soon' }])],
    [
      'a certificate that is none',
      () => writeForeignRequest([{ certificate: renewed, bag: Buffer.from('0\u0003\u0002\u0001\u0001') }]),
    ],
    [
      'a certificate cut off',
      () =>
        writeForeignRequest([{ certificate: renewed, bag: writeCertificateBag([renewed]).subarray(0, 200) }]),
    ],
    [
      'a part that is too large',
      () => writeForeignRequest([{ certificate: renewed, bag: Buffer.alloc(200_000, 0x30) }]),
    ],
    [
      'no part of that name',
      () =>
        writeForeignRequest([{ certificate: renewed }], { edit: (xml) => xml.replace('>c0@', '>missing@') }),
    ],
    [
      'two descriptions',
      () => toEntity([1, 2].map((id) => `Content-Type: ${EXCHANGE_TYPE}\r\nContent-ID: <${id}>\r\n\r\n<a/>`)),
    ],
  ];

  test.each(cases)('%s', async (_name, write) => {
    pair = await startExchange();
    await expect(sendEntity(pair.them, write())).rejects.toThrow(REFUSED);
    await expectNothing();
  });

  test.each([
    ['a request', () => writeForeignRequest([{ certificate: renewed }])],
    ['an answer', () => writeForeignResponse([{ status: 'Accepted', serialNumber: '1' }], 'R-1')],
  ])('a business document in %s: it would be acknowledged and lost', async (_name, write) => {
    pair = await startExchange();
    const { contentType, body } = write();
    const document = '--cut\r\nContent-Type: application/edifact\r\n\r\nUNB\r\n--cut--';
    const both = {
      contentType,
      body: Buffer.from(Buffer.from(body).toString().replace('--cut--', document)),
    };
    await expect(sendEntity(pair.them, both)).rejects.toThrow(REFUSED);
    await expectNothing();
    const [told] = await pair.us.gateway.openExceptions();
    expect(told!.detail).toContain('application/edifact');
  });

  test('certificates beside a business document are a layer inside of a part, and nothing of the message is taken', async () => {
    pair = await startExchange();
    const bag = writeCertificateBag([renewed]).toString('base64');
    const entity = toEntity([
      'Content-Type: application/edifact\r\n\r\nUNB',
      `Content-Type: application/pkcs7-mime; smime-type=certs-only\r\nContent-Transfer-Encoding: base64\r\n\r\n${bag}`,
    ]);
    await expect(sendEntity(pair.them, entity)).rejects.toThrow(REFUSED);
    await expectNothing();
  });
});

describe('a certificate that cannot count is rejected by itself; he and a person are told why', () => {
  const made = (options: Partial<Parameters<typeof createSelfSignedCertificate>[0]>): Certificate =>
    createSelfSignedCertificate({ commonName: 'NORTHWIND', from: FROM, days: 730, ...options }).certificate;
  const cases: [string, () => Asked, string, Partial<As2ChannelSettings['tolerances']>?][] = [
    ['a weak key', () => ({ certificate: made({ bits: 1024 }) }), '1024 bits'],
    ['expired', () => ({ certificate: made({ from: '2020-01-01T00:00:00.000Z', days: 30 }) }), 'has expired'],
    ['a key that nobody can encrypt for', () => ({ certificate: made({ keyType: 'ec' }) }), 'RSA is needed'],
    ['ours', () => ({ certificate: certificateOf(IDENTITIES.us) }), 'another certificate (our own)'],
  ];

  test.each(cases)('%s', async (_name, asked, words) => {
    pair = await startExchange('cem: { accept: sameSubject }');
    await sendEntity(pair.them, writeForeignRequest([asked()]));
    await settleBoth(pair);
    expect(await proposalsOf(pair.us)).toMatchObject([
      { status: 'rejected', decidedBy: 'system', reason: expect.stringContaining(words) },
    ]);
    const [told] = await pair.us.gateway.openExceptions();
    expect(told).toMatchObject({ type: 'CERT_PROPOSED', detail: expect.stringContaining(words) });
    const [answer] = await pair.us.gateway.all('files');
    expect(answer).toMatchObject({ direction: 'outbound', name: 'certificate-answer.eml' });
    expect(await pair.us.station.keys.partnerCertificates(pair.us.station.agreements[0]!)).toHaveLength(1);
  });

  test('that of another partner: whoever holds its key could speak for both', async () => {
    pair = await startExchange('cem: { accept: sameSubject }', {
      us: { secrets: { 'other-certificate': IDENTITIES.stranger.certificate } },
    });
    const [agreement] = pair.us.station.agreements;
    const certificates = [{ certificate: { secret: 'other-certificate' }, uses: ['sign' as const] }];
    (pair.us.station.agreements as Agreement[]).push({
      ...agreement!,
      ...{
        partnerId: 'hansa-werkzeuge',
        theirs: 'HANSA',
        settings: { ...agreement!.settings, certificates },
      },
    });
    await sendEntity(pair.them, writeForeignRequest([{ certificate: certificateOf(IDENTITIES.stranger) }]));
    expect(await proposalsOf(pair.us)).toMatchObject([
      { status: 'rejected', reason: expect.stringContaining('another certificate (hansa-werkzeuge)') },
    ]);
  });

  test('nothing expired is accepted either: what was good when it came may not be any more', async () => {
    pair = await startExchange();
    await sendEntity(pair.them, writeForeignRequest([{ certificate: made({ days: 90 }) }]));
    const [proposal] = await proposalsOf(pair.us);
    pair.us.gateway.world.time.advance(60 * 86_400_000);
    await expect(
      exchangeOf(pair.us).accept(proposal!.id, { reason: 'Late.' }, DECIDER),
    ).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('has expired'),
    });
    expect(await proposalsOf(pair.us)).toMatchObject([{ status: 'open' }]);
  });
});

describe('the same request again', () => {
  test('by another message: nothing is done twice, also if both come at once', async () => {
    pair = await startExchange('cem: { accept: sameSubject }');
    const request = writeForeignRequest([{ certificate: renewed }]);
    await Promise.all([sendEntity(pair.them, request), sendEntity(pair.them, request)]);
    await sendEntity(pair.them, request);
    expect(await proposalsOf(pair.us)).toMatchObject([{ status: 'accepted' }]);
    expect(await pair.us.gateway.all('files')).toHaveLength(1);
    expect((await pair.us.gateway.all('audit')).map(({ action }) => action)).toEqual([
      'certificate.accepted',
    ]);
    expect((await pair.us.messages()).filter(({ direction }) => direction === 'inbound')).toHaveLength(3);
  });

  test('with another certificate: refused, and the first stays', async () => {
    pair = await startExchange();
    await sendEntity(pair.them, writeForeignRequest([{ certificate: renewed }]));
    const other = writeForeignRequest([{ certificate: certificateOf(makeIdentity('NORTHWIND')) }]);
    await expect(sendEntity(pair.them, other)).rejects.toThrow(REFUSED);
    expect(await proposalsOf(pair.us)).toMatchObject([{ certificate: { fingerprint: renewed.fingerprint } }]);
    expect(await pair.us.gateway.troubles()).toEqual(['CERT_PROPOSED', 'MESSAGE_REFUSED']);
  });
});

describe('what a person has turned down', () => {
  const asked = (requestId: string) => writeForeignRequest([{ certificate: renewed }], { requestId });
  const find = async (requestId: string) =>
    (await proposalsOf(pair.us)).find((one) => one.requestId === requestId)!;

  test('is not let in by itself when it comes again', async () => {
    pair = await startExchange('cem: { accept: sameSubject }');
    await sendEntity(pair.them, asked('R-1'));
    await exchangeOf(pair.us).withdraw((await find('R-1')).id, 'His key was stolen.', DECIDER);
    await sendEntity(pair.them, asked('R-2'));
    expect(await find('R-2')).toMatchObject({ status: 'open', sameSubject: true });
    expect(await pair.us.station.keys.partnerCertificates(pair.us.station.agreements[0]!)).toHaveLength(1);
  });

  test('counts no longer, although it was accepted by two requests', async () => {
    pair = await startExchange('cem: { accept: sameSubject }');
    await sendEntity(pair.them, asked('R-1'));
    await sendEntity(pair.them, asked('R-2'));
    const held = () => pair.us.station.keys.partnerCertificates(pair.us.station.agreements[0]!);
    expect(await held()).toHaveLength(2);
    await exchangeOf(pair.us).withdraw((await find('R-2')).id, 'His key was stolen.', DECIDER);
    expect((await proposalsOf(pair.us)).map(({ status }) => status)).toEqual(['withdrawn', 'withdrawn']);
    expect(await held()).toHaveLength(1);
  });
});

test('no more wait for a decision than a person can look at', async () => {
  pair = await startExchange();
  const made = (count: number): Certificate[] =>
    Array.from({ length: count }, () =>
      createSelfSignedCertificate({ commonName: 'NORTHWIND', keyType: 'ec', from: FROM, days: 730 }),
    ).map(({ certificate }) => certificate);
  const usages = ['digitalSignature'];
  for (const requestId of ['R-1', 'R-2'])
    await sendEntity(
      pair.them,
      writeForeignRequest(
        made(20).map((certificate) => ({ certificate, usages })),
        { requestId },
      ),
    );
  const third = writeForeignRequest(
    made(11).map((certificate) => ({ certificate, usages })),
    { requestId: 'R-3' },
  );
  await expect(sendEntity(pair.them, third)).rejects.toThrow(REFUSED);
  expect(await proposalsOf(pair.us)).toHaveLength(40);
});

describe('where the answer goes', () => {
  const answered = async (responseUrl: string, settings = '') => {
    pair = await startExchange(`cem: { accept: sameSubject }\n${settings}`);
    await sendEntity(pair.them, writeForeignRequest([{ certificate: renewed, responseUrl }]));
    await settleBoth(pair);
    return pair.us.gateway.all('files');
  };

  test('to no host that the settings do not know: then to his usual address', async () => {
    await answered('http://169.254.169.254/latest/meta-data');
    // It came to him, who has never asked by that number: a person of ours is told what he says.
    expect(await pair.us.gateway.troubles()).toEqual(['MDN_NEGATIVE']);
    expect((await pair.them.messages()).filter(({ direction }) => direction === 'inbound')).toHaveLength(1);
  });

  test('to the address that he names on his host, without the password that is for his usual server', async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization, request.url, String(request.headers['as2-to']));
      response.writeHead(503).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/cem`;
    const files = await answered(url, 'basicAuth: { user: edi, password: { secret: own-key } }');
    expect(files).toMatchObject([{ status: 'queued', entity: { url } }]);
    expect(seen).toEqual([undefined, '/cem', 'NORTHWIND']);
    expect(await pair.us.gateway.all('work', { kind: 'sendFile' })).toMatchObject([
      { status: 'delayed', attempts: 1 },
    ]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

(hasOpenssl ? describe : describe.skip)('openssl', () => {
  const openssl = new Openssl();
  afterAll(() => openssl.close());

  test('reads our chain of certificates, and we read its', async () => {
    pair = await startExchange();
    const others = [renewed, certificateOf(IDENTITIES.them)];
    const printed = openssl
      .run('pkcs7', '-inform', 'DER', '-print_certs', '-in', openssl.file(writeCertificateBag(others)))
      .toString();
    expect(new Set(readCertificates(Buffer.from(printed)).map(({ fingerprint }) => fingerprint))).toEqual(
      new Set(others.map(({ fingerprint }) => fingerprint)),
    );
    const pem = openssl.file(others.map((one) => one.pem).join(''));
    const bag = openssl.run('crl2pkcs7', '-nocrl', '-certfile', pem, '-outform', 'DER');
    await sendEntity(pair.them, writeForeignRequest([{ certificate: renewed, bag }]));
    expect(await proposalsOf(pair.us)).toMatchObject([
      { status: 'open', certificate: { fingerprint: renewed.fingerprint } },
    ]);
  });

  test('a key usage that does not allow what it is proposed for counts for nobody', async () => {
    const root = new CertificateAuthority('Root');
    const { certificate } = root.issue('NORTHWIND', {
      key: newKey('rsa'),
      extensions: ['basicConstraints = CA:FALSE', 'keyUsage = digitalSignature'],
    });
    root.close();
    pair = await startExchange();
    const [one] = readCertificates(Buffer.from(certificate));
    await sendEntity(pair.them, writeForeignRequest([{ certificate: one!, usages: ['keyEncipherment'] }]));
    await sendEntity(
      pair.them,
      writeForeignRequest([{ certificate: one!, usages: ['digitalSignature'] }], { requestId: 'R-2' }),
    );
    expect(
      (await proposalsOf(pair.us)).map(({ requestId, status }) => `${requestId} ${status}`).sort(),
    ).toEqual(['R-1 rejected', 'R-2 open']);
  });

  test('a look-alike with issuer and serial number of the one in force, and another key, counts for nobody', async () => {
    pair = await startExchange('cem: { accept: sameSubject }');
    const { serialNumber } = certificateOf(IDENTITIES.them);
    const forged = openssl.run(
      'req',
      ...['-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', openssl.file(''), '-subj', '/CN=NORTHWIND'],
      ...['-days', '3650', '-set_serial', `0x${serialNumber}`],
    );
    await sendEntity(pair.them, writeForeignRequest([{ certificate: readCertificates(forged)[0]! }]));
    expect(await proposalsOf(pair.us)).toMatchObject([
      { status: 'rejected', reason: expect.stringContaining('the same issuer and serial number') },
    ]);
  });
});

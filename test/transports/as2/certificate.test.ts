import { afterAll, describe, expect, test } from '@jest/globals';
import {
  isValidAt,
  matchesKey,
  readCertificate,
  readCertificates,
  readPrivateKey,
} from '../../../src/transports/as2/certificate.ts';
import { readPkcs12 } from '../../../src/transports/as2/pkcs12.ts';
import { createSelfSignedCertificate } from '../../../src/transports/as2/self-signed-certificate.ts';
import { AT, signed, newIdentity } from '../../support/as2-message.ts';
import { Openssl, hasOpenssl } from '../../support/openssl.ts';

describe('a self-signed certificate', () => {
  const { key, certificate } = createSelfSignedCertificate({
    commonName: 'Müller & Söhne',
    organization: 'Müller',
    from: '2026-03-01T00:00:00.000Z',
    days: 365,
  });

  test('says who it is, and until when', () => {
    expect(certificate).toMatchObject({
      subject: 'O=Müller, CN=Müller & Söhne',
      validFrom: '2026-03-01T00:00:00.000Z',
      validTo: '2027-03-01T00:00:00.000Z',
      keyType: 'rsa',
      keyBits: 2048,
      weaknesses: [],
    });
    expect(certificate.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  test('is valid from its first to its last moment', () => {
    expect(
      [
        '2026-02-28T23:59:59.000Z',
        '2026-03-01T00:00:00.000Z',
        '2027-03-01T00:00:00.000Z',
        '2027-03-01T00:00:01.000Z',
      ].map((at) => isValidAt(certificate, at)),
    ).toEqual([false, true, true, false]);
  });

  test('belongs to its key and to no other', () => {
    expect(matchesKey(certificate, key)).toBe(true);
    expect(matchesKey(certificate, newIdentity('other').key)).toBe(false);
  });

  test('is the same read again, from PEM and DER', () => {
    const pem = Buffer.from(certificate.pem);
    for (const bytes of [pem, certificate.der])
      expect(readCertificates(bytes)).toMatchObject([
        { fingerprint: certificate.fingerprint, identity: certificate.identity },
      ]);
    expect(() => readCertificates(Buffer.from('hello'))).toThrow(
      expect.objectContaining({ code: 'CERTIFICATE_INVALID' }),
    );
    expect(() => readCertificate(Buffer.from(certificate.der).subarray(0, 100))).toThrow(
      expect.objectContaining({ code: 'CERTIFICATE_INVALID' }),
    );
  });

  test('its key is read again; one with a passphrase is refused, with what to do', () => {
    const plain = key.export({ type: 'pkcs8', format: 'pem' }).toString();
    const locked = key
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
      .toString();
    expect(matchesKey(certificate, readPrivateKey(plain))).toBe(true);
    expect(() => readPrivateKey(locked)).toThrow(
      expect.objectContaining({
        code: 'CERTIFICATE_INVALID',
        message: expect.stringContaining('It has a passphrase'),
      }),
    );
  });
});

const suite = hasOpenssl ? describe : describe.skip;

suite('files made by openssl', () => {
  const openssl = new Openssl();
  afterAll(() => openssl.close());

  function issue(name: string, bits = '2048', digest = '-sha256'): { key: string; certificate: string } {
    const key = openssl.file(openssl.run('genrsa', bits));
    const certificate = openssl.file(
      openssl.run('req', '-x509', '-new', '-key', key, '-subj', `/O=Acme/CN=${name}`, '-days', '30', digest),
    );
    return { key, certificate };
  }
  const ours = newIdentity('ours');
  const fileOf = (text: string): string => openssl.file(text);
  const key = fileOf(ours.key.export({ type: 'pkcs8', format: 'pem' }).toString());
  const certificate = fileOf(ours.certificate.pem);

  test('openssl trusts what we made', () => {
    const text = openssl.run('x509', '-in', certificate, '-noout', '-text').toString();
    expect(text).toContain('CA:FALSE');
    expect(text).toContain('Digital Signature, Key Encipherment, Data Encipherment');
    expect(openssl.run('x509', '-in', certificate, '-noout', '-serial').toString().trim()).toBe(
      `serial=${ours.certificate.serialNumber}`,
    );
  });

  test('weak keys and hashes are told', () => {
    const weak = issue('weak', '1024', '-sha1');
    const [read] = readCertificates(openssl.run('x509', '-in', weak.certificate));
    expect(read?.weaknesses).toEqual(['RSA key of 1024 bits; 2048 are the least today', 'signed with SHA-1']);
  });

  test('a PKCS #7 chain gives the certificate of the partner first', () => {
    const root = issue('root');
    const request = fileOf(openssl.run('req', '-new', '-key', key, '-subj', '/CN=leaf').toString());
    const leaf = fileOf(
      openssl
        .run('x509', '-req', '-in', request, '-CA', root.certificate, '-CAkey', root.key, '-set_serial', '7')
        .toString(),
    );
    for (const order of [
      [root.certificate, leaf],
      [leaf, root.certificate],
    ])
      for (const form of ['PEM', 'DER']) {
        const chain = openssl.run(
          'crl2pkcs7',
          '-nocrl',
          ...order.flatMap((file) => ['-certfile', file]),
          '-outform',
          form,
        );
        expect(readCertificates(chain).map(({ subject }) => subject)).toEqual(['CN=leaf', 'O=Acme, CN=root']);
      }
  });

  describe('PKCS #12', () => {
    const forms: Record<string, readonly string[]> = {
      'of today (AES-256, SHA-256)': [],
      'of old Windows (3DES)': ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'],
      'of old openssl (RC2-40)': ['-legacy'],
    };
    for (const [form, args] of Object.entries(forms))
      test(form, async () => {
        const bytes = openssl.run(
          'pkcs12',
          '-export',
          '-inkey',
          key,
          '-in',
          certificate,
          '-certfile',
          issue('root').certificate,
          '-passout',
          'pass:geheim',
          ...args,
        );
        const bundle = await readPkcs12(bytes, 'geheim');
        expect(bundle.certificate.fingerprint).toBe(ours.certificate.fingerprint);
        expect(bundle.chain.map(({ subject }) => subject)).toEqual(['O=Acme, CN=root']);
        expect(signed(bytes, { ...bundle, digest: 'sha256', scheme: 'rsa', at: AT }).length).toBeGreaterThan(
          1000,
        );
        await expect(readPkcs12(bytes, 'wrong')).rejects.toMatchObject({ code: 'CERTIFICATE_INVALID' });
      });

    test('of an elliptic curve', async () => {
      const curve = newIdentity('curve', 'ec');
      const bytes = openssl.run(
        'pkcs12',
        '-export',
        '-inkey',
        fileOf(curve.key.export({ type: 'pkcs8', format: 'pem' }).toString()),
        '-in',
        fileOf(curve.certificate.pem),
        '-passout',
        'pass:x',
      );
      expect((await readPkcs12(bytes, 'x')).certificate.fingerprint).toBe(curve.certificate.fingerprint);
    });

    test('that is none is refused', async () => {
      await expect(readPkcs12(Buffer.from('hello'), 'x')).rejects.toMatchObject({
        code: 'CERTIFICATE_INVALID',
      });
    });
  });
});

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, jest, test } from '@jest/globals';
import { readAs2Evidence } from '../../../src/pipeline/queries/as2-messages.ts';
import { verifyEvidence } from '../../../src/transports/as2/verify-evidence.ts';
import { watchTrust } from '../../../src/transports/as2/watch-trust.ts';
import { CA, CertificateAuthority, newKey } from '../../support/certificate-authority.ts';
import { hasOpenssl } from '../../support/openssl.ts';
import { IDENTITIES, startPair } from './as2-fixture.ts';
import type { Identity, Pair } from './as2-fixture.ts';
import { toCertificate } from './trust-fixture.ts';

// A configuration is compiled by the first test that needs it.
jest.setTimeout(60_000);

const suite = hasOpenssl ? describe : describe.skip;
const DAY_MS = 86_400_000;
const BOTH_USES = ['basicConstraints = CA:FALSE', 'keyUsage = digitalSignature, keyEncipherment'];
const SAME_SUBJECT = 'newCertificates: sameSubject';

suite('a partner whose certificates come from an authority', () => {
  const made: CertificateAuthority[] = [];
  const authority = (...given: ConstructorParameters<typeof CertificateAuthority>) => {
    const one = new CertificateAuthority(...given);
    made.push(one);
    return one;
  };
  const root = authority('Root');
  const issuing = authority('Issuing', { by: root });
  const issue = (name: string, to?: string): Identity =>
    issuing.issue(name, { key: newKey('rsa'), extensions: BOTH_USES, ...(to !== undefined && { to }) });
  const old = issue('NORTHWIND');
  const renewed = issue('NORTHWIND');
  const chained = ({ certificate, key }: Identity): Identity => ({
    certificate: `${certificate}\n${issuing.certificate}`,
    key,
  });

  let pair: Pair;
  afterEach(() => pair.close());
  afterAll(() => {
    for (const one of made) one.close();
  });

  /** The partner signs with a certificate of his own choice; our settings have his old one. */
  async function start(trust: string, signer = renewed) {
    const { certificate, key } = chained(signer);
    const newest =
      "{ certificate: { secret: new-certificate }, key: { secret: new-key }, from: '2026-02-01' }";
    pair = await startPair('', {
      us: {
        partner: chained(old),
        settings: `trust: { anchors: [{ secret: root }], ${trust} }`,
        secrets: { root: root.certificate },
      },
      them: {
        own: old,
        station: `certificates: [{ certificate: { secret: own-certificate }, key: { secret: own-key }, from: '2026-01-01' }, ${newest}]`,
        secrets: { 'new-certificate': certificate, 'new-key': key },
      },
    });
  }

  const exceptions = async () =>
    (await pair.us.gateway.all('exceptions'))
      // What is in the file is no business of these tests.
      .filter(({ type }) => type !== 'UNKNOWN_PARTNER')
      .map(({ type, status, count, detail }) => ({ type, status, count, detail }));

  test('is taken with a new one of the same subject; so are his receipts; the evidence has its path', async () => {
    await start(SAME_SUBJECT);
    await pair.them.send();
    await pair.us.send();
    const messages = await pair.us.messages();
    expect(messages.map(({ status }) => status).sort()).toEqual(['acknowledged', 'received']);
    const message = messages.find(({ status }) => status === 'received')!;
    const { fingerprint } = toCertificate(renewed.certificate);
    expect(message.layers.at(-1)).toContain(
      `by CN=NORTHWIND, issued by CN=Issuing (SHA-256 ${fingerprint}), trusted by the authority CN=Root`,
    );
    expect(message.certificates.map(({ use }) => use)).toEqual([
      'encrypted for us',
      'signed by the partner',
      'authority of the signer',
      'authority of the signer',
      'receipt signed by us',
    ]);
    const { store } = pair.us.gateway.world;
    const evidence = await readAs2Evidence(store, message.messageId, message.createdAt);
    const checks = await verifyEvidence(evidence, await pair.us.station.keys.ownKeys());
    expect(checks.filter(({ ok }) => ok !== true)).toEqual([]);
  });

  test('also where his message is too large for memory', async () => {
    await start(SAME_SUBJECT);
    await pair.them.send({ bytes: Buffer.alloc(3_000_000, 'UNB+') });
    expect(await pair.us.messages()).toMatchObject([{ status: 'received' }]);
  });

  test('is taken with one of any subject where the settings say so', async () => {
    await start('newCertificates: anySubject', issue('SOMEBODY'));
    await pair.them.send();
    expect(await pair.us.messages()).toMatchObject([{ status: 'received' }]);
  });

  const elsewhere = authority('Issuing');
  const below = authority('NORTHWIND', {
    by: issuing,
    key: newKey('rsa'),
    extensions: [CA[0]!, 'keyUsage = keyCertSign, digitalSignature'],
  });
  test.each<[string, Identity, string, RegExp]>([
    ['where new ones are not taken', renewed, '', /Signed with none of the partner's certificates/],
    [
      'of another subject',
      issue('SOMEBODY'),
      SAME_SUBJECT,
      /Signed with CN=SOMEBODY, issued by CN=Issuing \(SHA-256 .*its subject is none of those there \(CN=NORTHWIND\)/,
    ],
    [
      'of another authority of the same name',
      elsewhere.issue('NORTHWIND', { key: newKey('rsa'), extensions: BOTH_USES }),
      SAME_SUBJECT,
      /Signed with CN=NORTHWIND, issued by CN=Issuing .* no path leads from it/,
    ],
    [
      'that he has signed himself',
      IDENTITIES.them,
      SAME_SUBJECT,
      /Signed with CN=NORTHWIND, issued by itself .* no path leads from it/,
    ],
    ['that may issue others', below, SAME_SUBJECT, /the certificate of an authority, not of a partner/],
  ])('is refused with a new one %s: we are told why, he is not', async (_what, signer, trust, reason) => {
    await start(trust, signer);
    await expect(pair.them.send()).rejects.toMatchObject({
      message: expect.stringMatching(/authentication-failed(?!.*(issued by|path|subject))/),
    });
    expect(await exceptions()).toMatchObject([
      { type: 'MESSAGE_REFUSED', detail: expect.stringMatching(reason) },
    ]);
    expect(await pair.us.gateway.all('files', { direction: 'inbound' })).toEqual([]);
  });

  test('gets and sends nothing once his certificate is revoked, or nobody knows whether it is; a person is told', async () => {
    await start('revocation: { lists: [{ file: root.crl }, { file: issuing.crl }] }', old);
    const publish = async (name: string, list: string) => {
      await writeFile(path.join(pair.us.folder, name), list);
      pair.us.gateway.world.time.advance(10_000);
      await watchTrust(pair.us.station);
    };
    await publish('root.crl', root.list());
    // Not known now: everybody comes again, and nothing is refused for good.
    await expect(pair.us.send()).rejects.toMatchObject({
      code: 'TRANSPORT_UNAVAILABLE',
      retryable: 'later',
      message: expect.stringMatching(/no revocation list of CN=Issuing .*issuing\.crl cannot be read/),
    });
    await expect(pair.them.send()).rejects.toMatchObject({
      retryable: 'later',
      message: expect.stringContaining('HTTP 503'),
    });
    expect(await pair.us.messages()).toEqual([]);
    const before = issuing.list();
    await publish('issuing.crl', before);
    await pair.us.send();
    await pair.them.send();
    expect((await exceptions()).map(({ type, status }) => [type, status])).toEqual([
      ['CERT_UNTRUSTED', 'resolved'],
      ['CERT_UNTRUSTED', 'resolved'],
    ]);

    issuing.revoke(old, 'keyCompromise');
    await publish('issuing.crl', issuing.list());
    await watchTrust(pair.us.station);
    const told = (await exceptions()).filter(({ status }) => status === 'open');
    expect(told).toMatchObject([{ type: 'CERT_UNTRUSTED', count: 1 }]);
    expect(told[0]!.detail).toMatch(/CN=NORTHWIND, issued by CN=Issuing .* because its key was compromised/);
    await expect(pair.us.send({ key: 'send/2' })).rejects.toMatchObject({ code: 'CERTIFICATE_UNUSABLE' });
    await expect(pair.them.send({ key: 'send/2' })).rejects.toThrow('authentication-failed');
    expect((await exceptions()).at(-1)).toMatchObject({
      type: 'MESSAGE_REFUSED',
      detail: expect.stringMatching(/Signed with CN=NORTHWIND, issued by CN=Issuing .* was revoked/),
    });
  });

  test('is told of long before an authority ends, and of authorities that cannot be read', async () => {
    await start('');
    pair.us.gateway.world.time.advance(200 * DAY_MS);
    await watchTrust(pair.us.station);
    expect(await exceptions()).toEqual([]);
    pair.us.gateway.world.time.advance(60 * DAY_MS);
    await watchTrust(pair.us.station);
    expect(await exceptions()).toMatchObject([
      { type: 'CERT_EXPIRING', detail: expect.stringContaining('The authority CN=Root, issued by itself') },
    ]);
    await pair.us.secrets.remove('root');
    pair.us.gateway.world.time.advance(10_000);
    await watchTrust(pair.us.station);
    expect((await exceptions()).at(-1)).toMatchObject({
      type: 'CERT_UNTRUSTED',
      detail: expect.stringContaining('cannot be read'),
    });
  });
});

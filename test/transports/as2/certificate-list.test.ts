import { expect, test } from '@jest/globals';
import { loadPartners } from '../../../src/partners/load-partners.ts';
import { listAgreements } from '../../../src/transports/as2/agreement.ts';
import { readCertificates } from '../../../src/transports/as2/certificate.ts';
import type { HeldCertificate } from '../../../src/transports/as2/choose-certificates.ts';
import { openCertificates } from '../../../src/transports/as2/open-certificates.ts';
import { KeyMaterial } from '../../../src/transports/as2/key-material.ts';
import type { As2Station } from '../../../src/transports/as2/station.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { IDENTITIES, makeIdentity, MemorySecrets } from './as2-fixture.ts';

const NOW = '2026-11-22T08:00:00.000Z';
/** The fixture's identities end on 2028-01-01. */
const ENDING = makeIdentity('ENDING', { from: '2025-12-20T00:00:00.000Z', days: 365 });
const GONE = makeIdentity('GONE', { from: '2025-01-01T00:00:00.000Z', days: 365 });

function open({
  ours = '',
  theirs = '',
  now = NOW,
  secrets = {},
  proposed = [],
}: {
  ours?: string;
  theirs?: string;
  now?: string;
  secrets?: Record<string, string>;
  /** Accepted from messages of the partner. */
  proposed?: string[];
}) {
  const company = `company: Test
currency: USD
identities: { x12: [{ qualifier: ZZ, id: US }] }
as2:
  id: US
  certificates:
    - { certificate: { secret: us }, key: { secret: us-key } }
${ours}`;
  const partner = `partner: acme
name: Acme
accounts: { supplierId: ACME }
currency: USD
x12: { identities: [{ qualifier: ZZ, id: ACME }] }
channels:
  - type: as2
    url: https://as2.acme.example/
    ids: { theirs: ACME }
${theirs}
documents: {}
`;
  const { set } = loadPartners([
    { path: 'company.yaml', text: company },
    { path: 'acme/partner.yaml', text: partner },
  ]);
  const clock = { now: () => now };
  const settings = set!.company.as2!;
  const keys = new KeyMaterial({
    station: settings,
    home: '/nowhere',
    dataFolder: '/nowhere',
    clock,
    accepted: () =>
      Promise.resolve(
        proposed.map((pem): HeldCertificate => ({
          ...{ certificate: readCertificates(Buffer.from(pem))[0]!, chain: [], uses: ['sign'] },
          proposalId: 'proposal-1',
        })),
      ),
    secrets: new MemorySecrets({
      us: IDENTITIES.us.certificate,
      'us-key': IDENTITIES.us.key,
      ending: ENDING.certificate,
      'ending-key': ENDING.key,
      gone: GONE.certificate,
      them: IDENTITIES.them.certificate,
      stranger: IDENTITIES.stranger.certificate,
      ...secrets,
    }),
  });
  const context = { clock, logger: silentLogger } as As2Station['context'];
  const agreements = listAgreements(set!);
  return openCertificates({ context, settings, agreements, keys, temporaryFolder: '/nowhere' });
}

const CHANNEL = (certificates: string, more = '') => `    certificates:\n${certificates}\n${more}`;

test('while a switch goes on, both are accepted and one is used; the old one needs no successor any more', async () => {
  const directory = open({
    ours: '    - { certificate: { secret: ending }, key: { secret: ending-key } }',
    theirs: CHANNEL(`      - { certificate: { secret: ending } }
      - { certificate: { secret: them }, from: 2026-12-01 }`),
  });
  const { certificates, unreadable } = await directory.list();
  expect(unreadable).toEqual([]);
  expect(certificates).toMatchObject([
    // Newer by its `validFrom`, and so in use.
    { owner: 'own', subject: 'CN=TRADELANE', state: 'active', duties: ['signs', 'decrypts'], daysLeft: 404 },
    { owner: 'own', subject: 'CN=ENDING', state: 'accepted', duties: ['decrypts'], succeeded: true },
    {
      ...{ owner: 'acme', channel: 'main', subject: 'CN=ENDING', state: 'active' },
      ...{ duties: ['verifies', 'encrypts'], daysLeft: 27, succeeded: true, endsSoon: false },
    },
    {
      ...{ subject: 'CN=NORTHWIND', state: 'accepted', duties: ['verifies'] },
      ...{ startsAt: '2026-12-01T00:00:00.000Z', from: '2026-12-01T00:00:00.000Z' },
    },
  ]);
});

test('what was accepted from a message of the partner stands beside his settings', async () => {
  const theirs = CHANNEL('      - { certificate: { secret: ending } }');
  const directory = open({ theirs, proposed: [IDENTITIES.them.certificate] });
  expect((await directory.list()).certificates.slice(1)).toMatchObject([
    { subject: 'CN=ENDING', source: 'settings', succeeded: false, endsSoon: true },
    { subject: 'CN=NORTHWIND', source: 'exchange', duties: ['verifies'] },
  ]);
});

test('what one partner alone is shown in TLS is ours, and is told before its end as well', async () => {
  const theirs = CHANNEL(
    '      - { certificate: { secret: them } }',
    '    tls: { clientCertificate: { certificate: { secret: ending }, key: { secret: ending-key } } }',
  );
  expect((await open({ theirs }).list()).certificates).toMatchObject([
    { owner: 'own', subject: 'CN=TRADELANE', duties: ['signs', 'decrypts'] },
    { owner: 'own', shownTo: 'acme', subject: 'CN=ENDING', uses: ['tls'], duties: ['shown'], endsSoon: true },
    { owner: 'acme', subject: 'CN=NORTHWIND' },
  ]);
  const crossed = theirs.replace('ending-key', 'us-key');
  expect((await open({ theirs: crossed }).list()).unreadable).toMatchObject([
    { owner: 'acme', text: expect.stringContaining('does not belong to the certificate') },
  ]);
});

test('what ends with nothing behind it, has ended, or is retired, is told', async () => {
  const theirs = CHANNEL(`      - { certificate: { secret: gone }, uses: [sign] }
      - { certificate: { secret: ending }, uses: [encrypt] }
      - { certificate: { secret: them }, uses: [tls], until: 2026-11-01 }`);
  const { certificates } = await open({ theirs }).list();
  expect(certificates.slice(1)).toMatchObject([
    { subject: 'CN=GONE', state: 'expired', duties: [], daysLeft: -326, endsSoon: false, succeeded: false },
    { subject: 'CN=ENDING', state: 'active', duties: ['encrypts'], endsSoon: true },
    { subject: 'CN=NORTHWIND', state: 'retired', duties: [], endsSoon: false },
  ]);
  const tolerant = open({ theirs: `${theirs}\n    tolerances: { expiredSignatureDays: 400 }` });
  expect((await tolerant.list()).certificates[1]).toMatchObject({ state: 'expired', duties: ['verifies'] });
});

test('what is not trusted does nothing, also where the authorities cannot be read', async () => {
  const certificates = '      - { certificate: { secret: them }, uses: [sign, encrypt, tls] }';
  const list = await open({
    theirs: CHANNEL(certificates, '    trust: { anchors: [{ secret: stranger }] }'),
  }).list();
  expect(list.certificates.slice(1)).toMatchObject([
    { state: 'untrusted', duties: ['pinned'], trouble: expect.stringContaining('no path leads from it') },
    { uses: ['anchor'], state: 'trusted', subject: 'CN=STRANGER', duties: [] },
  ]);
  const broken = await open({
    theirs: CHANNEL(certificates, '    trust: { anchors: [{ file: partners/acme/root.crt }] }'),
  }).list();
  expect(broken.certificates.slice(1)).toMatchObject([{ state: 'untrusted', subject: 'CN=NORTHWIND' }]);
  expect(broken.unreadable).toMatchObject([
    { owner: 'acme', channel: 'main', text: expect.stringContaining('root.crt cannot be read') },
  ]);
});

test('one partner whose certificate cannot be read hides nobody else’s', async () => {
  const directory = open({ theirs: CHANNEL('      - { certificate: { file: partners/acme/none.crt } }') });
  const { certificates, unreadable } = await directory.list();
  expect(certificates).toHaveLength(1);
  expect(unreadable).toMatchObject([{ owner: 'acme', text: expect.stringContaining('none.crt') }]);
  await expect(directory.read('00'.repeat(32))).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a certificate is given out as PEM by its fingerprint, and never a key', async () => {
  const directory = open({ theirs: CHANNEL('      - { certificate: { secret: them } }') });
  const { certificates } = await directory.list();
  for (const { owner, fingerprint } of certificates) {
    const plain = fingerprint.replaceAll(':', '').toLowerCase();
    const { pem, ...rest } = await directory.read(plain);
    expect(rest).toEqual({ owner });
    expect(pem.trim()).toBe((owner === 'own' ? IDENTITIES.us : IDENTITIES.them).certificate.trim());
  }
  expect(JSON.stringify(await directory.list())).not.toContain('PRIVATE');
});

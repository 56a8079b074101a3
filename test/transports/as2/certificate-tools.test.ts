import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadPartners } from '../../../src/partners/load-partners.ts';
import { CertificateTools } from '../../../src/transports/as2/certificate-tools.ts';
import { IDENTITIES, MemorySecrets } from './as2-fixture.ts';

const COMPANY = `company: Test
currency: USD
identities: { x12: [{ qualifier: ZZ, id: US }] }
as2: { id: US, certificates: [{ certificate: { secret: own-certificate }, key: { secret: own-key } }] }
`;
const PARTNER = `partner: acme
name: Acme
accounts: { supplierId: ACME }
currency: USD
x12: { identities: [{ qualifier: ZZ, id: ACME }] }
channels:
  - type: as2
    url: https://as2.acme.example/
    ids: { theirs: ACME }
    certificates: [{ certificate: { secret: their-certificate } }]
documents: {}
`;

let home: string;
let secrets: MemorySecrets;
let tools: CertificateTools;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'as2-tools-'));
  secrets = new MemorySecrets({
    'own-certificate': IDENTITIES.us.certificate,
    'own-key': IDENTITIES.us.key,
    'their-certificate': IDENTITIES.them.certificate,
  });
  const { set } = loadPartners([
    { path: 'company.yaml', text: COMPANY },
    { path: 'acme/partner.yaml', text: PARTNER },
  ]);
  tools = new CertificateTools({
    set: set!,
    secrets,
    home,
    dataFolder: home,
    now: () => '2026-03-02T08:00:00.000Z',
  });
});
afterEach(() => rm(home, { recursive: true, force: true }));

const pem = (text: string) => CertificateTools.read(Buffer.from(text));

test('a partner’s certificate is kept once, as a file that settings name', async () => {
  const file = await pem(IDENTITIES.stranger.certificate);
  const name = await tools.importForPartner('acme', '2027', file);
  expect(name).toBe('partners/acme/certificates/2027.crt');
  expect(await readFile(path.join(home, name), 'latin1')).toContain('BEGIN CERTIFICATE');
  await expect(tools.importForPartner('acme', '2027', file)).rejects.toThrow('EEXIST');
});

test('one of a known issuer and serial number, but with another key, is refused', async () => {
  const [known] = (await pem(IDENTITIES.them.certificate)).certificates;
  const [stranger] = (await pem(IDENTITIES.stranger.certificate)).certificates;
  const forged = { ...stranger!, issuer: known!.issuer, serialNumber: known!.serialNumber };
  await expect(tools.importForPartner('acme', 'forged', { certificates: [forged] })).rejects.toMatchObject({
    code: 'CERTIFICATE_INVALID',
    message: expect.stringContaining('but another key'),
  });
});

test('our own is kept with its key as two secrets; a key of another certificate is refused', async () => {
  const file = await pem(IDENTITIES.stranger.certificate + IDENTITIES.stranger.key);
  const names = await tools.importOwn('2027', file);
  expect(await secrets.read(names.key)).toContain('PRIVATE KEY');
  await expect(tools.importOwn('2027', file)).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(tools.importOwn('a', await pem(IDENTITIES.stranger.certificate))).rejects.toThrow(
    'no private key',
  );
  const crossed = await pem(IDENTITIES.stranger.certificate + IDENTITIES.us.key);
  await expect(tools.importOwn('b', crossed)).rejects.toThrow('does not belong');
});

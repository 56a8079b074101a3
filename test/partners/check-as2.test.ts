import { describe, expect, test } from '@jest/globals';
import { loadPartners } from '../../src/partners/load-partners.ts';

const COMPANY = 'company: Test\ncurrency: EUR\nidentities: { x12: [{ qualifier: ZZ, id: US }] }\n';
const STATION = 'as2: { id: US }\n';
const CERTIFICATES = 'certificates: [{ certificate: { secret: acme } }]';

/** What is found in a channel with these settings, and whether its partner is in force. */
function check(settings: string, company = COMPANY + STATION) {
  const { set, findings } = loadPartners([
    { path: 'company.yaml', text: company },
    {
      path: 'acme/partner.yaml',
      text: `partner: acme
name: Acme
accounts: { supplierId: ACME }
currency: EUR
x12: { identities: [{ qualifier: ZZ, id: ACME }], version: '004010' }
channels:
  - { type: as2, url: 'https://as2.acme.example', ids: { theirs: ACME }, ${settings} }
documents: {}
`,
    },
  ]);
  return {
    found: findings.map(({ code, severity, place }) => `${severity} ${code} ${place.path ?? ''}`),
    inForce: set?.partners.length === 1,
  };
}

test('a channel with all that it needs is in force', () => {
  expect(check(CERTIFICATES)).toEqual({ found: [], inForce: true });
});

test.each([
  ['certificates to encrypt for and to check with', '', 'channels[0].certificates'],
  [
    'a certificate for what client certificates are compared with',
    `${CERTIFICATES}, accept: { clientCertificate: true }`,
    'channels[0].accept.clientCertificate',
  ],
  ['an address for receipts', `${CERTIFICATES}, receipt: { mode: async }`, 'channels[0].receipt.mode'],
])('a partner whose channel lacks %s is left out', (_, settings, place) => {
  const { found, inForce } = check(settings);
  expect(found).toContain(`error AS2_INCOMPLETE ${place}`);
  expect(inForce).toBe(false);
});

test('so is one where company.yaml does not say who we are', () => {
  expect(check(CERTIFICATES, COMPANY)).toEqual({
    found: ['error AS2_INCOMPLETE channels[0].type'],
    inForce: false,
  });
});

describe('a channel that trusts authorities', () => {
  const encrypting = 'certificates: [{ certificate: { secret: acme }, uses: [encrypt] }]';
  const trust = (more: string) => `trust: { anchors: [{ file: partners/acme/root.crt }], ${more} }`;

  test('needs a certificate for signatures, unless it takes new ones of any subject', () => {
    expect(check(`${encrypting}, ${trust('newCertificates: sameSubject')}`)).toEqual({
      found: ['error AS2_INCOMPLETE channels[0].certificates'],
      inForce: false,
    });
    expect(check(`${encrypting}, ${trust('newCertificates: anySubject')}`)).toEqual({
      found: [],
      inForce: true,
    });
  });

  test.each(['http://crl.acme.example/root.crl', 'https://crl.acme.example/root.crl'])(
    'names a list by its address %s',
    (url) => {
      const lists = `revocation: { lists: [{ url: '${url}' }, { file: partners/acme/root.crl }] }`;
      expect(check(`${CERTIFICATES}, ${trust(lists)}`)).toEqual({ found: [], inForce: true });
    },
  );

  test.each(['ldap://crl.acme.example/root', 'file:///etc/passwd', 'https://user:secret@crl.acme.example/'])(
    'names none by %s',
    (url) => {
      const { inForce } = check(`${CERTIFICATES}, ${trust(`revocation: { lists: [{ url: '${url}' }] }`)}`);
      expect(inForce).toBe(false);
    },
  );
});

describe('a channel that takes unsigned messages', () => {
  const unsigned = (more: string) => `${CERTIFICATES}, accept: { signed: false${more} }`;

  test('from anybody is in force, with a warning: AS2-From proves nothing', () => {
    expect(check(unsigned(''))).toEqual({
      found: ['warning AS2_UNPROVED_SENDER channels[0].accept.signed'],
      inForce: true,
    });
  });

  test.each([
    ", addresses: ['203.0.113.7']",
    ', basicAuth: { user: acme, password: { secret: acme-basic } }',
  ])('is fine where something else shows who sends:%s', (more) => {
    expect(check(unsigned(more))).toEqual({ found: [], inForce: true });
  });
});

import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { createSelfSignedCertificate } from '../../../src/transports/as2/self-signed-certificate.ts';
import { makeIdentity, startPair } from './as2-fixture.ts';
import type { Identity, Pair } from './as2-fixture.ts';

// A configuration is compiled by the first test that needs it.
jest.setTimeout(60_000);

let pair: Pair;
afterEach(() => pair.close());

function weakIdentity(): Identity {
  const { certificate, key } = createSelfSignedCertificate({
    commonName: 'NORTHWIND',
    bits: 1024,
    from: '2026-01-01T00:00:00.000Z',
    days: 700,
  });
  return { certificate: certificate.pem, key: key.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

const PARTNERS: Record<string, Identity> = {
  expired: makeIdentity('NORTHWIND', { from: '2025-01-01T00:00:00.000Z', days: 365 }),
  early: makeIdentity('NORTHWIND', { from: '2027-01-01T00:00:00.000Z', days: 365 }),
  weak: weakIdentity(),
};

/** A pair in which the partner has that certificate. */
async function start(name: string, tolerances = ''): Promise<void> {
  const partner = PARTNERS[name]!;
  pair = await startPair('', {
    us: { partner, settings: `tolerances: { expiredSignatureDays: 1000, ${tolerances} }` },
    them: { own: partner },
  });
}

describe('nothing is sent for a certificate of the partner that', () => {
  test.each([
    ['expired', /has expired on 2026-01-01/],
    ['early', /whose time has come/],
    ['weak', /1024 bits/],
  ])('is %s', async (name, reason) => {
    await start(name);
    await expect(pair.us.send()).rejects.toMatchObject({
      code: 'CERTIFICATE_UNUSABLE',
      message: expect.stringMatching(reason),
    });
    expect([await pair.us.messages(), await pair.them.messages()]).toEqual([[], []]);
  });
});

describe('unless the partner’s settings say so:', () => {
  test.each([
    ['expired', 'expiredEncryption: true'],
    ['weak', 'weakKeys: true'],
  ])('%s', async (name, tolerances) => {
    await start(name, tolerances);
    await pair.us.send();
    expect((await pair.them.messages()).map(({ status }) => status)).toEqual(['received']);
  });
});

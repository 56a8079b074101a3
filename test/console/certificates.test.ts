import { describe, expect, test } from '@jest/globals';
import { sortByEnd, standingOf, toSpans } from '../../src/console/data/certificates.ts';
import type { Certificate } from '../../src/console/data/types.ts';
import {
  describeDaysLeft,
  describeKey,
  groupFingerprint,
  listSteps,
  nameOfSubject,
} from '../../src/console/words/certificates.ts';

const NOW = new Date('2026-11-22T08:00:00.000Z');

function certificate(more: Partial<Certificate> = {}): Certificate {
  const { validFrom = '2025-01-01T00:00:00.000Z' } = more;
  return {
    ...{
      owner: 'acme',
      channel: 'main',
      source: 'settings',
      uses: ['sign', 'encrypt'],
      state: 'active',
      duties: [],
    },
    ...{ subject: 'CN=ACME', issuer: 'CN=ACME', serialNumber: '01', fingerprint: 'AB:CD' },
    ...{ keyType: 'rsa', keyBits: 2048, validFrom, validTo: '2027-01-01T00:00:00.000Z', startsAt: validFrom },
    ...{ daysLeft: 39, succeeded: false, endsSoon: false, weaknesses: [], trouble: '' },
    ...more,
  };
}

const OLD = certificate({ subject: 'CN=ACME 2025', succeeded: true });
const NEW = certificate({
  ...{ subject: 'CN=ACME 2027', state: 'accepted', validFrom: '2026-11-01T00:00:00.000Z' },
  ...{
    validTo: '2029-01-01T00:00:00.000Z',
    from: '2026-12-01T00:00:00.000Z',
    startsAt: '2026-12-01T00:00:00.000Z',
  },
});

describe('how a certificate stands', () => {
  test.each<[string, Partial<Certificate>, string]>([
    ['in use', {}, 'active'],
    ['ends with nothing behind it', { endsSoon: true }, 'endsSoon'],
    ['its time has not come', { state: 'accepted', startsAt: '2026-12-01T00:00:00.000Z' }, 'upcoming'],
    ['another one is newer', { state: 'accepted' }, 'accepted'],
    ['not trusted, whenever it ends', { state: 'untrusted', endsSoon: true }, 'untrusted'],
    ['expired', { state: 'expired' }, 'expired'],
    ['expired, and nobody needs it', { state: 'expired', succeeded: true }, 'replaced'],
    ['retired', { state: 'retired' }, 'retired'],
  ])('%s', (_, more, standing) => {
    expect(standingOf(certificate(more), NOW)).toBe(standing);
  });
});

test('what ends first stands first; what is over comes last', () => {
  const gone = certificate({ state: 'expired', validTo: '2026-11-01T00:00:00.000Z' });
  const retired = certificate({ state: 'retired', validTo: '2026-01-01T00:00:00.000Z' });
  const replaced = { ...gone, succeeded: true };
  expect(sortByEnd([retired, NEW, replaced, OLD, gone])).toEqual([gone, OLD, NEW, retired, replaced]);
});

describe('a switch', () => {
  const span = (at: readonly [number, number] | undefined) =>
    at?.map((ms) => new Date(ms).toISOString().slice(0, 10));

  test('each is used until the next one’s time comes, and accepted until its end', () => {
    const [old, next] = toSpans([OLD, NEW]);
    expect(span(old!.accepted)).toEqual(['2025-01-01', '2027-01-01']);
    expect(span(old!.used)).toEqual(['2025-01-01', '2026-12-01']);
    expect(span(next!.accepted)).toEqual(['2026-11-01', '2029-01-01']);
    expect(span(next!.used)).toEqual(['2026-12-01', '2029-01-01']);
  });

  test('the settings may end one earlier; nothing goes out with a partner’s certificate for signing', () => {
    const until = '2026-06-01T00:00:00.000Z';
    expect(span(toSpans([certificate({ until })])[0]!.accepted)).toEqual(['2025-01-01', '2026-06-01']);
    expect(toSpans([certificate({ uses: ['sign'] })])[0]!.used).toBeUndefined();
    expect(toSpans([certificate({ state: 'untrusted' })])[0]!.used).toBeUndefined();
    expect(span(toSpans([certificate({ owner: 'own', uses: ['sign'] })])[0]!.used)).toBeDefined();
  });
});

describe('what to do next', () => {
  const stepsOf = (one: Certificate, siblings: Certificate[] = [one]) =>
    listSteps(one, siblings, NOW)
      .map(({ text, command = '' }) => `${text} ${command}`)
      .join('\n');

  test('a partner’s that ends is imported, ours is made anew', () => {
    expect(stepsOf(certificate({ endsSoon: true }))).toContain(
      'tradelane as2 certificate import acme-2027.crt --partner acme --name 2027',
    );
    expect(stepsOf(certificate({ owner: 'own', state: 'expired' }))).toContain(
      'tradelane as2 certificate new --name 2027 --output ours-2027.crt',
    );
    expect(stepsOf(certificate({ owner: 'own', endsSoon: true, uses: ['tls'], shownTo: 'acme' }))).toContain(
      '`tls.clientCertificate` of `partners/acme/partner.yaml`',
    );
    expect(stepsOf(certificate({ endsSoon: true, uses: ['tls'] }))).toContain('`uses: [tls]` and `from:`');
  });

  test('while a switch goes on: when it happens, and what becomes of the old one', () => {
    expect(stepsOf(OLD, [OLD, NEW])).toMatch(
      /ACME 2027 \(AB:CD\) takes over on 1 Dec 2026\..*give this one `until:`/,
    );
    expect(stepsOf(NEW, [OLD, NEW])).toContain('From 1 Dec 2026 on we encrypt for it.');
    const begun = { ...NEW, state: 'active' as const, startsAt: '2026-11-10T00:00:00.000Z' };
    expect(stepsOf({ ...OLD, until: '2026-12-31T00:00:00.000Z' }, [OLD, begun])).toBe(
      'ACME 2027 (AB:CD) has taken over. This one retires on 31 Dec 2026. ',
    );
  });

  test('what came by a message is not in the settings: it is withdrawn', () => {
    const begun = { ...NEW, state: 'active' as const, startsAt: '2026-11-10T00:00:00.000Z' };
    expect(stepsOf({ ...OLD, source: 'exchange' }, [OLD, begun])).toContain('withdraw it under Certificates');
  });

  test('what is in order needs nothing; what is not trusted needs a person', () => {
    expect(stepsOf(certificate())).toMatch(/^Nothing\./);
    expect(stepsOf(certificate({ uses: ['anchor'], state: 'trusted' }))).toMatch(/^Nothing\./);
    expect(stepsOf(certificate({ uses: ['anchor'], state: 'trusted', endsSoon: true }))).toContain(
      'under `trust`',
    );
    expect(stepsOf(certificate({ state: 'untrusted' }))).toContain('by telephone');
  });
});

test('names, keys, days and fingerprints as they are read', () => {
  expect(nameOfSubject('C=US, O=Acme\\, Inc., CN=ACME\\, main')).toBe('ACME\\, main');
  expect(nameOfSubject('O=Acme')).toBe('O=Acme');
  expect(describeKey(certificate())).toBe('RSA, 2,048 bits');
  expect(describeKey(certificate({ keyType: 'ed25519', keyBits: 0 }))).toBe('Ed25519');
  expect([-5, -1, 0, 1, 46].map(describeDaysLeft)).toEqual([
    ...['ended 5 days ago', 'ended 1 day ago', 'ends within a day', '1 day left', '46 days left'],
  ]);
  const fingerprint = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, '0')).join(':');
  expect(groupFingerprint(fingerprint)).toEqual([
    ['0001', '0203', '0405', '0607'],
    ['0809', '0a0b', '0c0d', '0e0f'],
    ['1011', '1213', '1415', '1617'],
    ['1819', '1a1b', '1c1d', '1e1f'],
  ]);
});

import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findPath } from '../../../src/transports/as2/trust/certificate-path.ts';
import type { PathVerdict } from '../../../src/transports/as2/trust/certificate-path.ts';
import type { Certificate } from '../../../src/transports/as2/certificate.ts';
import type { Trust } from '../../../src/transports/as2/trust/trust-model.ts';
import { withNewCertificates } from '../../../src/transports/as2/trust/new-certificates.ts';
import { CA, CertificateAuthority, newKey, SIGNER } from '../../support/certificate-authority.ts';
import type { IssueOptions } from '../../support/certificate-authority.ts';
import { hasOpenssl } from '../../support/openssl.ts';
import { askOpenssl, toCertificate, toTrust } from './trust-fixture.ts';
import type { Setup } from './trust-fixture.ts';

const suite = hasOpenssl ? describe : describe.skip;

suite('a path to a trusted authority', () => {
  const made: CertificateAuthority[] = [];
  const authority = (name: string, options: IssueOptions & { by?: CertificateAuthority } = {}) => {
    const one = new CertificateAuthority(name, options);
    made.push(one);
    return one;
  };
  afterAll(() => {
    for (const one of made) one.close();
  });

  /** Our verdict and that of openssl. */
  function judge(pem: string, setup: Setup): { ours: PathVerdict; openssl: true | string } {
    const { others = [], use = 'sign' } = setup;
    const ours = findPath(toCertificate(pem), use, toTrust(setup), others.map(toCertificate));
    return { ours, openssl: askOpenssl(pem, setup) };
  }

  function expectBoth(pem: string, setup: Setup, expected: readonly string[] | RegExp): void {
    const { ours, openssl } = judge(pem, setup);
    if (expected instanceof RegExp) {
      expect(ours).toMatchObject({ ok: false, reason: expect.stringMatching(expected) });
      expect(openssl).not.toBe(true);
      return;
    }
    expect(ours.ok ? ours.path.map(({ subject }) => subject) : ours.reason).toEqual(expected);
    expect(openssl).toBe(true);
  }

  const root = authority('Root');
  const between = authority('Between', { by: root });
  const anchors = [root.certificate];
  const others = [between.certificate];
  const leaf = between.issue('acme');

  test('leads over an authority between, wherever that one comes from', () => {
    expectBoth(leaf.certificate, { anchors, others }, ['CN=acme', 'CN=Between', 'CN=Root']);
    const trust = toTrust({ anchors }, { authorities: others.map(toCertificate) });
    expect(findPath(toCertificate(leaf.certificate), 'sign', trust)).toMatchObject({ ok: true });
  });

  test('ends at an authority between that is trusted itself', () => {
    expectBoth(leaf.certificate, { anchors: others }, ['CN=acme', 'CN=Between']);
  });

  test('is the certificate alone, where that is trusted: self-signed ones', () => {
    const own = authority('acme', { extensions: [] });
    expectBoth(own.certificate, { anchors: [own.certificate] }, ['CN=acme']);
  });

  test('is none without the authority between, or with another root of the same name', () => {
    expectBoth(leaf.certificate, { anchors }, /^no path leads from it/);
    const other = authority('Root');
    expectBoth(leaf.certificate, { anchors: [other.certificate], others }, /^no path leads/);
  });

  test.each<[string, IssueOptions, RegExp]>([
    ['has expired', { to: '2026-02-01' }, /^it has expired on 2026-02-01/],
    ['is not valid yet', { from: '2026-04-01' }, /^it is valid only from 2026-04-01/],
    [
      'may not sign',
      { extensions: [SIGNER[0]!, 'keyUsage = keyEncipherment'] },
      /^its key usage \(keyEncipherment\) has no digitalSignature/,
    ],
    ['was signed with SHA-1', { digest: 'sha1' }, /^its authority signed it with SHA-1/],
    ['has a weak key', { key: newKey('rsa', 1024) }, /^its key has 1024 bits/],
    [
      'has a critical extension that nobody knows',
      { extensions: ['1.2.3.4 = critical, ASN1:NULL'] },
      /not judged here: 1\.2\.3\.4/,
    ],
  ])('does not hold where the certificate %s', (_what, options, reason) => {
    expectBoth(root.issue('acme', options).certificate, { anchors }, reason);
  });

  test('counts for the days of grace after an end', () => {
    const ended = toCertificate(root.issue('acme', { to: '2026-02-27' }).certificate);
    expect(findPath(ended, 'sign', toTrust({ anchors }, { graceDays: 4 }))).toMatchObject({ ok: true });
    expect(findPath(ended, 'sign', toTrust({ anchors }, { graceDays: 3 }))).toMatchObject({ ok: false });
  });

  test('for encryption asks for the key usage of that', () => {
    const rsa = newKey('rsa');
    const usage = (what: string) =>
      root.issue('acme', { key: rsa, extensions: [SIGNER[0]!, `keyUsage = ${what}`] }).certificate;
    expectBoth(usage('keyEncipherment'), { anchors, use: 'encrypt' }, ['CN=acme', 'CN=Root']);
    expectBoth(usage('digitalSignature'), { anchors, use: 'encrypt' }, /has no keyEncipherment/);
  });

  test.each<[string, IssueOptions, RegExp]>([
    ['has expired', { to: '2026-02-01' }, /^CN=Between, issued by CN=Root .*: it has expired on 2026-02-01/],
    ['is no authority', { extensions: ['basicConstraints = CA:FALSE'] }, /without being an authority/],
    [
      'does not say that it is one',
      { extensions: ['subjectKeyIdentifier = hash'] },
      /without being an authority/,
    ],
    [
      'may not sign certificates',
      { extensions: [CA[0]!, 'keyUsage = digitalSignature'] },
      /has no keyCertSign/,
    ],
  ])('does not hold where the authority between %s', (_what, options, reason) => {
    const bad = authority('Between', { by: root, ...options });
    expectBoth(bad.issue('acme').certificate, { anchors, others: [bad.certificate] }, reason);
  });

  test('does not hold where the trusted authority has expired', () => {
    const old = authority('Old', { to: '2026-02-01' });
    expectBoth(
      old.issue('acme').certificate,
      { anchors: [old.certificate] },
      /^CN=Old, issued by itself .* has expired/,
    );
  });

  test('is as long as its path lengths allow; authorities that succeed themselves do not count', () => {
    const [, usage] = CA;
    const short = authority('Short', {
      extensions: ['basicConstraints = critical, CA:TRUE, pathlen:0', usage!],
    });
    expectBoth(short.issue('acme').certificate, { anchors: [short.certificate] }, ['CN=acme', 'CN=Short']);
    const below = authority('Below', { by: short });
    expectBoth(
      below.issue('acme').certificate,
      { anchors: [short.certificate], others: [below.certificate] },
      /^CN=Short.*allows 0 authorities below it \(pathLenConstraint\), and there are 1/,
    );
    const renewed = authority('Short', { by: short });
    expectBoth(
      renewed.issue('acme').certificate,
      { anchors: [short.certificate], others: [renewed.certificate] },
      ['CN=acme', 'CN=Short', 'CN=Short'],
    );
  });

  test('is found among authorities that have signed each other, whichever comes first', () => {
    const expired = authority('Elsewhere', { to: '2026-02-01' });
    const cross = expired.issue('Between', {
      key: between.key,
      extensions: CA,
      to: '2026-02-01',
    }).certificate;
    for (const both of [
      [cross, ...others],
      [...others, cross],
    ]) {
      expectBoth(leaf.certificate, { anchors: [expired.certificate, ...anchors], others: both }, [
        'CN=acme',
        'CN=Between',
        'CN=Root',
      ]);
    }
    expectBoth(leaf.certificate, { anchors: [expired.certificate], others: [cross] }, /has expired/);
  });

  test('that goes round in circles ends', () => {
    const one = authority('One');
    const two = authority('Two', { by: one });
    const back = two.issue('One', { key: one.key, extensions: CA }).certificate;
    const crowd = Array.from(
      { length: 12 },
      (_, index) =>
        one.issue('Two', { key: two.key, extensions: [...CA, `nsComment = ${index}`] }).certificate,
    );
    expectBoth(
      two.issue('acme').certificate,
      { anchors, others: [back, two.certificate, ...crowd] },
      /^no path leads/,
    );
  });

  /** Which of the certificates that a message brings count for its signer. */
  function takenFor(
    signer: Certificate,
    trust: Trust,
    brought: readonly Uint8Array[],
  ): readonly Certificate[] {
    const { issuer, serialNumber } = signer.identity;
    const id = { issuer: Buffer.from(issuer), serialNumber: Buffer.from(serialNumber) };
    const info = {
      id,
      digestOid: '',
      algorithm: undefined,
      attributes: undefined,
      signature: Buffer.alloc(0),
    };
    return withNewCertificates({ verification: [], trust }, [info], () => brought).verification;
  }

  test('is never found for a certificate that was changed, whatever was changed in it', () => {
    const original = toCertificate(leaf.certificate);
    const trust = toTrust({ anchors }, { newCertificates: 'anySubject' });
    const above = others.map((pem) => toCertificate(pem).der);
    expect(takenFor(original, trust, [original.der, ...above])).toHaveLength(1);
    const octet = fc.tuple(fc.nat(original.der.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(octet, { minLength: 1, maxLength: 3 }), (edits) => {
        const changed = Buffer.from(original.der);
        for (const [at, value] of edits) changed[at] = value;
        fc.pre(!changed.equals(original.der));
        expect(takenFor(original, trust, [changed, ...above])).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  test('does not make a name that reads like another one that other', () => {
    const alike = toCertificate(root.issue('acme, O=Acme').certificate);
    const taken = (subject: string) =>
      takenFor(alike, toTrust({ anchors }, { newCertificates: 'sameSubject', subjects: [subject] }), [
        alike.der,
      ]);
    expect(taken('CN=acme, O=Acme')).toEqual([]);
    expect(taken(alike.subject)).toHaveLength(1);
  });

  test('with name constraints does not hold: they are not judged', () => {
    const narrow = authority('Narrow', {
      by: root,
      extensions: [...CA, 'nameConstraints = critical, permitted;DNS:acme.example'],
    });
    const { ours } = judge(narrow.issue('acme').certificate, { anchors, others: [narrow.certificate] });
    expect(ours).toMatchObject({ ok: false, reason: expect.stringContaining('not judged here: 2.5.29.30') });
  });

  describe('asks for revocation:', () => {
    const top = authority('Top');
    const issuing = authority('Issuing', { by: top });
    const good = issuing.issue('good');
    const bad = issuing.issue('bad');
    const closed = authority('Closed', { by: top });
    issuing.revoke(bad, 'keyCompromise');
    top.revoke(closed, 'cessationOfOperation');
    const ofTop = top.list();
    const ofIssuing = issuing.list();
    const chain = { anchors: [top.certificate], others: [issuing.certificate] };

    test('each authority of the path has a list, and none has the certificate', () => {
      expectBoth(good.certificate, { ...chain, lists: [ofTop, ofIssuing] }, [
        'CN=good',
        'CN=Issuing',
        'CN=Top',
      ]);
    });

    test('a certificate, or an authority, was revoked: when and why is told', () => {
      expectBoth(
        bad.certificate,
        { ...chain, lists: [ofTop, ofIssuing] },
        /^it was revoked on \d{4}-.* because its key was compromised \(list 2\)$/,
      );
      expectBoth(
        closed.issue('acme').certificate,
        { anchors: chain.anchors, others: [closed.certificate], lists: [ofTop, closed.list()] },
        /^CN=Closed, issued by CN=Top .*: it was revoked .* ceased to use it/,
      );
    });

    test('no list of one of the authorities, or one of somebody else with its name', () => {
      expectBoth(
        good.certificate,
        { ...chain, lists: [ofIssuing] },
        /^CN=Issuing.*no revocation list of CN=Top/,
      );
      const other = authority('Issuing');
      expectBoth(
        good.certificate,
        { ...chain, lists: [ofTop, other.list()] },
        /no revocation list of CN=Issuing/,
      );
    });

    test('an outdated list, or one of the future', () => {
      const outdated = issuing.list({ to: '2026-03-01' });
      expectBoth(good.certificate, { ...chain, lists: [ofTop, outdated] }, /was to be renewed by 2026-03-01/);
      expectBoth(
        good.certificate,
        { ...chain, lists: [ofTop, issuing.list({ from: '2026-04-01' })] },
        /counts only from 2026-04-01/,
      );
      // What it says of revoked ones it still says.
      const { ours } = judge(bad.certificate, { ...chain, lists: [ofTop, outdated], whenUnknown: 'accept' });
      expect(ours).toMatchObject({ ok: false, reason: expect.stringContaining('was revoked') });
    });

    test('what is not known passes where the settings say so, and is told', () => {
      const trust = toTrust({ ...chain, lists: [ofTop], whenUnknown: 'accept' });
      const found = findPath(toCertificate(good.certificate), 'sign', trust, chain.others.map(toCertificate));
      expect(found).toMatchObject({
        ok: true,
        unknown: [expect.stringContaining('no revocation list of CN=Issuing')],
      });
    });

    test('a list by an authority that may not make lists', () => {
      const silent = authority('Silent', { extensions: [CA[0]!, 'keyUsage = keyCertSign'] });
      expectBoth(
        silent.issue('acme').certificate,
        { anchors: [silent.certificate], lists: [silent.list()] },
        /no revocation list/,
      );
    });

    test('a list for users speaks of no authority, and one for authorities of no user', () => {
      const users = issuing.list({
        extensions: ['issuingDistributionPoint = critical, @scope', '[scope]', 'onlyuser = TRUE'],
      });
      const authorities = issuing.list({
        extensions: ['issuingDistributionPoint = critical, @scope', '[scope]', 'onlyCA = TRUE'],
      });
      expectBoth(good.certificate, { ...chain, lists: [ofTop, users] }, ['CN=good', 'CN=Issuing', 'CN=Top']);
      expectBoth(
        good.certificate,
        { ...chain, lists: [ofTop, authorities] },
        /no revocation list of CN=Issuing/,
      );
    });

    test('a part of a list speaks of the certificates that name it', () => {
      const part = (name: string) =>
        issuing.list({
          extensions: [
            'issuingDistributionPoint = critical, @scope',
            '[scope]',
            `fullname = URI:http://crl.example/${name}.crl`,
          ],
        });
      const named = issuing.issue('named', {
        extensions: [...SIGNER, 'crlDistributionPoints = URI:http://crl.example/1.crl'],
      }).certificate;
      expectBoth(named, { ...chain, lists: [ofTop, part('1')] }, ['CN=named', 'CN=Issuing', 'CN=Top']);
      expectBoth(named, { ...chain, lists: [ofTop, part('2')] }, /no revocation list of CN=Issuing/);
    });
  });
});

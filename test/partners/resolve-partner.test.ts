import { describe, expect, test } from '@jest/globals';
import type { EnvelopeAddress } from '../../src/partners/resolve-partner.ts';
import { resolvePartner } from '../../src/partners/resolve-partner.ts';
import { resolveEnvelope } from '../../src/partners/resolve-envelope.ts';
import { demoPartners, partnerFile, partnerNamed, partnerSet } from './fixtures.ts';

function x12(sender: string, more: Partial<EnvelopeAddress> = {}): EnvelopeAddress {
  const [qualifier = '', id = ''] = sender.split('/');
  return {
    standard: 'x12',
    sender: { qualifier, id },
    receiver: { qualifier: 'ZZ', id: 'US' },
    applicationSender: id,
    applicationReceiver: 'US',
    functionalId: 'PR',
    version: '004010',
    test: false,
    ...more,
  };
}

const code = (result: ReturnType<typeof resolvePartner>): string | undefined =>
  result.partner === undefined ? result.findings[0].code : result.partner.partner;

describe('the partner of an envelope', () => {
  const set = partnerSet(
    partnerFile('acme', '{ qualifier: ZZ, id: ACME }, { qualifier: ZZ, id: ACMETEST, usage: test }'),
    partnerFile('unit-one', '{ qualifier: "12", id: "8005551234", applicationId: ONE }'),
    partnerFile('unit-two', '{ qualifier: "12", id: "8005551234", applicationId: TWO }'),
    partnerFile('van-all', '{ qualifier: "01", id: "081466849" }'),
    partnerFile('van-ship', '{ qualifier: "01", id: "081466849", functionalIds: [SH] }'),
    partnerFile('gone', '{ qualifier: ZZ, id: GONE }', 'status: suspended'),
  );

  test('is found by qualifier and id, padding trimmed', () => {
    expect(code(resolvePartner(set, x12('ZZ/ACME           ')))).toBe('acme');
  });

  test('is told apart by the application id in GS', () => {
    expect(code(resolvePartner(set, x12('12/8005551234', { applicationSender: 'TWO' })))).toBe('unit-two');
    expect(code(resolvePartner(set, x12('12/8005551234', { applicationSender: 'ONE' })))).toBe('unit-one');
  });

  test('is the more specific one where two fit', () => {
    expect(code(resolvePartner(set, x12('01/081466849')))).toBe('van-all');
    expect(code(resolvePartner(set, x12('01/081466849', { functionalId: 'SH' })))).toBe('van-ship');
  });

  test('ids are case-sensitive and qualifiers exact; the nearest partner is named', () => {
    const result = resolvePartner(set, x12('ZZ/acme'));
    expect(result.findings[0]).toMatchObject({
      code: 'UNKNOWN_PARTNER',
      actual: 'ZZ/acme',
      expected: 'ZZ/ACME of acme',
      acknowledgment: { level: 'interchange', code: '006' },
    });
    expect(code(resolvePartner(set, x12('01/ACME')))).toBe('UNKNOWN_PARTNER');
  });

  test('without GS two business units cannot be told apart, and none is guessed', () => {
    const { standard, sender, receiver, test: isTest } = x12('12/8005551234');
    expect(code(resolvePartner(set, { standard, sender, receiver, test: isTest }))).toBe('AMBIGUOUS_PARTNER');
  });

  test('an envelope for somebody else is not taken', () => {
    const result = resolvePartner(set, x12('ZZ/ACME', { receiver: { qualifier: 'ZZ', id: 'THEM' } }));
    expect(result.findings[0]).toMatchObject({
      code: 'UNKNOWN_RECEIVER',
      actual: 'ZZ/THEM (GS US)',
      expected: 'ZZ/US',
    });
  });

  test('a suspended partner is refused', () => {
    expect(code(resolvePartner(set, x12('ZZ/GONE')))).toBe('PARTNER_SUSPENDED');
  });

  test('test data under a production identity is processed, with a warning', () => {
    const result = resolvePartner(set, x12('ZZ/ACME', { test: true }));
    expect(code(result)).toBe('acme');
    expect(result.findings).toMatchObject([{ code: 'USAGE_MISMATCH', severity: 'warning' }]);
  });

  test('test data under a test identity is no mismatch, and not meant for productive orders', () => {
    const result = resolvePartner(set, x12('ZZ/ACMETEST', { test: true }));
    expect(code(result)).toBe('acme');
    expect(result.findings).toMatchObject([{ code: 'TEST_DATA', severity: 'warning' }]);
    expect(resolvePartner(set, x12('ZZ/ACMETEST')).findings).toMatchObject([{ code: 'USAGE_MISMATCH' }]);
  });

  test('an EDIFACT id without qualifier is another one than with', async () => {
    const demo = await demoPartners();
    const address = {
      standard: 'edifact' as const,
      sender: { qualifier: '14', id: '4012345000009' },
      receiver: { qualifier: '14', id: '4012345500004' },
      test: false,
    };
    expect(code(resolvePartner(demo, address))).toBe('hansa-werkzeuge');
    expect(code(resolvePartner(demo, { ...address, sender: { qualifier: '', id: '4012345000009' } }))).toBe(
      'UNKNOWN_PARTNER',
    );
  });

  test('an XML document is found by its endpoint', async () => {
    const demo = await demoPartners();
    const parties = {
      sender: { qualifier: '0088', id: '5790000000012' },
      receiver: { qualifier: '0088', id: '4012345500004' },
    };
    expect(code(resolvePartner(demo, { standard: 'xml', ...parties, test: false }))).toBe('nordic-lighting');
  });
});

describe('the envelope of what goes out', () => {
  test('takes the first identities of the usage', async () => {
    const set = await demoPartners();
    const { company } = set;
    const northwind = partnerNamed(set, 'northwind-hardware');
    expect(resolveEnvelope(company, northwind, 'x12', 'PO')).toMatchObject({
      sender: { id: 'TRADELANE' },
      receiver: { qualifier: '12', id: '6125550142', applicationId: 'NWHARDWARE' },
      test: false,
    });
    expect(resolveEnvelope(company, { ...northwind, status: 'onboarding' }, 'x12', 'PO')).toMatchObject({
      sender: { id: 'TRADELANETEST' },
      receiver: { applicationId: 'NWHTEST' },
      test: true,
    });
  });

  test('a standard that the partner has no identity in is a finding', async () => {
    const set = await demoPartners();
    const result = resolveEnvelope(set.company, partnerNamed(set, 'nordic-lighting'), 'x12');
    expect(result).toMatchObject({
      finding: { code: 'IDENTITY_MISSING', place: { file: 'nordic-lighting/partner.yaml' } },
    });
  });
});

import { describe, expect, test } from '@jest/globals';
import { resolveMatchPolicy } from '../../src/partners/resolve-match-policy.ts';
import { resolvePolicy, versionOf } from '../../src/partners/resolve-policy.ts';
import { DEFAULT_MATCH_POLICY } from '../../src/tracking/match/policy.ts';
import { DEFAULT_POLICY } from '../../src/tracking/policy.ts';
import { demoPartners, partnerFile, partnerNamed, partnerSet } from './fixtures.ts';

const bare = partnerSet(partnerFile('acme', '{ qualifier: ZZ, id: A }'));

describe('the policy in force', () => {
  test('is the documented default where nobody says anything', () => {
    const { version, ...policy } = resolvePolicy(bare.company, partnerNamed(bare, 'acme'));
    expect({ ...policy, version: DEFAULT_POLICY.version }).toEqual(DEFAULT_POLICY);
    expect(version).toMatch(/^v[0-9a-f]{8}$/);
    const match = resolveMatchPolicy(bare.company, partnerNamed(bare, 'acme'));
    expect(match).toEqual({ ...DEFAULT_MATCH_POLICY, version, companyCurrency: 'USD' });
  });

  test('the partner overrides the company, setting by setting', async () => {
    const set = await demoPartners();
    const hansa = resolvePolicy(set.company, partnerNamed(set, 'hansa-werkzeuge'));
    expect(hansa.due).toMatchObject({ businessDays: 1, leadTimePct: '20', parkHours: 72 });
    expect(hansa.response).toMatchObject({
      po1Semantics: 'supplier',
      remainder: 'backorder',
      absentLine: 'open',
    });
    expect(hansa.calendar).toMatchObject({
      timeZone: 'Europe/Berlin',
      workDays: [1, 2, 3, 4, 5],
      cutOff: '12:00',
    });
    expect(hansa.companyCalendar.timeZone).toBe('America/Chicago');
    expect(hansa.functionalAcknowledgment).toEqual({ expected: true, dueHours: 12 });
    expect(
      resolvePolicy(set.company, partnerNamed(set, 'nordic-lighting')).functionalAcknowledgment.expected,
    ).toBe(false);
  });

  test('tolerances stay in levels, the article first, so that an explanation can name the level', async () => {
    const set = await demoPartners();
    const { tolerances, items } = resolvePolicy(set.company, partnerNamed(set, 'northwind-hardware'));
    expect(tolerances.map(({ level }) => level)).toEqual(['item', 'supplier', 'company', 'default']);
    expect(tolerances[0]).toMatchObject({
      appliesTo: ['TL-1001', 'NW-HAM-16', '061414100014'],
      values: { quantityUpPct: '10' },
    });
    expect(items[0]).toMatchObject({ packSize: '12', substitutes: ['NW-HAM-20'] });
  });

  test('decimals stay exact text', async () => {
    const set = await demoPartners();
    const { tolerances } = resolvePolicy(set.company, partnerNamed(set, 'hansa-werkzeuge'));
    expect(tolerances[0]?.values).toEqual({
      quantityDownPct: '5',
      dateLateDays: 2,
      priceUpPct: '0.5',
      priceUpAbs: '0.2',
    });
  });

  test('the transit time comes with those of its lanes', async () => {
    const set = await demoPartners();
    const northwind = partnerNamed(set, 'northwind-hardware');
    expect(resolvePolicy(set.company, northwind).transit).toEqual({
      days: 3,
      unit: 'businessDays',
      known: true,
      lanes: [{ shipTo: '0042', days: 5 }],
    });
    expect(resolvePolicy(bare.company, partnerNamed(bare, 'acme')).transit.known).toBe(false);
  });

  test('an outage that the partner has announced pauses the ladder; its times are kept as instants', () => {
    const outage = 'outage: { from: 2026-12-24T00:00:00+01:00, until: 2026-12-28 }';
    const set = partnerSet(partnerFile('acme', '{ qualifier: ZZ, id: A }', `policy: { due: { ${outage} } }`));
    expect(resolvePolicy(set.company, partnerNamed(set, 'acme')).due.outage).toEqual({
      from: '2026-12-23T23:00:00.000Z',
      until: '2026-12-28T00:00:00.000Z',
    });
  });

  test('its version changes with the content and only with it', async () => {
    const set = await demoPartners();
    const hansa = partnerNamed(set, 'hansa-werkzeuge');
    expect(versionOf(set.company, hansa)).toBe(versionOf(set.company, structuredClone(hansa)));
    expect(versionOf(set.company, hansa)).not.toBe(versionOf(set.company, { ...hansa, policy: {} }));
  });
});

describe('the match policy in force', () => {
  test('lists limits and modes from the supplier up', async () => {
    const set = await demoPartners();
    const match = resolveMatchPolicy(set.company, partnerNamed(set, 'northwind-hardware'));
    expect(match.tolerances.filter(({ name }) => name === 'price')).toMatchObject([
      {
        level: 'supplier',
        limits: { upperPct: '1.5', upperAbs: '25' },
        scope: { supplierId: 'northwind-hardware' },
      },
      { level: 'company', limits: { upperPct: '2', upperAbs: '50' } },
      { level: 'system' },
    ]);
    const nordic = resolveMatchPolicy(set.company, partnerNamed(set, 'nordic-lighting'));
    expect(nordic.modes).toMatchObject([
      { mode: '2-way', level: 'supplier', permission: 'ap-lead' },
      { mode: '3-way', level: 'company' },
      { level: 'system' },
    ]);
  });
});

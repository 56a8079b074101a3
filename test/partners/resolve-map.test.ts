import { describe, expect, test } from '@jest/globals';
import type { MapHead } from '../../src/partners/resolve-map.ts';
import { resolveInboundMaps, resolveOutboundMap } from '../../src/partners/resolve-map.ts';
import { partnerFile, partnerNamed, partnerSet } from './fixtures.ts';

const heads: MapHead[] = [
  { id: 'x12/004010/855', standard: 'x12', type: '855', release: '004010' },
  { id: 'x12/004010/810-invoice', standard: 'x12', type: '810', release: '004010' },
  { id: 'x12/004010/810-credit', standard: 'x12', type: '810', release: '004010' },
  { id: 'x12/005010/810-invoice', standard: 'x12', type: '810', release: '005010' },
  { id: 'x12/004010/850', standard: 'x12', type: '850', release: '004010' },
];
const catalogue = new Map(heads.map((head) => [head.id, head]));
const file = partnerFile('acme', '{ qualifier: ZZ, id: A }');
const acme = partnerNamed(
  partnerSet({
    ...file,
    text: file.text.replace(
      /documents: .*/,
      `documents:
  orderResponse: { in: x12/004010/855 }
  invoice: { in: [x12/005010/810-invoice, x12/004010/810-invoice] }
  creditNote: { in: x12/004010/810-credit }
  order: { out: x12/004010/805 }
  orderChange: { out: x12/004010/850 }`,
    ),
  }),
  'acme',
);
const inbound = (type: string, release: string): unknown => {
  const result = resolveInboundMaps(acme, catalogue, { standard: 'x12', type, release });
  return result.mapIds ?? result.finding.message;
};

describe('the maps that may read a transaction', () => {
  test('of the exact release, in the order of the partner file', () => {
    expect(inbound('810', '005010')).toEqual(['x12/005010/810-invoice']);
    expect(inbound('810', '004010')).toEqual(['x12/004010/810-invoice', 'x12/004010/810-credit']);
  });

  test('an industry suffix takes the release that it extends', () => {
    expect(inbound('855', '004010VICS')).toEqual(['x12/004010/855']);
  });

  test('an unknown release takes what there is', () => {
    expect(inbound('855', '003060')).toEqual(['x12/004010/855']);
  });

  test('a transaction set without a map names those that there are', () => {
    expect(inbound('846', '004010')).toBe(
      'ACME sent 846 004010, and acme/partner.yaml names no map that reads it (it reads: 855, 810). ' +
        'Add one under documents and reprocess the file',
    );
  });
});

describe('the map that writes a document', () => {
  test('is the one of the partner file', () => {
    expect(resolveOutboundMap(acme, catalogue, 'orderChange')).toEqual({ mapId: 'x12/004010/850' });
  });

  test('a map that does not exist is a finding with the nearest name', () => {
    expect(resolveOutboundMap(acme, catalogue, 'order')).toMatchObject({
      finding: {
        code: 'UNKNOWN_MAP',
        message: 'map "x12/004010/805" of acme does not exist; did you mean "x12/004010/855"?',
      },
    });
  });

  test('a document that the partner file does not route is a finding', () => {
    expect(resolveOutboundMap(acme, catalogue, 'receiptAdvice')).toMatchObject({
      finding: { message: 'acme/partner.yaml names no map under documents.receiptAdvice.out' },
    });
  });
});

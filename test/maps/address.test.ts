import { describe, expect, test } from '@jest/globals';
import { findPairLayout, parseAddress } from '../../src/maps/address.ts';

function parsed(text: string) {
  const address = parseAddress(text);
  if (typeof address === 'string') throw new Error(address);
  return address;
}

describe('addresses', () => {
  test.each([
    ['BEG03', 'BEG', 3],
    ['N102', 'N1', 2],
    ['PO102', 'PO1', 2],
    ['N1', 'N1', 0],
    ['PO1', 'PO1', 0],
    ['TD503', 'TD5', 3],
    ['G6101', 'G61', 1],
  ])('%s is segment %s, element %i', (text, segmentId, element) => {
    expect(parsed(text)).toMatchObject({ segmentId, element, component: 1 });
  });

  test('a component, a range of elements, a range of components, a repetition', () => {
    expect(parsed('NAD02.3')).toMatchObject({ element: 2, component: 3, componentGiven: true });
    expect(parsed('N301-02')).toMatchObject({ segmentId: 'N3', element: 1, lastElement: 2 });
    expect(parsed('FTX[AAI]04.1-5')).toMatchObject({ element: 4, component: 1, lastComponent: 5 });
    expect(parsed('DMG05#2')).toMatchObject({ element: 5, repetition: 2 });
    expect(parsed('DMG05#*')).toMatchObject({ repetition: 'all' });
  });

  test('conditions: preference, other elements, negation, empty', () => {
    expect(parsed('DTM[002|010]02').conditions).toMatchObject([
      { element: 1, component: 1, values: ['002', '010'], negated: false },
    ]);
    expect(parsed('SAC[01=C,02=D240]05').conditions).toMatchObject([
      { element: 1, component: 1, values: ['C'], negated: false },
      { element: 2, component: 1, values: ['D240'], negated: false },
    ]);
    expect(parsed('REF[!IA|DP]02').conditions[0]).toMatchObject({ values: ['IA', 'DP'], negated: true });
    expect(parsed('COM[01.2=TE]01.1').conditions[0]).toMatchObject({ element: 1, component: 2 });
    expect(parsed('CPS[02=]').conditions[0]).toMatchObject({ element: 2, values: [], negated: false });
    expect(parsed('CPS[02!=]').conditions[0]).toMatchObject({ values: [], negated: true });
  });

  test('pairs, areas and loop names', () => {
    expect(parsed('PO1{UP/12|EN}').pair).toMatchObject([
      { code: 'UP', length: 12 },
      { code: 'EN', length: undefined },
    ]);
    expect(parsed('SDQ{*}').pair).toBe('each');
    expect(parsed('{2}').pairMember).toBe(2);
    expect(parsed('summary/TXI[ST]02').place).toBe('summary');
    expect(parsed('N1#2/N104')).toMatchObject({ place: 'N1#2', segmentId: 'N1', element: 4 });
  });

  test.each([
    ['beg03', 'is not a place'],
    ['PO1{VN}07', 'names its element itself'],
    ['BEG.2', 'a component needs its element'],
    ['N302-01', 'runs backwards'],
    ['REF[]02', 'condition [] is empty'],
    ['PO1{vn}', 'not a qualifier'],
  ])('%s: %s', (text, message) => {
    expect(parseAddress(text)).toContain(message);
  });

  test('pair positions come from the segment, or from the map', () => {
    expect(findPairLayout('x12', 'PO1')).toMatchObject({ from: 6, step: 2, count: 10 });
    expect(findPairLayout('edifact', 'PIA')).toMatchObject({ from: 2, composite: { value: 1, code: 2 } });
    expect(findPairLayout('x12', 'CTB')).toBeUndefined();
    expect(findPairLayout('x12', 'CTB', { CTB: { from: 3, count: 2, step: 2 } })).toMatchObject({ from: 3 });
  });
});

import { describe, expect, test } from '@jest/globals';
import {
  findGrammar,
  layerSchema,
  lintDictionary,
  listMessageTypes,
  resolveRelease,
  userDictionarySchema,
} from '../../../src/edi/grammar/index.ts';
import type { Grammar } from '../../../src/edi/grammar/index.ts';

const RELEASES = [
  ['x12', '004010'],
  ['x12', '005010'],
  ['edifact', 'D.96A'],
  ['edifact', 'D.01B'],
] as const;

function grammarOf(...args: Parameters<typeof findGrammar>): Grammar {
  const grammar = findGrammar(...args);
  if (!grammar) throw new Error(`no grammar for ${args[1]} ${args[2]}`);
  return grammar;
}

function slotAt(grammar: Grammar, path: string, segmentId: string) {
  return grammar.slots.find((slot) => slot.loopPath.join('/') === path && slot.segmentId === segmentId);
}

describe('dictionaries', () => {
  test.each(RELEASES)('%s %s has all its messages', (standard, release) => {
    expect(listMessageTypes(standard, release)).toHaveLength(
      standard === 'edifact' ? 10 : release === '004010' ? 14 : 15,
    );
  });

  test.each(RELEASES)(
    '%s %s: every segment is defined, with elements and notes in range',
    (standard, release) => {
      const grammars = listMessageTypes(standard, release).map((type) => grammarOf(standard, type, release));
      const faults: string[] = [];
      for (const grammar of grammars) {
        for (const { segmentId } of grammar.slots) {
          const { elements, notes } = grammar.segment(segmentId) ?? { elements: [], notes: [] };
          const lengths = elements.flatMap((use) => use.components.map((part) => part.element));
          const sane = lengths.every(
            ({ minLength, maxLength }) => minLength >= 1 && minLength <= maxLength && maxLength < 5000,
          );
          const inRange = notes.every(({ positions }) => Math.max(...positions) <= elements.length);
          if (elements.length === 0 || !sane || !inRange) faults.push(`${grammar.type} ${segmentId}`);
        }
      }
      expect(faults).toEqual([]);
    },
  );

  test.each(RELEASES)('%s %s: every slot knows its loop and the one around it', (standard, release) => {
    const faults: string[] = [];
    for (const type of listMessageTypes(standard, release)) {
      const { slots } = grammarOf(standard, type, release);
      for (const slot of slots) {
        const { index, loopPath, loopSlot, parentLoopSlot } = slot;
        const loop = slots[loopSlot];
        const around = slots[parentLoopSlot];
        const right =
          slots[index] === slot &&
          (loop?.loopPath ?? []).join('/') === loopPath.join('/') &&
          loop?.trigger !== false &&
          (around?.loopPath ?? []).join('/') === loopPath.slice(0, -1).join('/');
        if (!right) faults.push(`${type} ${index} ${slot.segmentId}`);
      }
    }
    expect(faults).toEqual([]);
  });

  test('an 850 has its loops by trigger, an ORDERS by group number', () => {
    const order = grammarOf('x12', '850', '004010');
    expect(slotAt(order, 'PO1', 'PO1')).toMatchObject({
      area: 'detail',
      trigger: true,
      loopMandatory: true,
      loopMaxRepeat: 100000,
    });
    expect(slotAt(order, 'PO1/N1', 'N1')).toMatchObject({ loopMandatory: false, loopMaxRepeat: 200 });
    expect(slotAt(order, '', 'BEG')).toMatchObject({ area: 'heading', mandatory: true, maxUse: 1 });
    expect(slotAt(order, '', 'REF')?.maxUse).toBe(Infinity);
    const orders = grammarOf('edifact', 'ORDERS', 'D.96A');
    expect(slotAt(orders, 'SG25', 'LIN')).toMatchObject({
      area: 'detail',
      trigger: true,
      loopMaxRepeat: 200000,
    });
    expect(slotAt(orders, 'SG25/SG28', 'PRI')?.loopPath).toEqual(['SG25', 'SG28']);
  });

  test('elements carry type, length, code list and implied decimals', () => {
    const order = grammarOf('x12', '850', '004010');
    expect(order.segment('BEG')?.elements[0]?.components[0]?.element).toMatchObject({
      id: '353',
      type: 'ID',
      minLength: 2,
      maxLength: 2,
    });
    expect(order.segment('BEG')?.elements[0]?.components[0]?.element.codes?.has('00')).toBe(true);
    expect(order.segment('SAC')?.elements[4]?.components[0]?.element).toMatchObject({
      id: '610',
      type: 'N',
      decimals: 2,
    });
    expect(
      order
        .segment('PO1')
        ?.notes.map((note) => note.text)
        .slice(0, 3),
    ).toEqual(['C0302', 'C0504', 'P0607']);
    expect(order.segment('REF')?.elements[3]).toMatchObject({ id: 'C040', composite: true });
  });
});

describe('findGrammar', () => {
  test.each([
    ['x12', '850', '004010', '004010', 'exact'],
    ['x12', '850', '004010VICS', '004010', 'exact'],
    ['x12', '850', '003040', '004010', 'nearest'],
    ['x12', '850', '', '004010', 'nearest'],
    ['x12', '850', '007010', '005010', 'nearest'],
    ['edifact', 'ORDERS', 'D.96A', 'D.96A', 'exact'],
    ['edifact', 'ORDERS', 'D.99B', 'D.96A', 'nearest'],
    ['edifact', 'ORDERS', 'S.93A', 'D.96A', 'nearest'],
    ['edifact', 'INVOIC', '2.912', 'D.96A', 'nearest'],
    ['edifact', 'ORDERS', '90.1', 'D.96A', 'nearest'],
    ['edifact', 'ORDERS', 'D.03B', 'D.01B', 'nearest'],
  ] as const)('%s %s %s is checked against %s (%s)', (standard, type, stated, release, match) => {
    expect(findGrammar(standard, type, stated)).toMatchObject({ release, match });
  });

  test('an unknown message has no grammar, nor has a neighbouring release when the exact one is wanted', () => {
    expect(findGrammar('x12', '940', '004010')).toBeUndefined();
    expect(findGrammar('x12', '850', '004030', { match: 'exact' })).toBeUndefined();
    expect(findGrammar('x12', '850', '004010', { match: 'exact' })).toBeDefined();
  });

  test('the same question gives the same object, so that compiled forms can be kept by it', () => {
    expect(findGrammar('x12', '850', '004010')).toBe(findGrammar('x12', '850', '004010'));
  });

  test('CONTRL and the service segments follow the syntax version', () => {
    expect(grammarOf('edifact', 'CONTRL', 'D.3').segment('UCI')?.elements).toHaveLength(7);
    expect(grammarOf('edifact', 'CONTRL', '4.1').segment('UCI')?.elements).toHaveLength(9);
    expect(
      grammarOf('edifact', 'ORDERS', 'D.01B', { syntaxVersion: '4' }).segment('UNH')?.elements,
    ).toHaveLength(6);
  });

  test('an EANCOM association code brings the EANCOM layer of its directory', () => {
    const plain = grammarOf('edifact', 'ORDERS', 'D.96A');
    const eancom = grammarOf('edifact', 'ORDERS', 'D.96A', { implementation: 'EAN008' });
    expect(plain.rules.size).toBe(0);
    expect(eancom.layers).toEqual(['EANCOM 1997']);
    expect(eancom.rules.get(slotAt(eancom, '', 'IMD')?.index ?? -1)).toMatchObject({
      forbidden: true,
      severity: 'warning',
    });
    expect(eancom.rules.has(slotAt(eancom, 'SG2', 'NAD')?.index ?? -1)).toBe(false);
    expect(grammarOf('edifact', 'ORDERS', 'D.01B', { implementation: 'EAN010' }).layers).toEqual([
      'EANCOM 2002',
    ]);
    expect(eancom.misplaced).toEqual([]);
  });

  test('every place of both EANCOM layers exists', () => {
    for (const release of ['D.96A', 'D.01B'] as const) {
      for (const type of listMessageTypes('edifact', release)) {
        expect(grammarOf('edifact', type, release, { implementation: 'EAN008' }).misplaced).toEqual([]);
      }
    }
  });
});

describe("a partner's layer", () => {
  const layer = layerSchema.parse({
    name: 'acme',
    restrictions: [
      { message: '850', at: 'CUR', rule: 'required' },
      { message: '850', at: 'N9', rule: 'forbidden' },
      { message: '850', at: 'BEG02', rule: 'codes', codes: ['SA', 'RL'] },
      { message: '850', at: 'PO1/N1', rule: 'maxUse', count: 1 },
      { message: '850', at: 'N104', rule: 'required' },
      { message: '850', at: 'BEG03', rule: 'maxLength', length: 10 },
      { message: '850', at: 'PO1/QQQ', rule: 'forbidden' },
      { message: '810', at: 'CUR', rule: 'required' },
    ],
  });
  const grammar = grammarOf('x12', '850', '004010', { extensions: { layers: [layer] } });

  test('demands and takes away segments and loops', () => {
    expect(slotAt(grammar, '', 'CUR')?.mandatory).toBe(true);
    expect(slotAt(grammar, 'PO1/N1', 'N1')?.loopMaxRepeat).toBe(1);
    const forbidden = [...grammar.rules.keys()].map((index) => grammar.slots[index]?.segmentId);
    expect(forbidden).toEqual(['N9', 'DTM', 'MSG']);
  });

  test('narrows elements at their place only', () => {
    const beg = grammar.segmentAt(slotAt(grammar, '', 'BEG')?.index ?? -1);
    expect([...(beg?.elements[1]?.components[0]?.element.codes ?? [])]).toEqual(['SA', 'RL']);
    expect(beg?.elements[2]?.components[0]?.element.maxLength).toBe(10);
    const shipTo = grammar.segmentAt(slotAt(grammar, 'N1', 'N1')?.index ?? -1);
    const lineShipTo = grammar.segmentAt(slotAt(grammar, 'PO1/N1', 'N1')?.index ?? -1);
    expect([shipTo?.elements[3]?.mandatory, lineShipTo?.elements[3]?.mandatory]).toEqual([true, false]);
  });

  test('tells what it could not place', () => {
    expect(grammar.misplaced.map(({ at }) => at)).toEqual(['PO1/QQQ']);
  });
});

describe("a user's dictionary", () => {
  const dictionary = userDictionarySchema.parse({
    standard: 'x12',
    release: '004030',
    base: '004010',
    messages: '830\n heading: ST! BFR! (N1:200 N3:2)\n detail: (LIN!:* UIT)\n summary: CTT SE!\n',
    segments: 'BFR 353! 328 127 675! 676!\n',
    elements: 'ID 2/2: 675\nID 1/1: 676\n',
  });
  const extensions = { dictionaries: [dictionary] };

  test('adds a release and a set, and takes the rest from its base', () => {
    const forecast = grammarOf('x12', '830', '004030UCS', { extensions });
    expect(forecast).toMatchObject({ release: '004030', match: 'exact' });
    expect(forecast.segment('BFR')?.elements[3]?.components[0]?.element).toMatchObject({
      id: '675',
      maxLength: 2,
    });
    expect(forecast.segment('N1')?.elements).toHaveLength(6);
    expect(grammarOf('x12', '850', '004030', { extensions }).match).toBe('exact');
  });

  test('leaves other releases alone', () => {
    expect(resolveRelease('x12', '004010', [dictionary]).release).toBe('004010');
    expect(findGrammar('x12', '830', '004010', { extensions })).toBeUndefined();
  });
});

describe('lintDictionary', () => {
  const sound = userDictionarySchema.parse({
    standard: 'x12',
    release: '004030',
    base: '004010',
    messages: '830\n heading: ST! BFR!\n detail: (LIN!:* UIT)\n summary: CTT SE!\n',
    segments: 'BFR 353! 675!\n',
    elements: 'ID 2/2: 675\n',
  });

  test('finds nothing wrong with a sound dictionary', () => {
    expect(lintDictionary(sound)).toEqual([]);
  });

  test.each([
    ['an unreadable length class', { elements: 'ID two: 675\n' }, /elements: cannot read "ID two"/],
    ['an unreadable segment', { segments: 'BFR 353! (675)\n' }, /BFR: cannot read "\(675\)"/],
    ['an element nobody defines', { elements: '' }, /BFR: element 675 is not defined/],
    [
      'an unreadable message',
      { messages: '830\n heading: ST! BFR:many SE!\n' },
      /830: cannot read "BFR:many"/,
    ],
    ['a loop that is not closed', { messages: '830\n heading: ST! (BFR\n' }, /830: cannot read .*unbalanced/],
    [
      'a segment nobody defines',
      { messages: '830\n heading: ST! QQQ SE!\n' },
      /830: segment QQQ is not defined/,
    ],
  ])('tells %s', (_, change, expected) => {
    const messages = lintDictionary({ ...sound, ...change }).map(({ message }) => message);
    expect(messages).toContainEqual(expect.stringMatching(expected));
  });
});

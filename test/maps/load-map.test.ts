import { describe, expect, test } from '@jest/globals';
import { loadMap, type EffectiveMap, type EffectiveRule, type MapSource } from '../../src/maps/index.ts';
import { problems } from './support.ts';

function sourceOf(files: Record<string, string>): MapSource {
  return (name) => files[name];
}

function load(files: Record<string, string>, name: string): EffectiveMap {
  const { map, findings } = loadMap(name, sourceOf(files));
  if (!map) throw new Error(findings.map((finding) => finding.message).join('\n'));
  return map;
}

/** `at → to @ map:line` of every rule, loops indented. */
function outline(rules: readonly EffectiveRule[], indent = ''): string[] {
  return rules.flatMap((rule) => {
    const where = `@ ${rule.origin.map}:${rule.origin.line}`;
    if (rule.kind === 'field') {
      const { at = [], to, const: constant } = rule.options;
      return [`${indent}${at.join('|')} → ${to ?? `"${constant ?? ''}"`} ${where}`];
    }
    if (rule.kind === 'loop')
      return [`${indent}loop ${rule.options.loop} ${where}`, ...outline(rule.rules, `${indent}  `)];
    return [`${indent}${rule.kind} ${where}`];
  });
}

const BASE = `map: base
message: { standard: x12, release: "004010", type: "850" }
document: order
codes:
  units: { EA: EA, CA: CS }
rules:
  - { at: BEG03, to: id }
  - { at: BEG05, to: issueDate, as: date8 }
  - loop: PO1
    to: lines[]
    rules:
      - { at: PO101, to: id }
      - { at: "PO1{VN}", to: item.sellerId }
      - { at: PO103, to: quantity.unit, codes: units }
`;

describe('overrides', () => {
  const child = `map: child
extends: base
message: { release: "004030" }
codes:
  units: { CA: CT, STK: EA }
remove: [BEG05]
rules:
  - { at: BEG01, const: "00" }
  - loop: PO1
    rules:
      - { at: "PO1{BP}", to: item.sellerId }
      - { remove: PO101 }
      - { at: PO107, to: id, before: PO103 }
`;
  const map = load({ base: BASE, child }, 'child');

  test('rules are replaced by at or to, removed, added; each tells where it was written', () => {
    expect(outline(map.rules)).toEqual([
      'BEG03 → id @ base:7',
      'loop PO1 @ child:9',
      '  PO1{BP} → item.sellerId @ child:11',
      '  PO107 → id @ child:13',
      '  PO103 → quantity.unit @ base:14',
      'BEG01 → "00" @ child:8',
    ]);
  });

  test('the message changes key by key', () => {
    expect(map.message).toEqual({ standard: 'x12', release: '004030', type: '850' });
    expect(map.chain).toEqual(['child', 'base']);
  });

  test('code entries override one by one, own ones first', () => {
    expect(map.codes.get('units')).toEqual([
      { code: 'CA', value: 'CT' },
      { code: 'STK', value: 'EA' },
      { code: 'EA', value: 'EA' },
    ]);
  });
});

test('a shared code table comes from its file, changed by the map', () => {
  const files = {
    'codes/units': 'codes: units\nentries: { EA: EA, PE: null }',
    own: BASE.replace('map: base', 'map: own').replace(
      'codes:\n  units: { EA: EA, CA: CS }\n',
      'codes: { units: { PC: EA } }\n',
    ),
  };
  expect(load(files, 'own').codes.get('units')).toEqual([
    { code: 'PC', value: 'EA' },
    { code: 'EA', value: 'EA' },
    { code: 'PE', value: null },
  ]);
});

test('the first code of a value is the one that is written, also among numbers', () => {
  const table = 'codes: kinds\nentries: { "220": standard, "105": standard, "22E": other }';
  const own = BASE.replace('codes: units', 'codes: kinds');
  expect(
    load({ own, 'codes/kinds': table }, 'own')
      .codes.get('kinds')
      ?.map(({ code }) => code),
  ).toEqual(['220', '105', '22E']);
});

test('everything is text: no number, no boolean, no lost zero', () => {
  const map = load({ base: BASE.replace('const: "00"', 'const: 00').replace('EA: EA', 'NO: 007') }, 'base');
  expect(map.codes.get('units')?.[0]).toEqual({ code: 'NO', value: '007' });
});

describe('mistakes are told with line and column', () => {
  test.each([
    ['map: x\nrules: [', 'x.map.yaml:2:9: Flow sequence'],
    ['map: x\nrulez: []', 'x.map.yaml:2:1: rulez: unknown key "rulez"'],
    ['map: x\nrules:\n  - { at: BEG03, tu: id }', 'x.map.yaml:3:18: rules.0.tu: unknown key "tu"'],
    ['map: x\nrules:\n  - { note: nothing }', 'x.map.yaml:3:5: rules.0: a rule needs at:'],
    ['map: x\nrules:\n  - { at: BEG03, to: id, only: sometimes }', 'x.map.yaml:3:26'],
    ['map: x\nrules:\n  - loop: PO1\n    rules: PO101', 'x.map.yaml:4:5: rules.0.rules: rules is a list'],
    ['map: x\nextends: y', 'x extends "y", which does not exist'],
    ['map: x\nextends: x', 'x extends itself through "x"'],
    ['map: x\nmessage: { standard: x12 }', 'the map says no document:'],
  ])('%j', (text, message) => {
    const { map, findings } = loadMap('x', sourceOf({ x: text }));
    expect(map).toBeUndefined();
    expect(findings.map((finding) => finding.message).join('\n')).toContain(message);
  });

  test('in a rule behind a YAML alias, at the place where it stands', () => {
    const text =
      'map: x\nrules:\n  - loop: "N1[BY]"\n    rules: &party\n      - { at: N102, tu: name }\n  - { loop: "N1[ST]", rules: *party }';
    const { findings } = loadMap('x', sourceOf({ x: text }));
    expect(findings.map(({ place }) => [place.line, place.column])).toEqual([
      [5, 21],
      [5, 21],
    ]);
  });

  test('removing what is not there', () => {
    const { findings } = loadMap(
      'child',
      sourceOf({ base: BASE, child: 'map: child\nextends: base\nremove: [BEG99]' }),
    );
    expect(findings[0]?.message).toContain('remove: there is no rule "BEG99" here');
  });

  const rule = (text: string): string => BASE + text;
  test.each([
    [
      rule('  - { at: BEG02, to: orderTypo }'),
      'test.map.yaml:15:5: to: the order has no field "orderTypo" here; known are documentType, id'.replace(
        'test',
        'base',
      ),
    ],
    [
      rule('  - { at: BEG02, to: orderType, codes: { SA: normal } }'),
      'gives normal, but orderType is one of standard',
    ],
    [
      rule('  - { at: BEG02, to: orderType, codes: types }'),
      'there is no table "types" (no file codes/types.yaml)',
    ],
    [rule('  - { at: ZZZ01, to: orderType }'), '850 004010 has no ZZZ in the message outside its loops'],
    [
      rule('  - { at: N102, to: buyer.name }\n  - { at: MSG01, to: "notes[]" }'),
      'has no MSG in the message outside its loops; it is in',
    ],
    [rule('  - { at: BEG05, to: buyer }'), 'buyer is not a single value; its fields are id, scheme'],
    [rule('  - { at: BEG05, to: requestedShipDate }'), 'the field is a date: say as:'],
    [rule('  - { at: BEG05, to: currency, const: EUR }'), 'const: together with at: and to:'],
    [rule('  - { at: "CTB{AA}", to: currency }'), 'the positions of the pairs of CTB are not known'],
    [rule('  - { at: PER, to: currency, when: { orderTipo: x } }'), 'has no field "orderTipo"'],
    [rule('  - { tree: LIN, levels: {} }'), '"LIN" is not a tree'],
  ])('%#', (text, message) => {
    expect(problems(text).join('\n')).toContain(message);
  });

  test('a segment that stands in several places asks which one', () => {
    const text = `map: x
message: { standard: edifact, release: D.96A, type: ORDERS }
document: order
rules:
  - { at: "ALC[A]05.1", to: id }`;
    expect(problems(text)[0]).toContain('ALC stands in several places here; say which: SG18/ALC, SG54/ALC');
  });
});

test('a map that is not UTF-8, or holds a second document, is refused at the place: neither would be what was written', () => {
  const tell = (text: string) => loadMap('base', sourceOf({ base: text })).findings[0]?.message;
  expect(tell(BASE.replace('units:', 'gr\uFFFD\uFFFDe:'))).toMatch(
    /^base.map.yaml:5:5: not UTF-8: save the file/,
  );
  expect(tell(`${BASE}---\nrules: []\n`)).toMatch(
    /: a second document begins here \("---"\), which is not read/,
  );
});

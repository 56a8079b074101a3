import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import {
  findGrammar,
  layerSchema,
  lintDictionary,
  userDictionarySchema,
  validateTransaction,
} from '../../../src/edi/grammar/index.ts';
import { parseFile } from '../../../src/edi/index.ts';

const text = readFileSync(path.join(import.meta.dirname, '../../../docs/dictionaries.md'), 'utf8');
const [restrictions, dictionary, guide] = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
  (match): unknown => parse(match[1] ?? ''),
);

test('the restrictions of docs/dictionaries.md are places of their messages', () => {
  const layer = layerSchema.parse({ name: 'documentation', ...(restrictions as object) });
  for (const [standard, type, release] of [
    ['x12', '850', '004010'],
    ['edifact', 'ORDERS', 'D.96A'],
    ['edifact', 'INVOIC', 'D.96A'],
  ] as const) {
    expect(findGrammar(standard, type, release, { extensions: { layers: [layer] } })?.misplaced).toEqual([]);
  }
});

test('the dictionary of docs/dictionaries.md can be used', () => {
  const own = userDictionarySchema.parse(dictionary);
  expect(lintDictionary(own)).toEqual([]);
  expect(findGrammar('x12', '830', '004030', { extensions: { dictionaries: [own] } })?.slots).toHaveLength(
    15,
  );
});

test('the shipped guide of 004010VICS is chosen by GS08 and says what an order lacks', () => {
  const file = path.join(import.meta.dirname, '../../../dictionaries/004010vics.yaml');
  const shipped = userDictionarySchema.parse(parse(readFileSync(file, 'utf8')));
  expect(lintDictionary(shipped)).toEqual([]);
  const extensions = { dictionaries: [shipped] };
  for (const type of ['850', '856'])
    expect(findGrammar('x12', type, '004010VICS', { extensions })?.misplaced).toEqual([]);
  const order = ['BEG*00*SA*PO1**20260102', 'PO1*1*5*EA*1.25**UP*012345678905'];
  const notice = ['BSN*00*S1*20260102*1200', 'HL*1**S'];
  const problems = (type: string, release: string, segments: readonly string[]): string[] => {
    const file = parseFile(new TextEncoder().encode(interchange(type, release, segments)));
    const [transaction] = file.interchanges[0]!.groups[0]!.transactions;
    const grammar = findGrammar('x12', type, transaction!.release, { extensions });
    return validateTransaction(transaction!, grammar)
      .findings.filter(({ severity }) => severity === 'error')
      .map(({ code, place }) => `${code} ${place.segmentId ?? ''}${place.element ?? ''}`);
  };
  expect(problems('850', '004010', order)).toEqual([]);
  expect(problems('850', '004010VICS', order)).toEqual(['SEGMENT_MISSING CTT']);
  expect(problems('850', '004010VICS', [...order, 'CTT*1'])).toEqual([]);
  expect(problems('850', '004010VICS', [order[0]!, 'PO1*1*5', 'CTT*1'])).toEqual(['ELEMENT_MISSING PO13']);
  expect(problems('856', '004010VICS', notice)).toEqual(problems('856', '004010', notice));
});

/** One transaction set in an interchange whose group states the release. */
function interchange(type: string, release: string, segments: readonly string[]): string {
  return [
    'ISA*00*          *00*          *ZZ*S              *ZZ*R              *260102*0900*U*00401*000000001*0*P*>',
    `GS*${type === '850' ? 'PO' : 'SH'}*S*R*20260102*0900*1*X*${release}`,
    `ST*${type}*0001`,
    ...segments,
    `SE*${segments.length + 2}*0001`,
    'GE*1*1',
    'IEA*1*000000001~',
  ].join('~\n');
}

test('the guide of docs/dictionaries.md narrows the sets of its suffix, and no others', () => {
  const own = userDictionarySchema.parse(guide);
  expect(lintDictionary(own)).toEqual([]);
  const extensions = { dictionaries: [own] };
  const layers = (release: string) => findGrammar('x12', '850', release, { extensions })?.layers;
  expect([layers('004010VICS'), layers('004010')]).toEqual([['004010VICS'], []]);
});

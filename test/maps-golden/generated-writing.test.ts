import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Finding } from '../../src/common/finding.ts';
import type { Document } from '../../src/documents/document.ts';
import { EDIFACT_DELIMITERS, SegmentWriter, X12_DELIMITERS } from '../../src/edi/index.ts';
import type { WriteRules } from '../../src/edi/segment-writer.ts';
import { writeSegments, type SegmentMap, type SegmentSink } from '../../src/maps/index.ts';
import { readSample } from './harness.ts';
import { loadGoldens } from './samples.ts';

/*
 * Scopes that are written often are compiled, where the sink has a buffer; behind a sink that hides it everything is
 * interpreted. Both must write the same bytes and report the same, also of documents that no partner would send.
 */

/** More uses than make a scope worth compiling. */
const USES = 120;
const RUNS = 60;

interface Written {
  bytes: string;
  count: number;
  findings: Finding[];
  refused: Finding[];
}

type Rules = Pick<WriteRules, 'repertoire' | 'segmentSuffix'> & { decimalMark: string };

const RULES: readonly Rules[] = [
  { repertoire: 'any', segmentSuffix: '', decimalMark: '.' },
  { repertoire: 'any', segmentSuffix: '\r\n', decimalMark: ',' },
  { repertoire: 'x12-extended', segmentSuffix: '\n', decimalMark: '.' },
  { repertoire: 'unoa', segmentSuffix: '', decimalMark: '.' },
  { repertoire: 'x12-basic', segmentSuffix: '          ', decimalMark: '.' },
];

function writeWith(map: SegmentMap, document: Document, rules: Rules, hidden: boolean): Written {
  const { standard } = map;
  const writer = new SegmentWriter({
    standard,
    delimiters: standard === 'x12' ? X12_DELIMITERS : EDIFACT_DELIMITERS,
    charset: 'iso-8859-1',
    unsupportedCharacter: 'replace',
    delimiterInData: 'refuse',
    replacement: ' ',
    keepTrailing: false,
    ...rules,
  });
  const findings = writeSegments(map, document, hidden ? hideBuffer(writer) : writer, {
    decimalMark: rules.decimalMark,
    context: { date: '2026-01-31' },
  });
  return {
    bytes: Buffer.from(writer.toBytes()).toString('latin1'),
    count: writer.segmentCount,
    findings,
    refused: writer.findings,
  };
}

function hideBuffer(writer: SegmentWriter): SegmentSink {
  return {
    begin: (id) => writer.begin(id),
    put: (element, component, text) => writer.put(element, component, text),
    end: () => writer.end(),
    spell: (text) => writer.spell(text),
  };
}

/** Paths of all values and objects of a document. */
function placesOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  const inside = Object.entries(value).flatMap(([key, entry]) => placesOf(entry, [...path, key]));
  return path.length === 0 ? inside : [[...path], ...inside];
}

/** Texts that need care, and such that mean something elsewhere. */
const text = fc.constantFrom(
  ...[
    'a*b',
    "d'or + 5?",
    'Ärger ☃',
    'x'.repeat(300),
    'two words '.repeat(12),
    'EA',
    'PCE',
    'charge',
    'accepted',
  ],
  ...[
    '12.50',
    '-3',
    '007',
    '1.',
    '2026-02-31',
    '2026-12-24',
    '2026-01-31T10:00:00Z',
    'contract',
    '92',
    'standard',
  ],
);

interface Change {
  at: number;
  text: string;
  texts: string[];
  leavesOut: boolean;
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(10_000),
  text,
  texts: fc.array(text, { maxLength: 6 }),
  leavesOut: fc.boolean(),
});

/** Another value of the same kind, or none; a list twice. */
function otherValue(value: unknown, { text, texts, leavesOut }: Change): unknown {
  if (Array.isArray(value)) {
    if (typeof value[0] === 'string') return texts;
    return leavesOut ? [] : [...(value as unknown[]), ...(structuredClone(value) as unknown[])];
  }
  if (leavesOut) return undefined;
  return typeof value === 'string' ? text : typeof value === 'number' ? 7 : value;
}

function changed(document: Document, changes: readonly Change[]): Document {
  const copy = structuredClone(document);
  for (const one of changes) {
    const places = placesOf(copy).filter((path) => path[0] !== 'documentType' && !/^\d+$/.test(path.at(-1)!));
    const path = places[one.at % places.length]!;
    let holder = copy as unknown as Record<string, unknown>;
    for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
    const last = path.at(-1)!;
    holder[last] = otherValue(holder[last], one);
  }
  return copy;
}

const { samples } = await loadGoldens();
const cases = samples.flatMap((sample) => {
  const { name, map } = sample;
  const { document } = 'plan' in map ? readSample(sample) : { document: undefined };
  return 'plan' in map && document ? [[name, map, document] as const] : [];
});

describe('compiled rules write what the rules say', () => {
  test('a loop of which the only value is no number is not begun', () => {
    const [, map, document] = cases.find(([name]) => name.includes('invoic/two-tax-rates'))!;
    const [rules] = RULES;
    const invoice = { ...document, paymentTerms: { netDays: 30, discountPercent: 'two' } } as Document;
    const clean = writeWith(map, invoice, rules!, true);
    for (let i = 0; i < 2 * USES; i++) writeWith(map, invoice, rules!, false);
    expect(writeWith(map, invoice, rules!, false)).toEqual(clean);
    expect(clean.bytes).toContain('PAT+1+');
    expect(clean.bytes).not.toContain('PAT+22');
  });

  test.each(cases)('of documents like %s', (_name, map, document) => {
    for (const rules of RULES) {
      const clean = writeWith(map, document, rules, true);
      for (let i = 0; i < USES / RULES.length; i++) writeWith(map, document, rules, false);
      expect(writeWith(map, document, rules, false)).toEqual(clean);
    }
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...RULES),
        (changes, rules) => {
          const strangeDocument = changed(document, changes);
          for (let i = 0; i < 3; i++) writeWith(map, strangeDocument, rules, false);
          const compiled = writeWith(map, strangeDocument, rules, false);
          expect(compiled).toEqual(writeWith(map, strangeDocument, rules, true));
        },
      ),
      { numRuns: RUNS },
    );
  });
});

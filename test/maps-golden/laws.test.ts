import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkDocument } from '../../src/documents/document.ts';
import type { Document } from '../../src/documents/document.ts';
import { readSample, replaceBody, writeSample } from './harness.ts';
import type { GoldenSample } from './samples.ts';
import { loadGoldens } from './samples.ts';

/*
 * read(write(document)) = document, for documents that vary the golden ones: lines left out, optional header fields left out,
 * other quantities, prices, article numbers, descriptions and notes, with the characters that the standard has to escape.
 */

const RUNS = 60;

/** X12 cannot escape its delimiters: what the writer does with them in data is the codec's matter. */
const LETTERS = {
  x12: 'ABCxyz0189-./#&()',
  edifact: "ABCxyzäÖß0189-./#&()'+:?",
  xml: 'ABCxyzäÖß漢0189-./#&()\'"<>+:?',
  csv: 'ABC',
};

/**
 * Not left out: what follows from another field (a code and its meaning), and what a message cannot leave unsaid (an order
 * without a type is written, and read again, as a standard one).
 */
const FIXED = new Set([
  'documentType',
  'code',
  'claim',
  'statedClaims',
  'purpose',
  'orderType',
  'answersChange',
  'lines',
  'packages',
  'extensions',
  'payeeAccountId',
  'seller',
  'references',
  'totals',
]);

const { samples } = await loadGoldens();
const varied = samples.filter(
  ({ readOnly, document }) => !readOnly && (document as Document).documentType !== 'receiptAdvice',
);

describe('read(write(document)) is the document', () => {
  test.each(varied.map((sample) => [sample.name, sample] as const))(
    'for documents like %s',
    (_name, sample) => {
      fc.assert(
        fc.property(variationsOf(sample), (document) => {
          const { lines, problems } = writeSample(sample, document);
          expect(problems).toEqual([]);
          const again = readSample({ ...sample, bytes: replaceBody(sample, lines) });
          expect(again.document).toEqual(document);
        }),
        { numRuns: RUNS },
      );
    },
  );
});

function variationsOf(sample: GoldenSample): fc.Arbitrary<Document> {
  const standard = sample.map.map.message.standard;
  const word = fc.string({
    unit: fc.constantFrom(...Array.from(LETTERS[standard])),
    minLength: 1,
    maxLength: 12,
  });
  const sentence = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' '));
  const number = fc
    .tuple(fc.integer({ min: 0, max: 99_999 }), fc.integer({ min: 0, max: 999 }))
    .map(
      ([whole, part]) =>
        `${whole}${part === 0 ? '' : `.${String(part).padStart(3, '0').replace(/0+$/, '')}`}`,
    );
  const values = fc.record({
    word: fc.infiniteStream(word),
    sentence: fc.infiniteStream(sentence),
    number: fc.infiniteStream(number),
    drop: fc.infiniteStream(fc.boolean()),
  });
  const required = requiredOf(sample);
  return values
    .map((streams) => vary(sample.document as Document, streams, required))
    .filter((document) => checkDocument(document).document !== undefined);
}

interface Streams {
  word: fc.Stream<string>;
  sentence: fc.Stream<string>;
  number: fc.Stream<string>;
  drop: fc.Stream<boolean>;
}

/** Fields without which the map says that it writes nothing. */
function requiredOf(sample: GoldenSample): ReadonlySet<string> {
  const document = sample.document as Record<string, unknown>;
  const isRequired = (key: string): boolean => {
    const others = Object.fromEntries(Object.entries(document).filter(([name]) => name !== key));
    if (checkDocument(others).document === undefined) return false;
    return writeSample(sample, others as unknown as Document).problems.some((problem) =>
      problem.endsWith(`/${key} is required`),
    );
  };
  return new Set(Object.keys(document).filter(isRequired));
}

function vary(document: Document, streams: Streams, required: ReadonlySet<string>): Document {
  const copy = structuredClone(document) as unknown as Record<string, unknown>;
  const next = <T>(stream: fc.Stream<T>): T => stream.next().value as T;
  for (const key of Object.keys(copy)) {
    if (FIXED.has(key) || required.has(key) || isSaidElsewhere(copy, key)) continue;
    if (next(streams.drop) && isValidWithout(copy, key)) Reflect.deleteProperty(copy, key);
  }
  const lines = (copy['lines'] ?? []) as unknown[];
  if (copy['packages'] === undefined && lines.length > 1) {
    const kept = lines.filter(() => !next(streams.drop));
    copy['lines'] = kept.length > 0 ? kept : lines.slice(0, 1);
  }
  return replaceValues(copy, '', (key, value) => {
    if (key.endsWith('quantity.value') || key.endsWith('price.amount')) return next(streams.number);
    if (key.endsWith('sellerId') || key.endsWith('lotId')) return next(streams.word);
    if (key.endsWith('description') || key.endsWith('notes')) return next(streams.sentence);
    return value;
  }) as Document;
}

/** A message that states the instant states the day in the same place; one whose lines name their order names it. */
function isSaidElsewhere(document: Record<string, unknown>, key: string): boolean {
  const dates = ['issueDate', 'issuedAt'];
  if (dates.includes(key)) return dates.every((name) => document[name] !== undefined);
  const lines = (document['lines'] ?? []) as { orderId?: string }[];
  return key === 'orderId' && lines.some((line) => line.orderId !== undefined);
}

function isValidWithout(document: Record<string, unknown>, key: string): boolean {
  const others = Object.fromEntries(Object.entries(document).filter(([name]) => name !== key));
  return checkDocument(others).document !== undefined;
}

function replaceValues(value: unknown, key: string, replace: (key: string, text: string) => string): unknown {
  if (typeof value === 'string') return replace(key, value);
  if (Array.isArray(value)) return value.map((entry) => replaceValues(entry, key, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, replaceValues(entry, `${key}.${name}`, replace)]),
  );
}

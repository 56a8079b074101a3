import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileSegment, isCleanSegment } from '../../../src/edi/grammar/clean-segment.ts';
import { generateCheck } from '../../../src/edi/grammar/generate-check.ts';
import { SEGMENT_STRIDE, SEGMENT_TOKEN } from '../../../src/edi/token-table.ts';
import { findGrammar, listMessageTypes } from '../../../src/edi/grammar/index.ts';
import type { ComponentUse, Grammar, SegmentDefinition } from '../../../src/edi/grammar/index.ts';
import { checkSegment } from '../../../src/edi/grammar/segment-check.ts';
import type { Transaction } from '../../../src/edi/model.ts';
import { parseFile } from '../../../src/edi/parse.ts';
import { edifact, validate, x12 } from '../read-text.ts';

const GRAMMARS = [
  ['x12', '004010'],
  ['x12', '005010'],
  ['edifact', 'D.96A'],
  ['edifact', 'D.01B'],
].flatMap(([standard, release]) => {
  const name = standard as 'x12' | 'edifact';
  return listMessageTypes(name, release!).map((type) => findGrammar(name, type, release!)!);
});

/** Values that fit an element more often than not, and near misses. */
function valueFor({ element }: ComponentUse): fc.Arbitrary<string> {
  const { minLength, type, codes } = element;
  const maxLength = Math.min(element.maxLength, minLength + 6);
  const letters = fc.string({
    unit: fc.constantFrom('A', 'B', '7', ' ', 'é', '-'),
    minLength,
    maxLength: maxLength + 1,
  });
  const digits = fc.string({ unit: fc.constantFrom('0', '1', '5'), minLength, maxLength: maxLength + 1 });
  const fitting: Record<string, fc.Arbitrary<string>> = {
    N: digits,
    n: fc.oneof(digits, fc.constantFrom('1.5', '1,5', '.5', '5.', '-1', '1-1', '1.1.1')),
    R: fc.oneof(digits, fc.constantFrom('1.5', '-1.5', '.5', '5.', '1.5E3', '-', '1,5')),
    DT: fc.constantFrom(
      '20260131',
      '20260229',
      '20240229',
      '20260431',
      '260131',
      '2026013',
      '20261301',
      'CCYYMMDD',
    ),
    TM: fc.constantFrom('0815', '081530', '08153099', '0815309', '2460', '2360', '235960', '081'),
  };
  const fits = fitting[type] ?? letters;
  return codes ? fc.oneof(fc.constantFrom(...codes), fits) : fits;
}

function segmentText(definition: SegmentDefinition, standard: 'x12' | 'edifact'): fc.Arbitrary<string> {
  const [separator, component] = standard === 'x12' ? ['*', '>'] : ['+', ':'];
  const elements = definition.elements.map((use) => {
    const parts = use.components.map((part) => {
      const value = valueFor(part);
      return part.mandatory ? value : fc.oneof({ weight: 2, arbitrary: fc.constant('') }, value);
    });
    const filled = fc.tuple(...parts).map((values) => values.join(component).replace(/[:>]+$/, ''));
    return use.mandatory ? filled : fc.oneof({ weight: 2, arbitrary: fc.constant('') }, filled);
  });
  const trailing = fc.constantFrom('', '', '', separator, component, `${separator}X`);
  return fc.tuple(fc.tuple(...elements), trailing).map(([values, end]) => {
    const text = values.join(separator).replace(/[*+]+$/, '');
    return `${definition.id}${text === '' ? '' : separator}${text}${end}`;
  });
}

const anySegment = fc.constantFrom(...GRAMMARS).chain((grammar) =>
  fc.constantFrom(...grammar.slots).chain((slot) => {
    const definition = grammar.segment(slot.segmentId)!;
    return segmentText(definition, grammar.standard).map((text) => ({ grammar, definition, text }));
  }),
);

function transactionWith(grammar: Grammar, text: string): Transaction {
  const [version, release] = grammar.release.split('.');
  return grammar.standard === 'x12'
    ? x12(grammar.type, text, grammar.release)
    : edifact(`${grammar.type}:${version ?? ''}:${release ?? ''}:UN`, text);
}

const HEADERS = /^(ST|SE|UNH|UNT)\b/;

describe('the glance over a segment', () => {
  test('never lets a fault through that the exact check finds, generated or not', () => {
    let clean = 0;
    let faulty = 0;
    fc.assert(
      fc.property(anySegment, ({ grammar, definition, text }) => {
        fc.pre(!HEADERS.test(text));
        const { segments } = transactionWith(grammar, text);
        const program = compileSegment(definition);
        const faults = checkSegment(segments, 1, definition, grammar.standard);
        if (faults.length > 0) faulty += 1;
        const glance = program !== undefined && isCleanSegment(segments, 1, program);
        const { tokens, first, bytes, plain } = segments;
        const token = segments.segments[(first + 1) * SEGMENT_STRIDE + SEGMENT_TOKEN]!;
        if (program) expect(generateCheck(program)(bytes, tokens, token, plain)).toBe(glance);
        if (glance) {
          clean += 1;
          expect(faults).toEqual([]);
        }
      }),
      { numRuns: 3000 },
    );
    // Both sides were seen, or the property says nothing.
    expect(clean).toBeGreaterThan(100);
    expect(faulty).toBeGreaterThan(100);
  });
});

describe('validation of anything', () => {
  const body = fc.array(anySegment, { maxLength: 12 }).map((list) => list.map(({ text }) => text).join('\n'));

  test('never throws, and every range points into its transaction', () => {
    fc.assert(
      fc.property(fc.constantFrom(...GRAMMARS), body, (grammar, text) => {
        fc.pre(text !== '' && !text.split('\n').some((line) => HEADERS.test(line)));
        const transaction = transactionWith(grammar, text);
        const { segments } = transaction;
        const { findings } = validate(transaction);
        const start = segments.range(0)[0];
        const end = segments.range(segments.length - 1)[1];
        for (const { place, actual, acknowledgment, severity } of findings) {
          if (severity === 'warning') expect(acknowledgment).toBeUndefined();
          if (!place.range) continue;
          expect(place.range[0] >= start && place.range[0] <= place.range[1] && place.range[1] <= end).toBe(
            true,
          );
          const { segment = 0, element, component, repetition } = place;
          if (actual === undefined || element === undefined || component === undefined) continue;
          expect(segments.value(segment - 1, element, component, repetition)).toBe(actual);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('never throws on any bytes that parse', () => {
    const noise = fc.string({
      unit: fc.constantFrom('*', '~', '>', '^', 'A', '1', 'PO1', 'N1', 'HL', '\n', 'é'),
    });
    const head =
      'ISA*00*          *00*          *ZZ*A              *ZZ*B              *260131*0815*^*00501*000000001*0*P*>~';
    fc.assert(
      fc.property(
        fc.array(noise, { maxLength: 20 }),
        fc.constantFrom('850', '856', '997', '940'),
        (lines, type) => {
          const text = `${head}GS*PO*A*B*20260131*0815*1*X*005010~ST*${type}*0001~${lines.join('~')}`;
          for (const interchange of parseFile(new TextEncoder().encode(text)).interchanges) {
            for (const group of interchange.groups) {
              for (const transaction of group.transactions) {
                expect(validate(transaction).findings.every((finding) => finding.message.length < 500)).toBe(
                  true,
                );
              }
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DOCUMENT_SCHEMAS, type DocumentType } from '../../src/documents/document.ts';
import { compileCheck } from '../../src/maps/document-check.ts';
import { documentShape, type Shape } from '../../src/maps/document-shape.ts';
import {
  ALWAYS,
  compileSetter,
  compileSpread,
  slotBit,
  type TargetValues,
  type ValueNode,
} from '../../src/maps/compile/field-access.ts';

const names = ['id', 'price', 'amount', 'a-b', 'note'];
const value = fc.oneof(
  fc.string(),
  fc.constant(undefined),
  fc.constant(null),
  fc.constant([{ id: '1' }]),
  fc.integer(),
);
const object = fc.dictionary(
  fc.constantFrom(...names),
  fc.oneof(value, fc.dictionary(fc.constantFrom(...names), value)),
);

/** Fields with a slot each, `price` with two inside. */
function target(slots: number): TargetValues {
  const node = (slot: number, inside?: Map<string, ValueNode>): ValueNode => ({ slot, inside });
  const inside = new Map([
    ['amount', node(slots - 2)],
    ['a-b', node(slots - 1)],
  ]);
  const fields = new Map([
    ['id', node(0)],
    ['a-b', node(1)],
    ['price', node(2, inside)],
  ]);
  return { fields, slots };
}

describe('spreading an object over slots', () => {
  test.each([5, 40])('generated and interpreted agree, %i slots', (slots) => {
    const generated = compileSpread(target(slots), true);
    const interpreted = compileSpread(target(slots), false);
    fc.assert(
      fc.property(object, object, (before, one) => {
        const a: unknown[] = [];
        const b: unknown[] = [];
        generated(before, a);
        interpreted(before, b);
        expect(generated(one, a)).toBe(interpreted(one, b));
        expect(Array.from({ length: slots }, (_, slot) => a[slot])).toEqual(
          Array.from({ length: slots }, (_, slot) => b[slot]),
        );
      }),
    );
  });

  test('tells what is filled', () => {
    for (const generate of [true, false]) {
      const values: unknown[] = [];
      const filled = compileSpread(target(5), generate)({ price: { amount: '1' } }, values);
      expect(filled).toBe(ALWAYS | slotBit(2) | slotBit(3));
      expect(values[3]).toBe('1');
    }
  });
});

describe('setting a field', () => {
  const paths = [['id'], ['price', 'amount'], ['price', 'a-b', 'note']];

  test.each([true, false])('makes what is on the way and keeps what is there (generated: %s)', (generate) => {
    for (const path of paths) {
      const set = compileSetter(path, generate);
      const holder = {};
      expect(set(holder, 'first', false)).toBe(true);
      expect(set(holder, 'second', false)).toBe(false);
      const nested = (end: string): unknown =>
        path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), end);
      expect(holder).toEqual(nested('first'));
      expect(set(holder, 'better', true)).toBe(true);
      expect(holder).toEqual(nested('better'));
    }
  });
});

const LEAVES = [
  '',
  'x',
  '1',
  '1.50',
  '-0.',
  'EA',
  'EUR',
  '2026-01-31',
  '2026-02-30',
  '2026-01-31T08:15:00Z',
  'standard',
  0,
  3,
  true,
  null,
];

/** Values of a shape, right for the most part. */
function valuesOf(shape: Shape, depth = 0): fc.Arbitrary<unknown> {
  const leaf = fc.constantFrom(...LEAVES);
  switch (shape.kind) {
    case 'scalar':
      return shape.options.length > 0 ? fc.oneof(fc.constantFrom(...shape.options), leaf) : leaf;
    case 'anything':
      return leaf;
    case 'record':
      return fc.dictionary(fc.constantFrom('a', 'b'), leaf);
    case 'list':
      return fc.array(valuesOf(shape.entry, depth + 1), { maxLength: 2 });
    case 'object': {
      const fields = [...shape.fields].filter(([, { optional }], i) => !optional || depth < 2 || i < 4);
      const record = Object.fromEntries(
        fields.map(([name, { shape: inner }]) => [name, valuesOf(inner, depth + 1)]),
      );
      return fc.oneof(
        { weight: 8, arbitrary: fc.record(record, { requiredKeys: requiredOf(shape) }) },
        { weight: 1, arbitrary: fc.record({ ...record, unknown: leaf }, { requiredKeys: ['unknown'] }) },
        { weight: 1, arbitrary: leaf },
      );
    }
  }
}

function requiredOf(shape: Extract<Shape, { kind: 'object' }>): string[] {
  return [...shape.fields].flatMap(([name, { optional }]) => (optional ? [] : [name]));
}

describe('the quick check of documents', () => {
  test.each(Object.keys(DOCUMENT_SCHEMAS) as DocumentType[])(
    'of a %s never accepts what the model does not',
    (type) => {
      const shape = documentShape(type);
      const generated = compileCheck(shape, true);
      const interpreted = compileCheck(shape, false);
      fc.assert(
        fc.property(valuesOf(shape), (one) => {
          const answer = generated(one);
          expect(interpreted(one)).toBe(answer);
          if (answer) expect(DOCUMENT_SCHEMAS[type].safeParse(one).success).toBe(true);
        }),
      );
    },
  );
});

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stableText } from '../../src/tracking/stable-text.ts';

test('equal values are equal texts, in whatever order their members were set', () => {
  expect(stableText({ b: [1, { d: 'x', c: null }], a: true })).toBe('{"a":true,"b":[1,{"c":null,"d":"x"}]}');
  expect(stableText({ a: undefined, b: 1 })).toBe(stableText({ b: 1 }));
  // As it comes back from the store.
  expect(stableText([undefined, 1])).toBe(stableText([null, 1]));
});

test('texts and names stand in it as JSON writes them', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', '\n', '\ud800', '😀', 'é'));
  fc.assert(
    fc.property(text, (given) => {
      expect(stableText(given)).toBe(JSON.stringify(given));
      expect(stableText({ [given]: given })).toBe(JSON.stringify({ [given]: given }));
    }),
  );
});

import { expect, test } from '@jest/globals';
import { sentence } from '../../src/common/sentence.ts';

test.each([
  ['expected a date', 'expected a date.'],
  ['expected a date.', 'expected a date.'],
  ['is it a date?', 'is it a date?'],
  ['found "a …', 'found "a …'],
])('%s ends as one sentence', (words, expected) => {
  expect(sentence(words)).toBe(expected);
});

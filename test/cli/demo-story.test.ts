import { expect, test } from '@jest/globals';
import { writeStory } from '../../src/cli/demo/story.ts';

/** GS1 General Specifications 7.9: weights 3, 1, 3, … from the right. */
function checkDigitOf(digits: string): string {
  const total = Array.from(digits)
    .reverse()
    .reduce((all, digit, index) => all + Number(digit) * (index % 2 === 0 ? 3 : 1), 0);
  return String((10 - (total % 10)) % 10);
}

test('what the demo orders has numbers with the right check digit: only its faults on purpose are warned of', () => {
  const scenes = writeStory('2026-03-02', ['PO-4501', 'PO-4502', 'PO-4503', 'PO-4504', 'PO-4505']);
  const numbers = scenes.flatMap(({ order }) => order.lines.map(({ item }) => item.gtin!));
  expect(numbers.length).toBeGreaterThan(5);
  for (const number of numbers)
    expect({ number, digit: number.at(-1) }).toEqual({ number, digit: checkDigitOf(number.slice(0, -1)) });
});

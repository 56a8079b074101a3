import { expect, test } from '@jest/globals';
import { WorkLine } from '../../../src/pipeline/work/work-line.ts';

function lineAlone(): WorkLine {
  const line = new WorkLine({ limit: 10, isAlone: true });
  line.knowParked(new Set());
  return line;
}

test('an order of which nothing is parked any more is not looked for again', () => {
  const line = lineAlone();
  line.park('order:1');
  line.endPark();
  expect(line.mayHaveParked('order:1')).toBe(true);
  line.forgetParked('order:1', line.parkings);
  expect(line.mayHaveParked('order:1')).toBe(false);
});

test('what is parked while the store is asked is not forgotten', () => {
  const line = lineAlone();
  line.park('order:1');
  const whileCommitted = line.parkings;
  line.endPark();
  line.forgetParked('order:1', whileCommitted);
  expect(line.mayHaveParked('order:1')).toBe(true);

  const before = line.parkings;
  line.park('order:1');
  line.endPark();
  line.forgetParked('order:1', before);
  expect(line.mayHaveParked('order:1')).toBe(true);
});

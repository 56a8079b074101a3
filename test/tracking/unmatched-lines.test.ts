import { describe, expect, test } from '@jest/globals';
import { adviceOf, answeredLine, orderLine, responseOf, Story } from './support.ts';

describe('an answer that names lines which the order does not have', () => {
  const unknown = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      answeredLine(String(1_000 + index), [{ claim: 'accepted' as const, quantity: '1' }]),
    );

  test('is one exception, however many they are, and the next answer closes it', () => {
    const story = new Story().start([orderLine('1')]);
    story.respond(responseOf([answeredLine('1', [{ claim: 'accepted' }]), ...unknown(5_000)]));
    expect(story.exceptions()).toEqual(['UNKNOWN_LINE']);
    const [change] = story.last().exceptions;
    expect(change).toMatchObject({
      change: 'open',
      exception: { detail: expect.stringMatching(/5000 lines.*line 1000/) },
    });
    expect(JSON.stringify(change).length).toBeLessThan(2_000);
    story.respond(responseOf(unknown(3), { id: 'A-2', claim: 'unstated' }));
    expect(story.last().exceptions).toMatchObject([{ change: 'update' }]);
    story.respond(
      responseOf([answeredLine('1', [{ claim: 'accepted' }])], { id: 'A-3', purpose: 'replace' }),
    );
    expect(story.exceptions()).toEqual([]);
  });

  test('in a despatch advice is one exception for the advice', () => {
    const story = new Story().start([orderLine('1')]);
    const lines = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [String(1_000 + index), '1']));
    story.despatch(adviceOf('S1', { 1: '100', ...lines }));
    expect(story.exceptions()).toEqual(['UNKNOWN_LINE']);
  });
});

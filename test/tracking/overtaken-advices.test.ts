import { describe, expect, test } from '@jest/globals';
import { adviceOf, codesOf, responseOf, Story } from './support.ts';

/** Despatch advices of one shipment that arrive in another order than they were sent. */

const original = adviceOf('S', { '1': '100' });
const started = (): Story => {
  const story = new Story().start();
  story.respond(responseOf([], { claim: 'accepted' }));
  return story;
};

describe('the first advice of a shipment', () => {
  test('comes after its replacement: that stands, and nobody is asked', () => {
    const story = started();
    story.despatch(adviceOf('S', { '1': '60' }, { purpose: 'replace' }));
    expect(codesOf(story.despatch(original))).toEqual(['ASN_OVERTAKEN']);
    expect([story.state!.lines[0]!.announced, story.exceptions()]).toEqual(['60', []]);
  });

  test('comes after its cancellation: nothing is announced, and nobody is asked', () => {
    const story = started();
    story.despatch(adviceOf('S', {}, { purpose: 'cancellation' }));
    story.despatch(original);
    expect([story.state!.lines[0]!.announced, story.exceptions()]).toEqual(['0', []]);
    expect(story.deadlines()).toEqual(['despatchDue']);
  });

  test('comes with other content once more: then the number is used again', () => {
    const story = started();
    story.despatch(adviceOf('S', { '1': '60' }, { purpose: 'replace' }));
    story.despatch(original);
    story.despatch(adviceOf('S', { '1': '40' }));
    expect(story.exceptions()).toEqual(['ASN_ID_REUSED']);
  });
});

import { describe, expect, test } from '@jest/globals';
import {
  adviceOf,
  answeredLine,
  effectNames,
  receiptOf,
  responseOf,
  responsePolicy,
  Story,
  written,
} from './support.ts';

/** What has been agreed, which need not be what was ordered, and what follows is held against. */

const line = answeredLine;
const change = { purpose: 'change' } as const;
const detailOf = (story: Story, type: string): unknown =>
  story.last().exceptions.find((each) => 'exception' in each && each.exception.type === type);

describe('more than ordered, accepted by a person', () => {
  const agreed = (): Story => {
    const story = new Story().start();
    story.respond(responseOf([line('1', [{ claim: 'quantityChanged', quantity: '110' }])]));
    story.decideOn('OVER_CONFIRMED', 'accept');
    expect(written(story, '1')).toBe('110 2026-03-20');
    return story;
  };

  test('is announced and received as agreed', () => {
    const story = agreed();
    story.despatch(adviceOf('S1', { '1': '110' }));
    story.receive(receiptOf('R1', { '1': '110' }));
    expect(story.exceptions()).toEqual([]);
    expect(story.badge()).toBe('RECEIVED');
  });

  test('what comes beyond it is told against it, and what is missing of it is missing', () => {
    const story = agreed();
    story.receive(receiptOf('R1', { '1': '100' }));
    expect(story.badge()).toBe('PART_RECEIVED');
    story.receive(receiptOf('R2', { '1': '15' }));
    expect(detailOf(story, 'OVER_RECEIVED')).toMatchObject({
      exception: { detail: expect.stringMatching(/^Line 1: 115 received, 110 expected/) },
    });
  });
});

describe('an answer after other values were agreed than ordered', () => {
  const agreed = (): Story => {
    const story = new Story().start();
    story.respond(responseOf([line('1', [{ claim: 'dateChanged', quantity: '100', date: '2026-03-27' }])]));
    story.decideOn('CHANGE_PROPOSED', 'accept');
    return story;
  };

  test('is told with what was agreed', () => {
    const story = agreed();
    story.respond(responseOf([line('1', [{ claim: 'dateChanged', date: '2026-03-24' }])], change));
    expect(detailOf(story, 'CHANGE_PROPOSED')).toMatchObject({
      exception: { detail: expect.stringMatching(/Agreed for line 1 so far: 100 for 2026-03-27\.$/) },
    });
  });

  test('does not lie when it says that the date is another one, and goes back to the ordered one', () => {
    const story = agreed();
    story.respond(responseOf([line('1', [{ claim: 'dateChanged', date: '2026-03-20' }])], change));
    expect(story.exceptions()).toEqual(['CHANGE_PROPOSED 1']);
  });
});

describe('a part that the supplier refuses', () => {
  test('is what is cancelled, and the rest is not: nobody has to be asked', () => {
    const story = new Story().start();
    story.respond(
      responseOf([
        line('1', [
          { claim: 'accepted', quantity: '60' },
          { claim: 'rejected', quantity: '40' },
        ]),
      ]),
    );
    story.decideOn('CHANGE_PROPOSED', 'accept');
    const { effects } = story.decideOn('LINE_REJECTED', 'cancelLine');
    expect(story.slices()).toEqual(['1: 60 CONFIRMED_CHANGED 2026-03-20', '1: 40 CANCELLED']);
    expect(effectNames(effects)).toEqual(['erp cancellation']);
  });

  test('also where it was confirmed before', () => {
    const story = new Story().start();
    story.respond(responseOf([], { claim: 'accepted' }));
    story.respond(responseOf([line('1', [{ claim: 'quantityChanged', quantity: '60' }])], change));
    expect(story.exceptions()).toEqual(['LINE_REJECTED 1']);
    story.decideOn('LINE_REJECTED', 'cancelLine');
    expect(story.slices()).toEqual(['1: 60 CONFIRMED 2026-03-20', '1: 40 CANCELLED']);
    expect(story.exceptions()).toEqual([]);
    expect(story.state!.lines[0]!.standing).toBeUndefined();
  });

  test('or only counts as given up', () => {
    const story = new Story(responsePolicy({ remainder: 'cancel' })).start();
    story.respond(responseOf([line('1', [{ claim: 'quantityChanged', quantity: '60' }])]));
    story.decideOn('LINE_REJECTED', 'cancelLine');
    expect(story.slices()).toEqual(['1: 60 PROPOSED 2026-03-20', '1: 40 CANCELLED']);
    expect(story.exceptions()).toEqual(['CHANGE_PROPOSED 1']);
  });
});

test('what goes back to the supplier is not missed as unshipped', () => {
  const story = new Story().start();
  story.respond(responseOf([], { claim: 'accepted' }));
  story.receive(receiptOf('R1', { '1': '100' }));
  story.receive(receiptOf('R2', { '1': '-10' }));
  expect(story.deadlines()).toEqual([]);
});

test('whoever accepts a change is not said to agree to a cancellation', () => {
  const story = new Story().start();
  story.respond(responseOf([line('1', [{ claim: 'dateChanged', date: '2026-04-01' }])]));
  story.decideOn('CHANGE_PROPOSED', 'reject');
  story.deliver();
  const { explanations } = story.respond(responseOf([], { claim: 'accepted', orderVersion: 2 }));
  expect(explanations.map(({ rule }) => rule)).not.toContain('T15');
});

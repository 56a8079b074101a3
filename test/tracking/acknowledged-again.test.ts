import { describe, expect, test } from '@jest/globals';
import { adviceOf, codesOf, effectNames, orderLine, orderOf, responseOf, Story } from './support.ts';

const AUTHOR = { name: 'kim' };

function released(): Story {
  const story = new Story();
  story.release(orderOf([orderLine('1')]));
  return story;
}

function statusOf(story: Story): string | undefined {
  return story.state!.documents[0]?.status;
}

/** Our own system has an id for each sending of the order. */
function queued(story: Story, documentId: string): Story {
  story.apply({ type: 'documentQueued', id: `queued-${documentId}`, ...sending(documentId) });
  return story;
}

function delivered(story: Story, documentId: string): Story {
  story.apply({ type: 'transmissionSucceeded', id: `sent-${documentId}`, ...sending(documentId) });
  return story;
}

function sending(documentId: string) {
  return { documentId, documentType: 'order' as const, version: 1 };
}

/** An order that was sent, and sent again in a new envelope. */
function reissued(): Story {
  const story = delivered(queued(released(), 'first'), 'first');
  story.apply({
    type: 'resendRequested',
    id: 'again',
    documentType: 'order',
    version: 1,
    author: AUTHOR,
    reason: 'the supplier says that it never came',
  });
  return queued(story, 'second');
}

function opened(story: Story, type: string): string[] {
  return story.decisions.flatMap(({ exceptions }) =>
    exceptions.flatMap((change) =>
      change.change === 'open' && change.exception.type === type ? [change.exception.detail] : [],
    ),
  );
}

describe('a rejection behind the answer', () => {
  test('is told, and the order counts as received: it is not sent again', () => {
    const story = released().deliver(false);
    story.respond(responseOf([], { claim: 'accepted' }));
    story.acknowledge('doc-order/v1', 'rejected');
    expect([statusOf(story), story.exceptions(), story.badge()]).toEqual([
      'SYNTAX_OK',
      ['FA_CONFLICT'],
      'CONFIRMED',
    ]);
    expect(story.deadlines()).not.toContain('functionalAcknowledgmentDue/order/v1');
    const again = story.apply({
      type: 'resendRequested',
      id: 'again',
      documentType: 'order',
      version: 1,
      author: AUTHOR,
      reason: 'it was rejected',
    });
    expect([codesOf(again), effectNames(again.effects)]).toEqual([['RESEND_REFUSED'], []]);
  });

  test('is one where the answer says that the supplier does not know the order', () => {
    const story = released().deliver(false);
    story.respond(responseOf([], { claim: 'orderNotFound' }));
    story.acknowledge('doc-order/v1', 'rejected');
    expect([statusOf(story), story.exceptions()]).toEqual([
      'SYNTAX_REJECTED',
      ['FA_REJECTED', 'SUPPLIER_UNKNOWN_PO'],
    ]);
  });

  test.each(['before', 'behind'])('by goods that are announced %s it counts as little', (when) => {
    const story = released().deliver(false);
    if (when === 'before') story.despatch(adviceOf('S', { '1': '100' }));
    story.acknowledge('doc-order/v1', 'rejected');
    if (when === 'behind') story.despatch(adviceOf('S', { '1': '100' }));
    expect(statusOf(story)).toBe('SYNTAX_OK');
    expect(story.exceptions()).not.toContain('FA_REJECTED');
  });
});

describe('an order that was sent again', () => {
  test('is not taken for delivered, or failed, by what becomes of the first sending', () => {
    const late = delivered(reissued(), 'first');
    expect(statusOf(late)).toBe('QUEUED');
    delivered(late, 'second');
    late.acknowledge('second', 'accepted');
    expect([statusOf(late), late.exceptions()]).toEqual(['SYNTAX_OK', []]);
    const failed = reissued();
    failed.apply({ type: 'transmissionFailed', id: 'x', reason: 'no receipt', ...sending('first') });
    expect([statusOf(failed), failed.exceptions()]).toEqual(['QUEUED', []]);
  });

  test('and whose first sending is accepted is there twice: somebody is told, and nothing is sent once more', () => {
    const story = delivered(reissued(), 'second');
    story.acknowledge('first', 'accepted');
    expect([statusOf(story), story.exceptions()]).toEqual(['SYNTAX_OK', ['FA_CONFLICT']]);
    expect(opened(story, 'FA_CONFLICT')[0]).toContain('twice');
    expect(story.deadlines()).not.toContain('functionalAcknowledgmentDue/order/v1');
    expect(story.deadlines()).toContain('responseDue/v1/R2');
    story.acknowledge('second', 'accepted');
    expect([statusOf(story), story.exceptions()]).toEqual(['SYNTAX_OK', ['FA_CONFLICT']]);
  });

  test('is there once where the partner accepts one sending and rejects the other', () => {
    const first = delivered(reissued(), 'second');
    first.acknowledge('first', 'accepted');
    first.acknowledge('second', 'rejected');
    expect([statusOf(first), first.exceptions()]).toEqual(['SYNTAX_OK', []]);
    const second = delivered(reissued(), 'second');
    second.acknowledge('second', 'rejected');
    expect(second.exceptions()).toEqual(['FA_REJECTED']);
    second.acknowledge('first', 'accepted');
    expect([statusOf(second), second.exceptions()]).toEqual(['SYNTAX_OK', []]);
    const third = delivered(reissued(), 'second');
    third.acknowledge('second', 'accepted');
    third.acknowledge('first', 'rejected');
    expect([statusOf(third), third.exceptions()]).toEqual(['SYNTAX_OK', []]);
  });

  test('is there twice also where the second sending was accepted first', () => {
    const story = delivered(reissued(), 'second');
    story.acknowledge('second', 'accepted');
    story.acknowledge('first', 'accepted');
    expect([statusOf(story), story.exceptions()]).toEqual(['SYNTAX_OK', ['FA_CONFLICT']]);
  });
});

describe('a cancelled order', () => {
  test('that is rejected afterwards is of no concern', () => {
    const story = released().deliver(false);
    story.cancel();
    delivered(story, 'doc-order/v1');
    story.deliver(false).respond(responseOf([], { claim: 'accepted', answersChange: true }));
    expect(story.badge()).toBe('CANCELLED');
    story.acknowledge('doc-order/v1', 'rejected');
    expect([story.exceptions(), story.deadlines()]).toEqual([[], []]);
  });

  test.each(['accepted', 'delivered'])(
    'that nobody told the supplier of, because it had failed, and is %s after all: the buyer is told',
    (how) => {
      const story = queued(released(), 'first');
      story.apply({ type: 'transmissionFailed', id: 'x', reason: 'no receipt', ...sending('first') });
      story.cancel();
      expect([story.badge(), story.exceptions()]).toEqual(['CANCELLED', []]);
      if (how === 'accepted') story.acknowledge('first', 'accepted');
      else delivered(story, 'first');
      expect([story.badge(), story.exceptions(), story.deadlines()]).toEqual([
        'CANCELLED',
        ['CROSSED_IN_FLIGHT'],
        [],
      ]);
    },
  );

  test('is not sent again', () => {
    const story = queued(released(), 'first');
    story.apply({ type: 'transmissionFailed', id: 'x', reason: 'no receipt', ...sending('first') });
    story.cancel();
    const again = story.apply({
      type: 'resendRequested',
      id: 'again',
      documentType: 'order',
      version: 1,
      author: AUTHOR,
      reason: 'it failed',
    });
    expect([codesOf(again), effectNames(again.effects)]).toEqual([['RESEND_REFUSED'], []]);
  });
});

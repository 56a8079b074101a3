import { expect, test } from '@jest/globals';
import type { LineClaim } from '../../src/documents/order-response.ts';
import { CLAIM_MEANINGS } from '../../src/tracking/response/claims.ts';
import { adviceOf, answeredLine, orderLine, orderOf, responseOf, Story } from './support.ts';

/** What people read of an order: words, and no names of the program. */

const INTERNAL = /[a-z][A-Z]|[A-Z]{3,}_[A-Z]|\bv\d+\b|\/v\d/;

function texts(story: Story): string[] {
  return story.decisions.flatMap(({ exceptions, effects }) => [
    ...exceptions.flatMap((each) =>
      'exception' in each
        ? [each.exception.title, each.exception.detail, ...each.exception.evidence.map(({ text }) => text)]
        : [each.reason],
    ),
    ...effects.flatMap((effect) =>
      effect.kind === 'writeErp' && effect.operation === 'note' ? [effect.payload.text] : [],
    ),
  ]);
}

function expectWords(story: Story): void {
  expect(texts(story).filter((text) => INTERNAL.test(text))).toEqual([]);
}

test.each(Object.keys(CLAIM_MEANINGS) as LineClaim[])('of a line that is answered with "%s"', (claim) => {
  const story = new Story().start();
  story.respond(responseOf([answeredLine('1', [{ claim, quantity: '60' }])]));
  story.respond(
    responseOf([answeredLine('1', [{ claim, quantity: '40', date: '2026-04-20' }])], { id: '2' }),
  );
  for (const action of ['reject', 'correctData', 'dismiss'] as const)
    for (const { type } of story.state!.exceptions) story.decideOn(type, action);
  expect(texts(story).length + story.state!.responses.length).toBeGreaterThan(1);
  expectWords(story);
});

test('of what becomes of our documents', () => {
  const failed = new Story();
  failed.release(orderOf([orderLine('1')]));
  failed.fail();
  const faulty = new Story();
  faulty.release(orderOf([orderLine('1')]));
  faulty.deliver(false);
  faulty.tick('2026-03-03T09:00:00.000Z');
  faulty.acknowledge('doc-order/v1', 'accepted');
  faulty.acknowledge('doc-order/v1', 'rejected');
  const changed = new Story().start();
  changed.respond(responseOf([], { claim: 'accepted' }));
  changed.change(orderOf([orderLine('1', '80')]));
  changed.deliver(false);
  changed.acknowledge('doc-orderChange/v2', 'rejected');
  for (const [story, type] of [
    [failed, 'TRANSPORT_FAILED'],
    [faulty, 'FA_CONFLICT'],
    [changed, 'FA_REJECTED'],
  ] as const) {
    expect(story.exceptions()).toContain(type);
    expectWords(story);
  }
});

test('of documents without an order', () => {
  const story = new Story();
  story.respond(responseOf([], { claim: 'accepted' }));
  story.despatch(adviceOf('S', { '1': '10' }), 'somebody else');
  story.tick('2026-03-06T09:00:00.000Z');
  story.release(orderOf([orderLine('1')]));
  expect(story.exceptions()).toContain('SUPPLIER_MISMATCH');
  expectWords(story);
});

import { expect, test } from '@jest/globals';
import { answeredLine, orderLine, receiptOf, responseOf, Story } from './support.ts';

/** Answered and received in full. */
function billable(): Story {
  const story = new Story().start([orderLine('1')]);
  story.respond(responseOf([answeredLine('1', [{ claim: 'accepted' }])]));
  story.receive(receiptOf('R1', { 1: '100' }));
  return story;
}

test('a credit note that was held and then matched holds nothing up any more: the order closes', () => {
  const story = billable();
  const lines = [{ lineId: '1', quantity: '10' }];
  story.apply({ type: 'invoiceHeld', id: 'h1', invoiceId: 'acme|C1|creditNote', holds: ['PARKED'], lines });
  expect(story.badge()).toBe('BILLING_HOLD');
  story.invoice('acme|I1|invoice', { 1: '100' });
  story.apply({ type: 'creditMatched', id: 'm1', invoiceId: 'acme|C1|creditNote', lines });
  expect(story.state!.billing.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
    'invoice matched',
    'creditNote matched',
  ]);
  expect(story.state!.lines[0]).toMatchObject({ invoiced: '90', credited: '10' });
  expect(story.badge()).not.toBe('BILLING_HOLD');
});

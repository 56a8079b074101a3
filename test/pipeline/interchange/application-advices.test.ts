import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { orderTo, responseTo } from '../../support/documents.ts';
import type { PartnerId } from '../../support/documents.ts';
import { BUYER, ERP, TestGateway } from '../../support/gateway.ts';
import { contrlSaying, setSaying, x12Answer } from '../../support/partner-acknowledgments.ts';

/** What the application of a supplier says of an order or change that it has read: 824, APERAK. */

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

let last = 80_000;

/** An 824 of northwind-hardware; `body` is what stands behind BGN. */
function x824(body: string, usage: 'P' | 'T' = 'P', from: readonly [string, string] = ['12', '6125550142']) {
  last += 1;
  const number = String(last).padStart(9, '0');
  const isa = `ISA*00*          *00*          *${from[0]}*${from[1].padEnd(15)}*ZZ*TRADELANE      *260302*0815*U*00401*${number}*0*${usage}*>~`;
  const application = usage === 'T' ? 'NWHTEST' : 'NWHARDWARE';
  const set = `ST*824*0001~BGN*00*NWA-${last}*20260302~${body}SE*${body.split('~').length + 2}*0001~`;
  return `${isa}GS*AG*${application}*TRADELANE*20260302*0815*${last}*X*004010~${set}GE*1*${last}~IEA*1*${number}~`;
}

function aperak(segments: readonly string[]): string {
  last += 1;
  const all = [`BGM+313+HW-${last}+9`, 'DTM+137:20260302:102', ...segments];
  return `UNB+UNOC:3+4012345000009:14+4012345500004:14+260302:0815+${last}'UNH+1+APERAK:D:96A:UN'${all.join("'")}'UNT+${all.length + 2}+1'UNZ+1+${last}'`;
}

async function released(partner: PartnerId = 'northwind-hardware', id = 'PO-1'): Promise<string> {
  await gateway.gateway.releaseOrder(orderTo(partner, id), ERP);
  await gateway.settle();
  return sentTo(partner).at(-1)!;
}

function sentTo(partner: PartnerId): string[] {
  return gateway.channel(partner).deliveries.map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
}

async function receive(text: string, partner: PartnerId = 'northwind-hardware'): Promise<void> {
  gateway.supplier(partner).drop(text, `advice-${(await gateway.all('files')).length}`);
  await gateway.settle();
}

async function order(id = 'PO-1') {
  return (await gateway.all('orders')).find((each) => each.id === id)!;
}

const told = (type: string) => gateway.all('exceptions', { type });

const REJECTED = 'OTI*TR*PO*PO-1*******850~TED*Q*Invalid item*PO1**1**2~NTE**TL-1001 is discontinued.~';

describe('an advice that rejects an order', () => {
  test('is an exception of the order, with the reasons of the supplier', async () => {
    await released();
    await receive(x824(REJECTED));
    expect(await told('APPLICATION_ERROR')).toMatchObject([
      {
        status: 'open',
        orderId: 'PO-1',
        partnerId: 'northwind-hardware',
        suggestedAction: 'reissue',
        detail: expect.stringContaining('Line 2: Invalid item: TL-1001 is discontinued. (code Q)'),
        evidence: [{ text: 'Line 2: Invalid item: TL-1001 is discontinued. (code Q)' }],
      },
    ]);
    expect(await gateway.troubles()).toEqual(['APPLICATION_ERROR PO-1']);
    const [advice] = await gateway.all('documents', { documentType: 'applicationAdvice' });
    expect(advice).toMatchObject({ status: 'applied', direction: 'inbound' });
    expect((await order()).badge).toBe('SYNTAX_REJECTED');
  });

  test('as APERAK is the same', async () => {
    await released('hansa-werkzeuge');
    await receive(
      aperak(['RFF+ON:PO-1', 'ERC+ITEM', 'FTX+AAO+++Artikel 4711 ist nicht bekannt.', 'RFF+LI:2']),
      'hansa-werkzeuge',
    );
    expect(await told('APPLICATION_ERROR')).toMatchObject([
      { orderId: 'PO-1', evidence: [{ text: expect.stringContaining('Artikel 4711') }] },
    ]);
  });

  test('changes no quantity, and is no answer', async () => {
    await released();
    const before = (await order()).state.lines;
    await receive(x824(REJECTED));
    const { state } = await order();
    expect(state.lines).toEqual(before);
    expect(state.responses).toEqual([]);
  });

  test('stands when the acknowledgment of its syntax comes behind it', async () => {
    const sent = await released();
    await receive(x824(REJECTED));
    await receive(x12Answer({ sets: [setSaying('A', sent)] }));
    expect((await order()).badge).toBe('SYNTAX_REJECTED');
    expect(await gateway.troubles()).toEqual(['APPLICATION_ERROR PO-1']);
  });

  test('has a corrected order go out as an order, not as a change of what the supplier does not have', async () => {
    const sent = await released();
    await receive(x12Answer({ sets: [setSaying('A', sent)] }));
    await receive(x824(REJECTED));
    const changed = orderTo('northwind-hardware', 'PO-1');
    changed.lines[0]!.quantity.value = '7';
    await gateway.gateway.releaseOrder(changed, ERP);
    await gateway.settle();
    expect(sentTo('northwind-hardware').at(-1)).toContain('ST*850*');
  });

  test('can be sent again, and the advice about what was sent before counts no more', async () => {
    const sent = await released();
    await receive(x12Answer({ sets: [setSaying('A', sent)] }));
    await receive(x824(REJECTED));
    const [exception] = await told('APPLICATION_ERROR');
    await gateway.gateway.decideException(
      exception!.id,
      { action: 'reissue', reason: 'the supplier has mended his item' },
      BUYER,
    );
    await gateway.settle();
    expect(await gateway.troubles()).toEqual([]);
    const group = String(Number(/GS\*PO\*(?:[^*]*\*){4}(\d+)/.exec(sent)![1]));
    await receive(x824(REJECTED.replace('*******850', `*****${group}*0001*850`)));
    expect(await gateway.troubles()).toEqual([]);
    await receive(x824(REJECTED));
    expect(await gateway.troubles()).toEqual(['APPLICATION_ERROR PO-1']);
  });

  test('is taken back by an accepting one', async () => {
    await released();
    await receive(x824(REJECTED));
    await receive(x824('OTI*TA*PO*PO-1*******850~'));
    expect(await gateway.troubles()).toEqual([]);
    expect((await order()).badge).toBe('AWAITING');
    expect(await told('APPLICATION_ERROR')).toMatchObject([{ status: 'resolved' }]);
  });

  test('is settled by the answer of the supplier', async () => {
    await released();
    await receive(x824(REJECTED));
    gateway.supplier('northwind-hardware').send(responseTo(orderTo('northwind-hardware', 'PO-1')));
    await gateway.settle();
    expect(await gateway.troubles()).toEqual([]);
  });

  test('that is answered contradicts the answer, which stands', async () => {
    await released();
    gateway.supplier('northwind-hardware').send(responseTo(orderTo('northwind-hardware', 'PO-1')));
    await gateway.settle();
    const before = (await order()).state.lines;
    await receive(x824(REJECTED));
    expect((await order()).state.lines).toEqual(before);
    expect((await order()).badge).toBe('CONFIRMED');
    expect(await told('APPLICATION_ERROR')).toMatchObject([
      { suggestedAction: 'askSupplier', detail: expect.stringContaining('The answer stands') },
    ]);
  });

  test('as a duplicate asks first whether the order is there', async () => {
    await released();
    await receive(x824('OTI*TR*PO*PO-1*******850~TED*006*Duplicate~'));
    expect(await told('APPLICATION_ERROR')).toMatchObject([
      { suggestedAction: 'askSupplier', allowedActions: ['askSupplier', 'cancelOrder', 'dismiss'] },
    ]);
    expect((await order()).badge).toBe('AWAITING');
  });
});

describe('an advice that accepts', () => {
  test('is in the history of the order and troubles nobody', async () => {
    await released();
    await receive(x824('OTI*TA*PO*PO-1*******850~'));
    expect(await gateway.troubles()).toEqual([]);
    const events = await gateway.all('orderEvents');
    expect(events.at(-1)).toMatchObject({
      event: { type: 'applicationAdviceReceived' },
      facts: [{ type: 'order.applicationAccepted' }],
    });
    expect((await order()).badge).toBe('AWAITING');
  });

  test('with errors asks what the supplier has made of it', async () => {
    await released();
    await receive(x824('OTI*TE*PO*PO-1*******850~TED*MN*Price differs~'));
    expect(await told('APPLICATION_ERROR')).toMatchObject([
      { severity: 'medium', suggestedAction: 'askSupplier', evidence: [{ text: 'Price differs (code MN)' }] },
    ]);
    expect((await order()).badge).toBe('AWAITING');
  });
});

test('an advice about several documents is told, and nothing of it is applied', async () => {
  await released();
  await receive(x824('OTI*TR*PO*PO-2*******850~TED*Q~OTI*TA*PO*PO-1*******850~'));
  expect(await gateway.troubles()).toEqual(['MAP_ERROR']);
  expect(await told('MAP_ERROR')).toMatchObject([{ detail: expect.stringContaining('2 documents at once') }]);
  expect((await order()).badge).toBe('AWAITING');
});

describe('an advice is not heard', () => {
  test('about an order of another supplier', async () => {
    await released('hansa-werkzeuge', 'PO-9');
    await receive(x824(REJECTED.replace('PO-1*', 'PO-9*')));
    expect(await gateway.troubles()).toEqual(['ADVICE_UNMATCHED']);
    expect((await order('PO-9')).badge).toBe('AWAITING');
    const [advice] = await gateway.all('documents', { documentType: 'applicationAdvice' });
    expect(advice).toMatchObject({ status: 'rejected', findings: [{ code: 'ADVICE_UNMATCHED' }] });
  });

  test('as test data about a productive order', async () => {
    await released();
    await receive(x824(REJECTED, 'T'));
    expect(await gateway.troubles()).toEqual([]);
    expect((await order()).badge).toBe('AWAITING');
    const [advice] = await gateway.all('documents', { documentType: 'applicationAdvice' });
    expect(advice).toMatchObject({ status: 'ignored' });
  });

  test('about a change that never was', async () => {
    await released();
    await receive(x824(REJECTED.replace('*850', '*860')));
    expect(await gateway.troubles()).toEqual(['ADVICE_UNMATCHED']);
  });
});

test('a CONTRL that accepts the syntax does not undo what the application rejects', async () => {
  const sent = await released('hansa-werkzeuge');
  await receive(aperak(['RFF+ON:PO-1', 'ERC+OTHER', 'FTX+AAO+++Kunde gesperrt']), 'hansa-werkzeuge');
  await receive(contrlSaying('7', sent), 'hansa-werkzeuge');
  expect((await order()).badge).toBe('SYNTAX_REJECTED');
});

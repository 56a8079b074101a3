import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { TestGateway } from '../../support/gateway.ts';
import type { PartnerId } from '../../support/documents.ts';
import { InvoiceScene } from './invoice-scene.ts';
import { edifactInvoice, x12Invoice } from './written-invoice.ts';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

async function sent(partner: PartnerId, ...contents: readonly string[]): Promise<InvoiceScene> {
  const scene = new InvoiceScene(gateway, partner);
  await scene.order([['100', '10.00']], ['100']);
  for (const content of contents) {
    gateway.supplier(partner).drop(content);
    await gateway.settle();
  }
  return scene;
}

const paid = async (scene: InvoiceScene) =>
  (await scene.erp('invoice', 'creditNote', 'invoiceReversal')).map(
    ({ kind, data }) => `${kind} ${typeof data['payable'] === 'string' ? data['payable'] : ''}`,
  );

/** An 810 of 1000.00 with its type (BIG07) and purpose (BIG08). */
function x12(type: string, purpose = '', number?: string): string {
  const detail = ['IT1*1*100*EA*10**VN*S-1'];
  const tail = `***${type}${purpose === '' ? '' : `*${purpose}`}`;
  return x12Invoice(detail, ['TDS*100000'], number).replace(/BIG\*[^~]*/, (start) => start + tail);
}

describe('the type of an 810 (BIG07)', () => {
  test.each(['DI', 'PR', 'CI', 'DO', 'FB', 'SS'])('%s asks for money', async (type) => {
    const scene = await sent('northwind-hardware', x12(type));
    expect(await paid(scene)).toEqual(['invoice 1000.00']);
  });

  test.each(['CR', 'CN', 'CE', 'CG', 'MC'])('%s gives it back: it was paid as an invoice', async (type) => {
    const credit = x12(type, '', 'C-2').replace(/(BIG[^~]*~\n)/, '$1REF*IV*I-1~\n');
    const scene = await sent('northwind-hardware', x12('DI'), credit.replace(/SE\*(\d+)/, counted));
    expect(await paid(scene)).toEqual(['invoice 1000.00', 'creditNote 1000.00']);
  });

  test.each(['ME', 'RA', 'RC', 'PP'])('%s, by which no goods of ours are billed, is told', async (type) => {
    const scene = await sent('northwind-hardware', x12(type));
    expect(await paid(scene)).toEqual([]);
    expect(await gateway.troubles()).toEqual(['UNKNOWN_CODE']);
  });

  test('CO takes the place of the invoice that it corrects', async () => {
    const correction = x12('CO', '', 'I-2').replace(/(BIG[^~]*~\n)/, '$1REF*IV*I-1~\n');
    const scene = await sent('northwind-hardware', x12('DI'), correction.replace(/SE\*(\d+)/, counted));
    expect(await gateway.troubles()).toEqual([]);
    expect(await paid(scene)).toEqual(['invoice 1000.00', 'invoice 1000.00', 'invoiceReversal ']);
  });
});

/** One segment more. */
function counted(_: string, segments: string): string {
  return `SE*${Number(segments) + 1}`;
}

describe('the purpose of an 810 (BIG08)', () => {
  test.each(['01', '03'])('%s, a cancellation, is told and never paid', async (purpose) => {
    const scene = await sent('northwind-hardware', x12('DI', purpose));
    expect(await paid(scene)).toEqual([]);
    expect(await gateway.troubles()).toEqual(['UNKNOWN_CODE']);
  });

  test('01 of a credit is told, and takes nothing back', async () => {
    const scene = await sent('northwind-hardware', x12('CR', '01'));
    expect(await paid(scene)).toEqual([]);
    expect(await gateway.troubles()).toEqual(['MAP_ERROR']);
  });

  test.each(['22', '38'])('%s, for information, is no demand for payment', async (purpose) => {
    const scene = await sent('northwind-hardware', x12('DI', purpose));
    expect(await paid(scene)).toEqual([]);
    expect((await gateway.openExceptions()).map(({ detail }) => detail).join()).toContain(
      'not a demand for payment',
    );
  });

  test.each(['00', '07', '18'])('%s is an invoice as any other', async (purpose) => {
    expect(await paid(await sent('northwind-hardware', x12('DI', purpose)))).toEqual(['invoice 1000.00']);
  });
});

const LINE = ['LIN+1', 'PIA+1+S-1:SA', 'QTY+47:100:PCE', 'MOA+203:1000', 'PRI+AAA:10', 'RFF+ON:PO-1:1'];

/** An INVOIC of 1000.00 with its kind (BGM 1001) and function (BGM 1225). */
function edifact(kind: string, code = '9', number = 'I-1', references: string[] = []): string {
  const options = { number, kind, references: ['RFF+ON:PO-1', ...references] };
  return edifactInvoice([], LINE, ['MOA+79:1000', 'MOA+77:1000'], options).replace(
    `+${number}+9`,
    `+${number}+${code}`,
  );
}

describe('the kind of an INVOIC (BGM 1001)', () => {
  test.each(['380', '326', '385', '388', '393', '395'])('%s bills goods', async (kind) => {
    const scene = await sent('hansa-werkzeuge', edifact(kind));
    expect(await paid(scene)).toEqual(['invoice 1000']);
  });

  test.each(['386', '389'])('%s, which is none over goods of ours, is told', async (kind) => {
    const scene = await sent('hansa-werkzeuge', edifact(kind));
    expect(await paid(scene)).toEqual([]);
    expect(await gateway.troubles()).toEqual(['UNKNOWN_CODE']);
  });

  test.each(['381', '396'])('%s credits goods', async (kind) => {
    const credit = edifact(kind, '9', 'C-2', ['RFF+IV:I-1']);
    const scene = await sent('hansa-werkzeuge', edifact('380'), credit);
    expect(await paid(scene)).toEqual(['invoice 1000', 'creditNote 1000']);
    expect((await gateway.all('orders'))[0]!.state).toMatchObject({
      billing: [{ lines: [{ quantity: '100' }] }, { lines: [{ quantity: '100' }] }],
    });
  });

  test('83, a financial adjustment, credits money and no goods', async () => {
    const credit = edifact('83', '9', 'C-2', ['RFF+IV:I-1']);
    await sent('hansa-werkzeuge', edifact('380'), credit);
    const decisions = (await gateway.all('matchDecisions')).map((record) => record.decision);
    expect(decisions.at(-1)!.lines[0]!.allocations).toMatchObject([{ quantity: '0', amount: '-1000.00' }]);
  });
});

describe('the function of an INVOIC (BGM 1225)', () => {
  test.each(['1', '3'])('%s, a cancellation, is told and never paid', async (code) => {
    const scene = await sent('hansa-werkzeuge', edifact('380', code));
    expect(await paid(scene)).toEqual([]);
    expect(await gateway.troubles()).toEqual(['UNKNOWN_CODE']);
  });

  test('1 of a credit is told, and takes nothing back', async () => {
    const scene = await sent('hansa-werkzeuge', edifact('381', '1'));
    expect(await paid(scene)).toEqual([]);
    expect(await gateway.troubles()).toEqual(['MAP_ERROR']);
  });

  test('31, a copy, is no demand for payment', async () => {
    const scene = await sent('hansa-werkzeuge', edifact('380', '31'));
    expect(await paid(scene)).toEqual([]);
    expect((await gateway.openExceptions()).map(({ detail }) => detail).join()).toContain(
      'not a demand for payment',
    );
  });

  test('5 replaces an invoice', async () => {
    const replacement = edifact('380', '5', 'I-2', ['RFF+IV:I-1']);
    const scene = await sent('hansa-werkzeuge', edifact('380'), replacement);
    expect(await paid(scene)).toEqual(['invoice 1000', 'invoice 1000', 'invoiceReversal ']);
  });
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DespatchAdvice } from '../../../src/documents/despatch-advice.ts';
import { despatchOf, orderTo } from '../../support/documents.ts';
import { ERP, TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

const SSCCS = ['340123450000000018', '340123450000000025', '340123450000000032'] as const;

/** GS1 check digit in place of the last digit. */
function sscc(index: number): string {
  const digits = SSCCS[index]!.slice(0, 17);
  const sum = Array.from(digits, (digit, i) => Number(digit) * (i % 2 === 0 ? 3 : 1)).reduce((a, b) => a + b);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

/** An 856 or DESADV of the partner's over the first line, 24 pieces; `change` works on its segments as text. */
async function advise(partner: 'northwind-hardware' | 'hansa-werkzeuge', change: (text: string) => string) {
  const order = orderTo(partner, 'PO-1');
  const [line] = order.lines;
  const one = { ...order, lines: [{ ...line!, quantity: { value: '24', unit: 'EA' } }] };
  await gateway.gateway.releaseOrder(one, ERP);
  await gateway.settle();
  const text = Buffer.from(gateway.supplier(partner).write(despatchOf(one))).toString('latin1');
  gateway.supplier(partner).drop(Buffer.from(recount(change(text)), 'latin1'), 'despatch');
  await gateway.settle();
  const [document] = await gateway.all('documents', { direction: 'inbound', documentType: 'despatchAdvice' });
  return document!.document as DespatchAdvice;
}

/** SE01, CTT01 and UNT 0074 as they are after a change. */
function recount(text: string): string {
  const x12 = text.startsWith('ISA');
  const segments = text.split(x12 ? /~\s*/ : /'\s*/);
  const first = segments.findIndex((each) => /^(ST\*|UNH)/.test(each));
  const last = segments.findIndex((each) => /^(SE\*|UNT)/.test(each));
  const levels = segments.filter((each) => each.startsWith('HL*')).length;
  const counted = segments.map((each) =>
    each
      .replace(/^SE\*\d+/, `SE*${last - first + 1}`)
      .replace(/^UNT\+\d+/, `UNT+${last - first + 1}`)
      .replace(/^CTT\*\d+/, `CTT*${levels}`),
  );
  return counted.join(x12 ? '~\n' : "'");
}

const beneath = (perPack: number, ids: readonly number[]) => (text: string) =>
  text
    .replace(/~\s*SN1[^~]*~/, (segment) => `${segment}\nPO4*${perPack}~`)
    .replace(/~\s*CTT/, `~${ids.map((i, at) => `HL*${at + 4}*3*P*0~MAN*GM*00${sscc(i)}~`).join('')}CTT`)
    .replace(/HL\*3\*2\*I\*0/, 'HL*3*2*I*1');

describe('an 856 with cartons beneath its item', () => {
  test('that hold what is announced is taken with its package numbers', async () => {
    const advice = await advise('northwind-hardware', beneath(8, [0, 1, 2]));
    expect(advice.packages!.map((each) => each.sscc)).toEqual([sscc(0), sscc(1), sscc(2)]);
    expect(advice.lines).toMatchObject([
      { unitsPerPack: '8', packs: '3', packageIds: [sscc(0), sscc(1), sscc(2)] },
    ]);
    expect(await gateway.troubles()).toEqual([]);
  });

  test('that do not is told', async () => {
    await advise('northwind-hardware', beneath(8, [0, 1]));
    expect(await gateway.troubles()).toEqual(['ASN_PACK_MISMATCH PO-1']);
    const [exception] = await gateway.openExceptions();
    expect(exception!.detail).toContain('2 packs of 8 are 16, announced are 24');
  });
});

describe('a DESADV with several numbers in one CPS', () => {
  const within = (perPack: number) => (text: string) =>
    text
      .replace(/CPS\+1[^']*'/, (cps) => `${cps}PAC+2++CT'PCI+33E'GIN+BJ+${sscc(0)}+${sscc(1)}'`)
      .replace(/QTY\+12[^']*'/, (quantity) => `${quantity}QTY+52:${perPack}'`);

  test('has a package for each', async () => {
    const advice = await advise('hansa-werkzeuge', within(12));
    expect(advice.packages).toMatchObject([
      { sscc: sscc(0), kind: 'carton' },
      { sscc: sscc(1), kind: 'carton' },
    ]);
    expect(advice.lines).toMatchObject([{ unitsPerPack: '12', packs: '2', packageIds: [sscc(0), sscc(1)] }]);
    expect(await gateway.troubles()).toEqual([]);
  });

  test('whose contents are not what is announced is told', async () => {
    await advise('hansa-werkzeuge', within(10));
    expect(await gateway.troubles()).toEqual(['ASN_PACK_MISMATCH PO-1']);
  });
});

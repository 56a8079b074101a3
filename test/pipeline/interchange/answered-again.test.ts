import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { orderTo, responseTo } from '../../support/documents.ts';
import { BUYER, edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';

const PARTNER = 'northwind-hardware';
const KNOWN_CODES = 'codes: [AC, AD, AK, RJ]';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

/** An interchange with an answer to each of some orders, in one group; `codes` are their BAK02, one for each. */
async function answersTo(number: number, codes: readonly string[]): Promise<string> {
  const files = [];
  for (const [index, code] of codes.entries()) {
    const order = orderTo(PARTNER, `PO-${index + 1}`);
    if ((await gateway.all('orders', { id: order.id })).length === 0) {
      await gateway.gateway.releaseOrder(order, ERP);
      await gateway.settle();
    }
    const set = String(index + 1).padStart(4, '0');
    const bytes = gateway.supplier(PARTNER).write(responseTo(order), number);
    files.push(
      Buffer.from(bytes)
        .toString('latin1')
        .replace(/(ST\*855\*)0001/, `$1${set}`)
        .replace(/(SE\*\d+\*)0001/, `$1${set}`)
        .replace(/(BAK\*00\*)\w\w/, `$1${code}`),
    );
  }
  const sets = files.map((text) => /ST\*855[^]*SE\*\d+\*\d+~\n?/.exec(text)![0]);
  return files[0]!.replace(sets[0]!, sets.join('')).replace('GE*1*', `GE*${sets.length}*`);
}

async function receive(text: string): Promise<void> {
  gateway.supplier(PARTNER).drop(text, `file-${(await gateway.all('files')).length}`);
  await gateway.settle();
}

/** AK5 and AK9 of each 997 that we have sent: `A R | P*2*2*1`. */
function answers(): string[] {
  return gateway
    .channel(PARTNER)
    .deliveries.map(({ bytes }) => Buffer.from(bytes).toString('latin1'))
    .filter((text) => text.includes('ST*997'))
    .map((text) => {
      const sets = [...text.matchAll(/AK5\*(\w)/g)].map(([, verdict]) => verdict);
      return `${sets.join(' ')} | ${/AK9\*([^~]*)/.exec(text)![1]}`;
    });
}

async function reprocess(index: number): Promise<void> {
  const files = await gateway.all('files', { direction: 'inbound' });
  await gateway.gateway.reprocessFile(files[index]!.id, 'mended', BUYER);
  await gateway.settle();
}

describe('an interchange that is run again', () => {
  test('is answered again where more of it is accepted than before, and only then', async () => {
    await receive(await answersTo(777, ['AD', 'AT', 'ZZ']));
    expect(answers()).toEqual(['A R R | P*3*3*1']);
    await reprocess(0);
    expect(answers()).toHaveLength(1);
    const configuration = edited(
      REPOSITORY,
      `${PARTNER}/partner.yaml`,
      KNOWN_CODES,
      'codes: [AC, AD, AK, RJ, AT]',
    );
    gateway = await gateway.restart({ configuration });
    await reprocess(0);
    expect(answers()).toEqual(['A R R | P*3*3*1', 'A A R | P*3*3*2']);
    await reprocess(0);
    expect(answers()).toHaveLength(2);
    const orders = await gateway.all('orders');
    expect(orders.map(({ badge }) => badge)).toEqual(['CONFIRMED', 'CONFIRMED', 'AWAITING']);
  });

  test('is answered at last where a person has taken its number for a new one, also when it is rejected', async () => {
    await receive(await answersTo(777, ['AD']));
    await receive(await answersTo(777, ['ZZ']));
    expect(await gateway.troubles()).toEqual(['CONTROL_NUMBER_REUSED']);
    expect(answers()).toEqual(['A | A*1*1*1']);
    const [exception] = await gateway.openExceptions();
    await gateway.gateway.decideException(exception!.id, { action: 'accept', reason: 'it is new' }, BUYER);
    await gateway.settle();
    expect(answers()).toEqual(['A | A*1*1*1', 'R | R*1*1*0']);
    await reprocess(1);
    expect(answers()).toHaveLength(2);
  });

  test('is answered at last where its sender was not known at first, also when it is rejected', async () => {
    const text = await answersTo(777, ['ZZ']);
    const before = edited(REPOSITORY, `${PARTNER}/partner.yaml`, 'NWHARDWARE }', 'NWHARDWIRE }');
    gateway = await gateway.restart({ configuration: before });
    await receive(text);
    expect(await gateway.troubles()).toEqual(['UNKNOWN_PARTNER']);
    gateway = await gateway.restart();
    await reprocess(0);
    expect(answers()).toEqual(['R | R*1*1*0']);
  });
});

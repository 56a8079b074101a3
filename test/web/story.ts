import { GatewayError } from '../../src/common/errors.ts';
import type { Order } from '../../src/documents/order.ts';
import type { Harness } from './harness.ts';
import { inMemory } from '../support/content.ts';

/** The instant at which the story has been told, and that the browser takes for now. */
export const NOW = '2026-03-05T16:20:00.000Z';
export const START = '2026-03-02T15:00:00.000Z';

const ERP = { name: 'erp', roles: ['operator'] };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Line {
  id: string;
  buyerId: string;
  sellerId: string;
  gtin: string;
  description: string;
  quantity: string;
  unit: string;
  price: string;
}

const HAMMERS: Line = {
  id: '1',
  buyerId: 'TL-1001',
  sellerId: 'NW-HAM-16',
  gtin: '061414100014',
  description: 'Claw hammer, 16 oz',
  quantity: '48',
  unit: 'EA',
  price: '12.50',
};
const SCREWS: Line = {
  id: '2',
  buyerId: 'TL-1002',
  sellerId: 'NW-SCR-3',
  gtin: '061414100021',
  description: 'Wood screws, 3 in, box of 100',
  quantity: '20',
  unit: 'BX',
  price: '8.75',
};
const SAWS: Line = {
  id: '3',
  buyerId: 'TL-1003',
  sellerId: 'NW-SAW-20',
  gtin: '061414100038',
  description: 'Hand saw, 20 in',
  quantity: '240',
  unit: 'EA',
  price: '19.40',
};
const DRILLS: Line = {
  id: '1',
  buyerId: 'TL-5001',
  sellerId: 'HW-1001',
  gtin: '4012345100013',
  description: 'Akkuschrauber 18 V',
  quantity: '10',
  unit: 'C62',
  price: '125.00',
};

function orderOf(id: string, supplier: 'northwind' | 'hansa', lines: Line[]): Order {
  const northwind = supplier === 'northwind';
  return {
    documentType: 'order',
    id,
    issueDate: '2026-03-02',
    currency: northwind ? 'USD' : 'EUR',
    buyer: { id: '4012345500004', scheme: 'GLN', name: 'Tradelane Demo Distribution' },
    seller: northwind
      ? { id: 'NORTHWIND', scheme: 'buyerAssigned', name: 'Northwind Hardware Supply Co.' }
      : { id: '4012345000009', scheme: 'GLN', name: 'Hansa Werkzeuge GmbH' },
    shipTo: northwind
      ? { id: '0042', scheme: 'buyerAssigned', name: 'Chicago distribution centre' }
      : { id: '4012345500011', scheme: 'GLN', name: 'Lager Hamburg' },
    requestedDeliveryDate: '2026-03-16',
    references: [{ type: 'department', id: '42' }],
    lines: lines.map(({ id: lineId, buyerId, sellerId, gtin, description, quantity, unit, price }) => ({
      id: lineId,
      item: { buyerId, sellerId, gtin, description },
      quantity: { value: quantity, unit },
      price: { amount: price },
    })),
  };
}

/** One interchange of Northwind with one transaction; control numbers count up. */
function northwind(functionalId: string, type: string, control: number, segments: string[]): string {
  const number = String(control).padStart(9, '0');
  return [
    `ISA*00*          *00*          *12*6125550142     *ZZ*TRADELANE      *260303*0915*U*00401*${number}*0*P*>`,
    `GS*${functionalId}*NWHARDWARE*TRADELANE*20260303*0915*${control}*X*004010VICS`,
    `ST*${type}*0001`,
    ...segments,
    `SE*${segments.length + 2}*0001`,
    `GE*1*${control}`,
    `IEA*1*${number}`,
    '',
  ].join('~\n');
}

function answer(order: string, control: number, lines: string[]): string {
  const head = [`BAK*00*AC*${order}*20260302****SO-${control}*20260303`, 'CUR*SE*USD', 'N1*SE**91*NORTHWIND'];
  const count = lines.filter((line) => line.startsWith('PO1')).length;
  return northwind('PR', '855', control, [...head, ...lines, `CTT*${count}`]);
}

function ids(line: Line): string {
  return `*UP*${line.gtin}*VN*${line.sellerId}*IN*${line.buyerId}`;
}

function po1(line: Line, price = line.price): string {
  return `PO1*${line.id}*${line.quantity}*${line.unit}*${price}*${ids(line)}`;
}

function despatch(order: string, control: number, shipment: string, lines: [Line, string][]): string {
  const items = lines.flatMap(([line, quantity], index) => [
    `HL*${index + 4}*3*I*0`,
    `LIN*${line.id}*UP*${line.gtin}*VN*${line.sellerId}`,
    `SN1**${quantity}*${line.unit}`,
  ]);
  const total = lines.reduce((sum, [, quantity]) => sum + Number(quantity), 0);
  return northwind('SH', '856', control, [
    `BSN*00*${shipment}*20260304*1430*0001`,
    'HL*1**S*1',
    'REF*BM*BOL-56000',
    'DTM*011*20260304',
    'N1*ST**92*0042',
    'HL*2*1*O*1',
    `PRF*${order}`,
    'HL*3*2*P*1',
    `MAN*GM*${sscc(control)}`,
    ...items,
    `CTT*${lines.length + 3}*${total}`,
  ]);
}

/** A serial shipping container code with its check digit. */
function sscc(serial: number): string {
  const digits = `00061414${String(serial).padStart(9, '0')}`;
  const sum = Array.from(digits).reduce(
    (total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1),
    0,
  );
  return `00${digits}${(10 - (sum % 10)) % 10}`;
}

function invoice(order: string, control: number, number: string, lines: [Line, string, string][]): string {
  const cents = lines.reduce(
    (sum, [, quantity, price]) => sum + Math.round(Number(quantity) * Number(price) * 100),
    0,
  );
  return northwind('IN', '810', control, [
    `BIG*20260304*${number}*20260302*${order}`,
    'CUR*SE*USD',
    'N1*SE**91*NORTHWIND',
    'ITD*01**2**10**30',
    ...lines.map(
      ([line, quantity, price]) => `IT1*${line.id}*${quantity}*${line.unit}*${price}*${ids(line)}`,
    ),
    `TDS*${cents}`,
    `CTT*${lines.length}`,
  ]);
}

/** Four days with two suppliers: something in every state that the console shows. */
export async function tellStory(harness: Harness): Promise<void> {
  const { gateway, time } = harness;
  let pickup = 0;
  const pass = async (ms: number) => {
    time.advance(ms);
    await harness.settle();
  };
  const release = async (order: Order) => {
    await gateway.releaseOrder(order, ERP);
    await pass(MINUTE);
  };
  const deliver = async (partnerId: string, name: string, text: string) => {
    const bytes = new TextEncoder().encode(text);
    await gateway.receiveFile({
      channel: 'folder',
      partnerId,
      name,
      bytes,
      sourceKey: String((pickup += 1)),
    });
    await pass(20 * MINUTE);
  };
  const receive = async (id: string, order: string, lines: [Line, string][]) => {
    await gateway.receiveGoods(
      {
        documentType: 'receiptAdvice',
        id,
        receivedDate: time.now().slice(0, 10),
        lines: lines.map(([line, value]) => ({
          orderId: order,
          orderLineId: line.id,
          item: { buyerId: line.buyerId },
          quantity: { value, unit: line.unit },
        })),
      },
      ERP,
    );
    await pass(10 * MINUTE);
  };

  await release(orderOf('PO-41001', 'northwind', [HAMMERS, SCREWS, SAWS]));
  await release(orderOf('PO-41002', 'northwind', [HAMMERS, SCREWS]));
  await release(orderOf('PO-41003', 'northwind', [SAWS]));
  await release(orderOf('PO-41005', 'northwind', [HAMMERS]));
  await release(orderOf('PO-43001', 'hansa', [DRILLS]));
  await pass(HOUR);
  // Northwind's system accepts every order but one, which it never mentions.
  for (const file of (harness.outbox.get('northwind-hardware') ?? []).slice(0, 3)) {
    const [, group = ''] =
      /GS\*PO(?:\*[^*]*){4}\*(\d+)/.exec(new TextDecoder().decode(inMemory(file.bytes))) ?? [];
    const accepted = [`AK1*PO*${group}`, 'AK9*A*1*1*1'];
    await deliver('northwind-hardware', `997-${group}.edi`, northwind('FA', '997', 2000 + pickup, accepted));
  }
  await pass(16 * HOUR);

  // A short line with a backorder, a date too late, a price too high.
  await deliver(
    'northwind-hardware',
    '855-41001.edi',
    answer('PO-41001', 3002, [
      po1(HAMMERS),
      'ACK*BP*36*EA*067*20260316',
      po1(SCREWS),
      'ACK*DR*20*BX*067*20260330',
      po1(SAWS, '20.21'),
      'ACK*IP*240*EA*067*20260316',
    ]),
  );
  for (const [order, control, lines] of [
    ['PO-41002', 3003, [HAMMERS, SCREWS]],
    ['PO-41005', 3004, [HAMMERS]],
  ] as const) {
    await deliver(
      'northwind-hardware',
      `855-${order.slice(3)}.edi`,
      answer(
        order,
        control,
        lines.flatMap((line) => [po1(line), `ACK*IA*${line.quantity}*${line.unit}*067*20260316`]),
      ),
    );
  }
  // Element and code errors: rejected, with findings at their places.
  await deliver(
    'northwind-hardware',
    '855-broken.edi',
    answer('PO-41003', 3005, [
      'PO1*3*two hundred*EA*19.40**UP*061414100038',
      'ACK*XX*240*EA*067*20261350',
    ]).replace('SE*9*0001', 'SE*12*0001'),
  );
  await deliver(
    'northwind-hardware',
    'note-to-self.txt',
    'Dear all,\nthe new price list follows on Monday.\n',
  );
  await pass(20 * HOUR);

  for (const [order, control] of [
    ['PO-41002', 3010],
    ['PO-41005', 3011],
  ] as const) {
    const lines: [Line, string][] =
      order === 'PO-41002'
        ? [
            [HAMMERS, '48'],
            [SCREWS, '20'],
          ]
        : [[HAMMERS, '48']];
    await deliver(
      'northwind-hardware',
      `856-${order.slice(3)}.edi`,
      despatch(order, control, `ASN-${control}`, lines),
    );
    await receive(`GR-${order.slice(3)}`, order, lines);
  }
  // One invoice as agreed, one with an overcharge.
  await deliver(
    'northwind-hardware',
    '810-41005.edi',
    invoice('PO-41005', 3020, 'NW-INV-3105', [[HAMMERS, '48', '12.50']]),
  );
  await deliver(
    'northwind-hardware',
    '810-41002.edi',
    invoice('PO-41002', 3021, 'NW-INV-3102', [
      [HAMMERS, '48', '13.10'],
      [SCREWS, '20', '8.75'],
    ]),
  );
  await gateway.openClaim(
    {
      kind: 'damage',
      orderId: 'PO-41005',
      receiptId: 'GR-41005',
      lines: [{ lineId: '1', quantity: '4' }],
      reason: 'Four handles are split; photos are with the warehouse.',
    },
    { name: 'maria', roles: ['operator'] },
  );
  // A supplier that cannot be reached for the moment, and one that refuses.
  harness.failDeliveries(
    'hansa-werkzeuge',
    new GatewayError(
      'TRANSPORT_UNAVAILABLE',
      'outbox/hansa-werkzeuge cannot be written: no space left on the device',
    ),
  );
  await release(orderOf('PO-43002', 'hansa', [DRILLS]));
  harness.failDeliveries(
    'hansa-werkzeuge',
    new GatewayError('TRANSPORT_REJECTED', 'outbox/hansa-werkzeuge does not exist any more'),
  );
  await release(orderOf('PO-43003', 'hansa', [{ ...DRILLS, quantity: '25' }]));
  harness.failDeliveries('hansa-werkzeuge', undefined);

  await pass(Date.parse(NOW) - Date.parse(time.now()) - 2 * MINUTE);
  await gateway.fireDeadlines();
  await harness.settle();
  harness.failDeliveries(
    'northwind-hardware',
    new GatewayError('TRANSPORT_UNAVAILABLE', 'outbox/northwind-hardware is locked by another program'),
  );
  await release(orderOf('PO-41006', 'northwind', [SAWS, HAMMERS]));
  time.advance(Date.parse(NOW) - Date.parse(time.now()));
}

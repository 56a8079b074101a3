import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { EXCEPTION_CATALOGUE } from '../../../src/tracking/exception-catalogue.ts';
import type { CatalogueEntry, ExceptionType } from '../../../src/tracking/exception-catalogue.ts';
import type { Invoice } from '../../../src/documents/invoice.ts';
import type { Order } from '../../../src/documents/order.ts';
import type { OwnerRole } from '../../../src/tracking/exception-model.ts';
import { invoiceOf } from '../../support/documents.ts';
import { ExceptionScene } from './exception-scene.ts';
import { TOLD_ELSEWHERE } from './told-elsewhere.ts';

jest.setTimeout(60_000);

interface Kind {
  /** What the supplier, the warehouse or time does. */
  happens(scene: ExceptionScene): Promise<void>;
  /** What makes the cause go away; absent where only a person ends it. */
  mends?(scene: ExceptionScene): Promise<void>;
  /** Where the situation decides otherwise than the catalogue. */
  owner?: OwnerRole;
}

const accept = (scene: ExceptionScene) => scene.answer();
const replaceAdvice = (scene: ExceptionScene) => scene.ship({ purpose: 'replace' });

/** A first answer whose first line says something else. */
function answered(schedule: object, line: object = {}): Kind['happens'] {
  return async (scene) => {
    await scene.release();
    await scene.answer({}, [{ orderLineId: '1', ...line, schedules: [schedule] }]);
  };
}

/** A confirmed order that is shipped in an odd way. */
function shipped(change: object, line: object = {}): Kind['happens'] {
  return async (scene) => {
    await scene.release();
    await scene.answer();
    await scene.ship(change, line);
  };
}

/** A second version is sent, and this is what the supplier says. */
function changed(says: (scene: ExceptionScene) => Promise<void>): Kind['happens'] {
  return async (scene) => {
    await scene.release();
    await scene.answer();
    const [first, ...others] = scene.order.lines;
    await scene.release({
      ...scene.order,
      lines: [{ ...first!, quantity: { value: '48', unit: 'EA' } }, ...others],
    });
    await says(scene);
  };
}

/** An order that has come, and is billed in an odd way. */
function billed(change: object, prices: Readonly<Record<string, string>> = {}): Kind['happens'] {
  return async (scene) => {
    await billable(scene, scene.order);
    await scene.bill(change, prices);
  };
}

/** An order that has come in full. */
async function billable(scene: ExceptionScene, order: Order): Promise<void> {
  await scene.release(order);
  await scene.answer();
  await scene.receive(['24', '12']);
}

const withFreight: Partial<Invoice> = {
  allowanceCharges: [
    { kind: 'charge', reason: 'freight', code: 'D240', amount: '90.00', settlement: 'offInvoice' },
  ],
  totals: { lines: '546.00', charges: '90.00', payable: '636.00' },
};

const other = { buyerId: 'OTHER', sellerId: 'OTHER', gtin: '061414100991' };

const KINDS: Partial<Record<ExceptionType, Kind>> = {
  TRANSPORT_FAILED: {
    happens: async (scene) => {
      await scene.release();
      const documentId = await scene.sentDocument();
      const failed = { type: 'transmissionFailed', documentType: 'order', version: 1 } as const;
      await scene.tell({ ...failed, documentId, reason: 'the channel was closed' });
    },
    mends: (scene) => scene.acknowledge('accepted'),
  },
  FA_REJECTED: {
    happens: async (scene) => {
      await scene.release();
      await scene.acknowledge('rejected');
    },
    mends: (scene) => scene.acknowledge('accepted'),
  },
  FA_OVERDUE: {
    happens: async (scene) => {
      await scene.release();
      await scene.pass(2);
    },
    mends: (scene) => scene.acknowledge('accepted'),
  },
  FA_CONFLICT: {
    happens: async (scene) => {
      await scene.release();
      await scene.acknowledge('accepted');
      await scene.acknowledge('rejected');
    },
  },
  UNKNOWN_CODE: { happens: answered({ claim: 'unknown', code: 'Q9' }), mends: accept },
  UOM_CONVERSION_MISSING: {
    happens: answered({ quantity: { value: '2', unit: 'PF' } }),
    mends: accept,
  },
  ACK_OVERDUE: {
    happens: async (scene) => {
      await scene.release();
      await scene.pass(2);
    },
    mends: accept,
  },
  NO_COMMITMENT: {
    happens: async (scene) => {
      await scene.release();
      await scene.pass(5);
      await scene.answer({ claim: 'pending', lines: [] });
    },
    mends: accept,
  },
  AT_RISK: {
    happens: async (scene) => {
      await scene.release();
      await scene.pass(19);
    },
    mends: accept,
  },
  UNKNOWN_PO: { happens: accept, mends: (scene) => scene.release() },
  AMBIGUOUS_LINE: {
    happens: async (scene) => {
      const [first, second] = scene.order.lines;
      await scene.release({ ...scene.order, lines: [first!, { ...second!, item: first!.item }] });
      const { lines } = scene.order;
      const schedules = [{ claim: 'accepted' as const }];
      await scene.answer({ lines: [{ item: lines[0]!.item, schedules }] });
    },
    mends: accept,
  },
  UNKNOWN_LINE: {
    happens: async (scene) => {
      await scene.release();
      await scene.answer({ lines: [{ orderLineId: '9', item: other, schedules: [{ claim: 'accepted' }] }] });
    },
    mends: accept,
  },
  LINES_MISSING_IN_ACK: {
    happens: async (scene) => {
      await scene.release();
      const { item } = scene.order.lines[0]!;
      const lines = [{ orderLineId: '1', item, schedules: [{ claim: 'accepted' as const }] }];
      await scene.answer({ claim: 'acceptedWithChanges', lines });
    },
    mends: accept,
  },
  STALE_ACK: {
    happens: changed((scene) => scene.answer({ orderVersion: 1 })),
    mends: (scene) => scene.answer({ orderVersion: 2 }),
  },
  CHANGE_PROPOSED: { happens: answered({ claim: 'dateChanged', date: '2026-05-29' }), mends: accept },
  OVER_CONFIRMED: {
    happens: answered({ claim: 'quantityChanged', quantity: { value: '500', unit: 'EA' } }),
    mends: accept,
  },
  REMAINDER_UNSTATED: {
    happens: answered({ claim: 'quantityChanged', quantity: { value: '5', unit: 'EA' } }),
    mends: accept,
  },
  BACKORDER_NO_DATE: { happens: answered({ claim: 'backordered', date: undefined }), mends: accept },
  BACKORDER_WAIT_EXCEEDED: {
    happens: async (scene) => {
      await answered({ claim: 'backordered', date: undefined })(scene);
      await scene.pass(45);
    },
    mends: accept,
  },
  SUSPICIOUS_PRICE: {
    happens: answered({ claim: 'priceChanged' }, { price: { amount: '0.10' } }),
    mends: accept,
  },
  LINE_REJECTED: { happens: answered({ claim: 'rejected' }), mends: accept },
  SUPPLIER_CANCELLED: {
    happens: async (scene) => {
      await scene.release();
      await scene.answer({ claim: 'cancelled', lines: [] });
    },
  },
  SUPPLIER_UNKNOWN_PO: {
    happens: async (scene) => {
      await scene.release();
      await scene.answer({ claim: 'orderNotFound', lines: [] });
    },
    mends: accept,
  },
  HOLD_BY_SUPPLIER: { happens: answered({ claim: 'onHold' }), mends: accept },
  CROSSED_IN_FLIGHT: {
    happens: async (scene) => {
      await scene.release();
      await scene.answer();
      await scene.tell({ type: 'orderCancelled' });
      await scene.ship();
    },
  },
  SHIPPED_AFTER_CANCEL: {
    happens: async (scene) => {
      await scene.release();
      await scene.answer();
      await scene.tell({ type: 'orderCancelled' });
      await scene.answer({ claim: 'cancelled', lines: [] });
      await scene.ship();
    },
  },
  CHANGE_REJECTED: {
    happens: changed((scene) => scene.answer({ claim: 'rejected', orderVersion: 2, lines: [] })),
  },
  CURRENCY_MISMATCH: {
    happens: async (scene) => {
      await scene.release();
      await scene.answer({ currency: 'GBP' });
    },
    owner: 'buyer',
    mends: accept,
  },
  CODE_VALUE_MISMATCH: { happens: answered({ claim: 'quantityChanged' }), mends: accept },
  DUPLICATE_DIFFERS: {
    happens: async (scene) => {
      await scene.release();
      await scene.answer();
      await scene.answer({ purpose: 'duplicate' }, [{ orderLineId: '1', schedules: [{ claim: 'onHold' }] }]);
    },
    mends: accept,
  },
  UNSOLICITED_RESPONSE: {
    happens: async (scene) => {
      await scene.release();
      await scene.answer({ claim: 'unsolicited' });
    },
    mends: accept,
  },
  CHARGE_PROPOSED: {
    happens: async (scene) => {
      await scene.release();
      await scene.answer({
        allowanceCharges: [{ kind: 'charge', reason: 'freight', code: 'D240', amount: '9.00' }],
      });
    },
    mends: accept,
  },
  LINE_ADDED_BY_SUPPLIER: {
    happens: async (scene) => {
      await scene.release();
      await scene.answer({ lines: [{ orderLineId: '9', item: other, schedules: [{ claim: 'added' }] }] });
    },
  },
  UNKNOWN_LINE_AT_SUPPLIER: { happens: answered({ claim: 'notFound' }), mends: accept },

  ASN_MISSING: {
    happens: async (scene) => {
      await scene.release();
      await scene.answer();
      await scene.pass(25);
    },
    mends: (scene) => scene.receive(['24', '12']),
  },
  ASN_LATE: {
    happens: shipped({ estimatedDeliveryDate: '2026-03-02' }),
    mends: (scene) => scene.receive(['24', '12']),
  },
  ASN_AFTER_RECEIPT: {
    happens: async (scene) => {
      await scene.release();
      await scene.answer();
      await scene.receive(['24', '12']);
      await scene.ship();
    },
    mends: (scene) => scene.bill(),
  },
  ASN_ID_REUSED: {
    happens: async (scene) => {
      await shipped({})(scene);
      await scene.ship({}, { quantity: { value: '20', unit: 'EA' } });
    },
    mends: (scene) => scene.ship({ purpose: 'replace' }, { quantity: { value: '20', unit: 'EA' } }),
  },
  ASN_CHANGE_AFTER_RECEIPT: {
    happens: async (scene) => {
      await shipped({})(scene);
      await scene.receive(['4'], {}, 'D-PO-1');
      await scene.ship({ purpose: 'replace' }, { quantity: { value: '20', unit: 'EA' } });
    },
  },
  OVER_SHIP_ANNOUNCED: {
    happens: shipped({}, { quantity: { value: '100', unit: 'EA' } }),
    mends: replaceAdvice,
  },
  CUM_MISMATCH: {
    happens: shipped({}, { cumulativeQuantity: { value: '99', unit: 'EA' } }),
    mends: replaceAdvice,
  },
  SHIP_TO_MISMATCH: {
    happens: shipped({ shipTo: { id: '4012345500028', scheme: 'GLN' } }),
    mends: replaceAdvice,
  },
  SSCC_INVALID: {
    happens: shipped({ packages: [{ id: '1', sscc: '006141411234567891' }] }),
    mends: replaceAdvice,
  },
  ASN_STRUCTURE: { happens: shipped({ packages: [{ id: '2', parentId: '1' }] }), mends: replaceAdvice },
  ASN_PACK_MISMATCH: { happens: shipped({}, { unitsPerPack: '10', packs: '2' }), mends: replaceAdvice },
  ASN_DATE_ODD: {
    happens: shipped({ shipDate: '2026-03-16' }),
    mends: (scene) => scene.receive(['24', '12']),
  },
  UNAPPROVED_SUBSTITUTE: { happens: shipped({}, { item: other }), mends: replaceAdvice },
  SUPPLIER_MISMATCH: {
    happens: shipped({ seller: { id: 'SOMEBODY', scheme: 'buyerAssigned' } }),
    mends: replaceAdvice,
    owner: 'warehouse',
  },
  RECEIPT_VS_ASN: {
    happens: async (scene) => {
      await shipped({}, { quantity: { value: '20', unit: 'EA' } })(scene);
      await scene.receive(['24'], {}, 'D-PO-1');
    },
    mends: (scene) => scene.receive(['-4'], {}, 'D-PO-1'),
  },
  OVER_RECEIVED: {
    happens: async (scene) => {
      await scene.release();
      await scene.answer();
      await scene.receive(['100']);
    },
    mends: (scene) => scene.receive(['-76']),
  },
  SHORT_RECEIVED: {
    happens: async (scene) => {
      await shipped({})(scene);
      await scene.receive(['20'], {}, 'D-PO-1');
    },
    mends: (scene) => scene.receive(['4'], {}, 'D-PO-1'),
  },
  DAMAGED: {
    happens: async (scene) => {
      await shipped({})(scene);
      await scene.receive(['24'], { damagedQuantity: '3' }, 'D-PO-1');
    },
  },

  HOLD_PRICE: {
    happens: billed({}, { 1: '14.00' }),
    mends: (scene) => {
      const [first, ...others] = scene.order.lines;
      return scene.release({ ...scene.order, lines: [{ ...first!, price: { amount: '14.00' } }, ...others] });
    },
  },
  CREDIT_EXPECTED: {
    happens: async (scene) => {
      await billable(scene, scene.order);
      await scene.bill();
      await scene.receive(['-4']);
    },
    mends: (scene) => scene.receive(['4']),
  },
  HOLD_RECEIPT: {
    happens: async (scene) => {
      await scene.release();
      await scene.answer();
      await scene.bill();
      await scene.pass(40);
    },
    mends: (scene) => scene.receive(['24', '12']),
  },
  HOLD_QTY: {
    happens: async (scene) => {
      await billable(scene, scene.order);
      const [first, ...others] = scene.order.lines;
      const more = { ...first!, quantity: { value: '30', unit: 'EA' } };
      const { order } = scene;
      scene.order = { ...order, lines: [more, ...others] };
      await scene.bill();
      scene.order = order;
    },
    mends: (scene) => {
      const [first, ...others] = scene.order.lines;
      return scene
        .release({ ...scene.order, lines: [{ ...first!, quantity: { value: '30', unit: 'EA' } }, ...others] })
        .then(() => scene.receive(['6']));
    },
  },
  HOLD_CHARGE: {
    happens: async (scene) => {
      await scene.release({ ...scene.order, deliveryTerms: { payment: 'PP' } });
      await scene.answer();
      await scene.receive(['24', '12']);
      await scene.bill(withFreight);
    },
  },
  MIXED_INVOICE: {
    happens: async (scene) => {
      const { order } = scene;
      await billable(scene, { ...order, id: 'PO-2', currency: 'EUR' });
      await billable(scene, order);
      const { lines } = invoiceOf(order);
      await scene.bill({ lines: [lines[0]!, { ...lines[1]!, orderId: 'PO-2' }] });
    },
  },
  INVOICE_ARITHMETIC: { happens: billed({ totals: { lines: '546.00', payable: '556.00' } }) },
  IMPLIED_DECIMAL_SUSPECT: { happens: billed({ totals: { lines: '546.00', payable: '54600.00' } }) },
  DUPLICATE_EXACT: {
    happens: async (scene) => {
      await billed({})(scene);
      await scene.bill();
    },
  },
  INVOICE_NUMBER_REUSED: {
    happens: async (scene) => {
      await billed({})(scene);
      await scene.bill({}, { 1: '9.00' });
    },
  },
  DUPLICATE_STRONG: {
    happens: async (scene) => {
      await billed({})(scene);
      await scene.bill({ id: 'OTHER-77' });
    },
  },
};

let scene: ExceptionScene;
beforeEach(async () => void (scene = await ExceptionScene.open()));
afterEach(() => scene.gateway.close());

const kinds = Object.entries(KINDS) as [ExceptionType, Kind][];

describe('through the gateway', () => {
  test.each(kinds)('%s', async (type, kind) => {
    const entry: CatalogueEntry = EXCEPTION_CATALOGUE[type];
    await kind.happens(scene);
    const found = (await scene.exceptions(type))[0];
    expect(found?.type ?? (await scene.gateway.troubles())).toBe(type);
    expect(found).toMatchObject({
      status: entry.closesAtOnce === true ? 'resolved' : 'open',
      family: entry.family,
      owner: kind.owner ?? entry.owner,
      orderId: 'PO-1',
      suggestedAction: found!.allowedActions[0],
      allowedActions: [...entry.actions],
      partnerId: 'northwind-hardware',
    });
    expect(found!.title.startsWith(entry.title)).toBe(true);
    expect(found!.detail).toMatch(/\w+ .*[.!?)]$/s);
    // The priority is the product of its three terms, and each says in words what it stands for.
    expect(found!.priorityTerms.map(({ term }) => term)).toEqual(['money', 'urgency', 'severity']);
    expect(found!.priority).toBe(found!.priorityTerms.reduce((product, { value }) => product * value, 1));
    expect(found!.priorityTerms.every(({ text }) => text !== '')).toBe(true);
    const untimed = 'none' in entry.serviceLevel || 'ladder' in entry.serviceLevel;
    if (!untimed) expect(found!.dueAt > found!.openedAt || 'untilArrival' in entry.serviceLevel).toBe(true);

    if (kind.mends === undefined) return;
    await kind.mends(scene);
    for (const after of await scene.exceptions(type)) {
      expect(after).toMatchObject({ status: 'resolved', resolution: { by: 'system' } });
    }
  });
});

test('every kind of the catalogue is played here, or in the suite that has what it needs', () => {
  const missing = Object.keys(EXCEPTION_CATALOGUE).filter(
    (type) =>
      KINDS[type as ExceptionType] === undefined && TOLD_ELSEWHERE[type as ExceptionType] === undefined,
  );
  expect(missing).toEqual([]);
  for (const [type, file] of Object.entries(TOLD_ELSEWHERE)) {
    const at = new URL(`../../${file}`, import.meta.url);
    expect([type, existsSync(at) && new RegExp(`\\b${type}\\b`).test(readFileSync(at, 'utf8'))]).toEqual([
      type,
      true,
    ]);
  }
});

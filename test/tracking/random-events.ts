import fc from 'fast-check';
import { lineClaim, headerClaim } from '../../src/documents/order-response.ts';
import type { OrderEvent } from '../../src/tracking/model.ts';
import { DEFAULT_POLICY } from '../../src/tracking/policy.ts';
import type { TrackingPolicy } from '../../src/tracking/policy.ts';
import { adviceOf, answeredLine, orderLine, orderOf, receiptOf, responseOf } from './support.ts';

const LINE_IDS = ['1', '2', '3', '4', '9'];
const lineId = fc.constantFrom('1', '2', '3', '9');
const quantity = fc.constantFrom('0', '1', '40', '60', '99.5', '100', '120');
/** Also less than nothing, which partners should not send. */
const anyQuantity = fc.oneof({ weight: 9, arbitrary: quantity }, fc.constant('-5'));
const date = fc.constantFrom('2026-03-13', '2026-03-20', '2026-03-24', '2026-04-30');
const amount = fc.constantFrom('9.00', '9', '9.10', '900', '0', '5.5');

const line = fc
  .record({ id: fc.constantFrom('1', '2', '3', '4'), quantity, date: fc.option(date), amount })
  .map((values) =>
    orderLine(values.id, values.quantity === '0' ? '10' : values.quantity, {
      price: { amount: values.amount },
      ...(values.date === null ? {} : { requestedDeliveryDate: values.date }),
    }),
  );

const order = fc
  .uniqueArray(line, { minLength: 1, maxLength: 4, selector: ({ id }) => id })
  .map((lines) => orderOf(lines));

/** Cartons, which nobody can convert before the policy is mended. */
const inCartons = fc.constantFrom(false, false, false, true);

function cartons<L extends { quantity: { value: string; unit?: string | undefined } }>(line: L): L {
  return { ...line, quantity: { ...line.quantity, unit: 'CT' } };
}

/** The policy once somebody has said how many go into a carton. */
export function mended(given: TrackingPolicy): TrackingPolicy {
  const items = LINE_IDS.map((each) => ({ ids: [`ITEM-${each}`], units: [{ from: 'CT', factor: '10' }] }));
  return { ...given, version: 'mended', items };
}

const slice = fc
  .record({
    claim: fc.constantFrom(...lineClaim.options),
    quantity: fc.option(anyQuantity),
    date: fc.option(date),
    substitute: fc.constantFrom(false, false, false, true),
  })
  .map(({ claim, quantity: value, date: promised, substitute }) => ({
    claim,
    ...(value === null ? {} : { quantity: value }),
    ...(promised === null ? {} : { date: promised }),
    ...(substitute ? { item: { buyerId: 'OTHER' } } : {}),
  }));

const answered = fc
  .record({
    id: lineId,
    slices: fc.array(slice, { minLength: 1, maxLength: 3 }),
    amount: fc.option(amount),
    odd: inCartons,
  })
  .map(({ id, slices, amount: price, odd }) => {
    const line = answeredLine(id, slices, price === null ? {} : { price: { amount: price } });
    if (!odd) return line;
    const schedules = line.schedules.map(({ quantity: value = { value: '10' }, ...each }) => ({
      ...each,
      quantity: { ...value, unit: 'CT' },
    }));
    return { ...line, schedules };
  });

const response = fc
  .record({
    lines: fc.array(answered, { maxLength: 4 }),
    claim: fc.constantFrom(...headerClaim.options),
    purpose: fc.constantFrom(
      'original',
      'original',
      'change',
      'replace',
      'confirmation',
      'duplicate',
      'cancellation',
    ),
    version: fc.option(fc.integer({ min: 1, max: 5 })),
    answersChange: fc.option(fc.boolean()),
  })
  .map(({ lines, claim, purpose, version, answersChange }) =>
    responseOf(lines, {
      claim,
      purpose: purpose as 'original',
      ...(version === null ? {} : { orderVersion: version }),
      ...(answersChange === null ? {} : { answersChange }),
    }),
  );

const quantities = fc.dictionary(lineId, quantity, { minKeys: 1, maxKeys: 3 });
const shipped = fc.dictionary(lineId, anyQuantity, { minKeys: 1, maxKeys: 3 });

const advice = fc
  .record({
    id: fc.constantFrom('S1', 'S2', 'S3'),
    purpose: fc.constantFrom('original', 'original', 'replace', 'cancellation'),
    lines: shipped,
    ship: fc.option(date),
    eta: fc.option(date),
    odd: inCartons,
  })
  .map(({ id, purpose, lines, ship, eta, odd }) => {
    const document = adviceOf(id, lines, {
      purpose: purpose as 'original',
      ...(ship === null ? {} : { shipDate: ship }),
      ...(eta === null ? {} : { estimatedDeliveryDate: eta }),
    });
    return odd ? { ...document, lines: document.lines.map(cartons) } : document;
  });

const receipt = fc
  .record({
    id: fc.constantFrom('R1', 'R2', 'R3', 'R4'),
    lines: quantities,
    back: fc.boolean(),
    odd: inCartons,
  })
  .map(({ id, lines, back, odd }) => {
    const document = receiptOf(
      id,
      Object.fromEntries(
        Object.entries(lines).map(([key, value]) => [key, back && value !== '0' ? `-${value}` : value]),
      ),
    );
    return odd ? { ...document, lines: document.lines.map(cartons) } : document;
  });

const documentType = fc.constantFrom<'order' | 'orderChange'>('order', 'orderChange');
const version = fc.integer({ min: 1, max: 6 });

/** A step still without the values that only the running story knows. */
export type Step =
  | { kind: 'event'; event: OrderEvent }
  | { kind: 'deliver' | 'acknowledge' | 'refuse' | 'fail' | 'tick' | 'mend' }
  | {
      kind: 'decide';
      pick: number;
      action: Extract<OrderEvent, { type: 'buyerDecided' }>['action'];
      counter: boolean;
    }
  | { kind: 'repeat'; pick: number };

const id = fc.uuid();

function event<T>(
  arbitrary: fc.Arbitrary<T>,
  build: (value: T, id: string) => OrderEvent,
): fc.Arbitrary<Step> {
  return fc.tuple(arbitrary, id).map(([value, eventId]) => ({ kind: 'event', event: build(value, eventId) }));
}

const ref = (document: unknown, eventId: string) => ({
  documentId: `in-${eventId}`,
  contentHash: JSON.stringify(document),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: event(response, (document, eventId) => ({
      type: 'orderResponseReceived',
      id: eventId,
      document,
      documentRef: ref(document, eventId),
      partnerId: 'acme',
    })),
  },
  {
    weight: 4,
    arbitrary: event(advice, (document, eventId) => ({
      type: 'despatchAdviceReceived',
      id: eventId,
      document,
      documentRef: ref(document, eventId),
      partnerId: 'acme',
    })),
  },
  {
    weight: 3,
    arbitrary: event(receipt, (document, eventId) => ({ type: 'goodsReceived', id: eventId, document })),
  },
  {
    weight: 4,
    arbitrary: event(order, (changed, eventId) => ({ type: 'orderChanged', id: eventId, order: changed })),
  },
  {
    weight: 1,
    arbitrary: event(fc.constant(null), (_, eventId) => ({ type: 'orderCancelled', id: eventId })),
  },
  {
    weight: 2,
    arbitrary: event(
      fc.tuple(
        fc.constantFrom('invoiceMatched', 'invoiceHeld', 'creditMatched'),
        fc.constantFrom('I1', 'I2'),
        quantities,
      ),
      ([type, invoiceId, lines], eventId) => ({
        type: type as 'invoiceHeld',
        id: eventId,
        invoiceId,
        holds: ['HOLD_RECEIPT'],
        lines: Object.entries(lines).map(([key, value]) => ({ lineId: key, quantity: value })),
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: event(fc.tuple(documentType, version), ([type, number], eventId) => ({
      type: 'resendRequested',
      id: eventId,
      documentType: type,
      version: number,
      author: { name: 'kim' },
      reason: 'lost',
    })),
  },
  {
    weight: 1,
    arbitrary: event(fc.tuple(documentType, version), ([type, number], eventId) => ({
      type: 'transmissionFailed',
      id: eventId,
      documentType: type,
      version: number,
      documentId: `doc-${type}/v${number}`,
      reason: 'refused',
    })),
  },
  { weight: 6, arbitrary: fc.constantFrom<Step>({ kind: 'deliver' }, { kind: 'acknowledge' }) },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ kind: 'refuse' }, { kind: 'fail' }) },
  { weight: 3, arbitrary: fc.constant<Step>({ kind: 'tick' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'mend' }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('decide' as const),
      pick: fc.nat(20),
      action: fc.constantFrom(
        'accept',
        'reject',
        'counter',
        'cancelLine',
        'cancelOrder',
        'shortClose',
        'askSupplier',
        'waitForSupplier',
        'resend',
        'correctData',
        'dismiss',
        'claim',
      ),
      counter: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('repeat' as const), pick: fc.nat(40) }),
  },
);

const policy: fc.Arbitrary<TrackingPolicy> = fc
  .record({
    remainder: fc.constantFrom<'open' | 'cancel' | 'backorder'>('open', 'cancel', 'backorder'),
    absentLine: fc.constantFrom<'open' | 'accepted' | 'rejected'>('open', 'accepted', 'rejected'),
    po1Semantics: fc.constantFrom<'echo' | 'supplier'>('echo', 'supplier'),
    asnImpliesAck: fc.boolean(),
    shipComplete: fc.boolean(),
    confirmAccepted: fc.boolean(),
    freezeDays: fc.constantFrom(0, 0, 10),
    loose: fc.boolean(),
    reconfirmDays: fc.constantFrom(0, 5),
    maxUnansweredChanges: fc.constantFrom(1, 1, 2),
  })
  .map(({ loose, reconfirmDays, maxUnansweredChanges, ...response }) => ({
    ...DEFAULT_POLICY,
    response: { ...DEFAULT_POLICY.response, ...response },
    due: { ...DEFAULT_POLICY.due, reconfirmDays, maxUnansweredChanges },
    tolerances: loose
      ? [
          {
            level: 'supplier' as const,
            version: '1',
            values: { quantityDownPct: '50', overConfirmationPct: '30', dateLateDays: 10, priceUpPct: '20' },
          },
          ...DEFAULT_POLICY.tolerances,
        ]
      : DEFAULT_POLICY.tolerances,
  }));

export const history = fc.record({
  order,
  policy,
  steps: fc.array(step, { minLength: 1, maxLength: 25 }),
  early: fc.boolean(),
});

export type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

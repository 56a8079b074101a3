import type { Document } from '../../documents/document.ts';
import { GatewayError } from '../../common/errors.ts';
import { remark, style } from '../output.ts';
import type { ApiClient, OrderView } from './api.ts';
import type { Scene } from './story.ts';
import type { DemoSupplier } from './supplier.ts';

/** Longest time that the gateway is given for one step. */
const STEP_TIMEOUT_MS = 60_000;
const LOOK_AGAIN_MS = 100;

/** Plays the scenes act by act, every supplier at once, waiting for the gateway after each. */
export async function play(
  scenes: readonly Scene[],
  suppliers: ReadonlyMap<string, DemoSupplier>,
  api: ApiClient,
): Promise<void> {
  const supplierOf = (scene: Scene) => suppliers.get(scene.order.seller.id ?? '')!;
  await act('Orders are released by the ERP', scenes, (scene) => api.post('/orders', scene.order));
  await act('Orders go out to the suppliers', scenes, async (scene) => {
    await until(
      () => supplierOf(scene).findOrderFile(scene.order.id),
      `the order file of ${scene.order.id} in the outbox`,
    );
    await untilOrder(
      api,
      scene,
      (view) =>
        view.documents.some((document) => document.documentType === 'order' && document.status === 'sent'),
      'sent',
    );
  });
  await act('Suppliers acknowledge the files (997, CONTRL)', scenes, async (scene) => {
    const file = await supplierOf(scene).findOrderFile(scene.order.id);
    const name = file === undefined ? undefined : await supplierOf(scene).acknowledge(file);
    if (name === undefined) return;
    await untilOrder(
      api,
      scene,
      (view) =>
        view.documents.some(
          (document) => document.documentType === 'order' && document.acknowledgmentStatus === 'accepted',
        ),
      'acknowledged',
    );
  });
  await sendAll(
    'Suppliers answer the orders (855, ORDRSP)',
    scenes,
    supplierOf,
    api,
    (scene) => scene.response,
  );
  await sendAll('Suppliers ship (856, DESADV)', scenes, supplierOf, api, (scene) => scene.despatch);
  const billedFirst = scenes.filter((scene) => scene.invoiceFirst === true);
  await sendAll('An invoice comes before its goods', billedFirst, supplierOf, api, (scene) => scene.invoice);
  const received = scenes.filter((scene) => scene.receipt !== undefined);
  await act('The warehouse receives the goods', received, (scene) => api.post('/receipts', scene.receipt));
  const billed = scenes.filter((scene) => scene.invoiceFirst !== true);
  await sendAll('Suppliers invoice (810, INVOIC)', billed, supplierOf, api, (scene) => scene.invoice);
  await act(
    'Invoices are matched',
    scenes.filter((scene) => scene.invoice !== undefined),
    (scene) =>
      untilOrder(
        api,
        scene,
        (view) =>
          view.invoices.length > 0 &&
          (scene.invoiceFirst !== true || !view.invoices.some(({ status }) => status === 'HOLD_RECEIPT')),
        'matched',
      ),
  );
}

async function sendAll(
  title: string,
  scenes: readonly Scene[],
  supplierOf: (scene: Scene) => DemoSupplier,
  api: ApiClient,
  documentOf: (scene: Scene) => Document | undefined,
): Promise<void> {
  const sending = scenes.filter((scene) => documentOf(scene) !== undefined);
  await act(title, sending, async (scene) => {
    const document = documentOf(scene)!;
    const name = await supplierOf(scene).send(document);
    await untilOrder(
      api,
      scene,
      (view) =>
        view.documents.some(
          ({ direction, documentType }) => direction === 'inbound' && documentType === document.documentType,
        ),
      `${document.documentType} (${name})`,
    );
  });
}

async function act(
  title: string,
  scenes: readonly Scene[],
  step: (scene: Scene) => Promise<unknown>,
): Promise<void> {
  let done = 0;
  const show = () => {
    const bar = `${'█'.repeat(done)}${'░'.repeat(scenes.length - done)}`.padEnd(6);
    const line = `  ${bar} ${done}/${scenes.length}  ${title}`;
    if (process.stderr.isTTY) process.stderr.write(`\r${line}`);
  };
  show();
  await Promise.all(
    scenes.map(async (scene) => {
      await step(scene);
      done += 1;
      show();
    }),
  );
  if (process.stderr.isTTY) process.stderr.write('\n');
  else remark(`  ${style('green', 'done')}  ${title}`);
}

function untilOrder(
  api: ApiClient,
  scene: Scene,
  holds: (view: OrderView) => boolean,
  what: string,
): Promise<unknown> {
  return until(async () => {
    const view = await api.order(scene.order.id);
    return holds(view) ? view : undefined;
  }, `order ${scene.order.id}: ${what}`);
}

/** The outside world has no event for "the gateway has done it": the demo looks again, as a supplier would. */
async function until<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  const deadline = Date.now() + STEP_TIMEOUT_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) {
      throw new GatewayError(
        'TRANSPORT_UNAVAILABLE',
        `The demo waited ${STEP_TIMEOUT_MS / 1000} s in vain for ${what}. The console (Files, Exceptions, Deliveries) tells why.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

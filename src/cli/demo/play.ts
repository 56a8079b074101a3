import type { Document } from '../../documents/document.ts';
import { GatewayError } from '../../common/errors.ts';
import { remark, style } from '../output.ts';
import type { ApiClient, OrderView } from './api.ts';
import type { Scene } from './story.ts';
import type { DemoSupplier } from './supplier.ts';

/** Longest time that the gateway is given for one step. */
const STEP_TIMEOUT_MS = 60_000;
const LOOK_AGAIN_MS = 100;

/** Where a play is performed. */
export interface Stage {
  suppliers: ReadonlyMap<string, DemoSupplier>;
  api: ApiClient;
  /** Default: a minute. */
  stepTimeoutMs?: number;
  /** Hears of each step that has been done; default: a line of progress on standard error. */
  tell?: (title: string, done: number, of: number) => void;
}

/** Plays the scenes act by act, every supplier at once, waiting for the gateway after each. */
export async function play(scenes: readonly Scene[], stage: Stage): Promise<void> {
  const { api } = stage;
  const supplierOf = (scene: Scene) => stage.suppliers.get(scene.order.seller.id ?? '')!;
  const act = (title: string, acting: readonly Scene[], step: (scene: Scene) => Promise<unknown>) =>
    perform(stage, title, acting, step);
  const sendAll = (
    title: string,
    sending: readonly Scene[],
    documentOf: (scene: Scene) => Document | undefined,
  ) =>
    act(
      title,
      sending.filter((scene) => documentOf(scene) !== undefined),
      async (scene) => {
        const document = documentOf(scene)!;
        const name = await supplierOf(scene).send(document);
        await untilOrder(
          stage,
          scene,
          (view) =>
            view.documents.some(
              ({ direction, documentType }) =>
                direction === 'inbound' && documentType === document.documentType,
            ),
          `${document.documentType} (${name})`,
        );
      },
    );
  await act('Orders are released by the ERP', scenes, (scene) => api.post('/orders', scene.order));
  await act('Orders go out to the suppliers', scenes, async (scene) => {
    await until(
      stage,
      () => supplierOf(scene).findOrderFile(scene.order.id),
      `the order file of ${scene.order.id} at the supplier`,
    );
    await untilOrder(
      stage,
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
      stage,
      scene,
      (view) =>
        view.documents.some(
          (document) => document.documentType === 'order' && document.acknowledgmentStatus === 'accepted',
        ),
      'acknowledged',
    );
  });
  await sendAll('Suppliers answer the orders (855, ORDRSP)', scenes, (scene) => scene.response);
  await sendAll('Suppliers ship (856, DESADV)', scenes, (scene) => scene.despatch);
  const billedFirst = scenes.filter((scene) => scene.invoiceFirst === true);
  await sendAll('An invoice comes before its goods', billedFirst, (scene) => scene.invoice);
  const received = scenes.filter((scene) => scene.receipt !== undefined);
  await act('The warehouse receives the goods', received, (scene) => api.post('/receipts', scene.receipt));
  const billed = scenes.filter((scene) => scene.invoiceFirst !== true);
  await sendAll('Suppliers invoice (810, INVOIC)', billed, (scene) => scene.invoice);
  await act(
    'Invoices are matched',
    scenes.filter((scene) => scene.invoice !== undefined),
    (scene) =>
      untilOrder(
        stage,
        scene,
        (view) =>
          view.invoices.length > 0 &&
          (scene.invoiceFirst !== true || !view.invoices.some(({ status }) => status === 'HOLD_RECEIPT')),
        'matched',
      ),
  );
}

async function perform(
  { tell = showProgress }: Stage,
  title: string,
  scenes: readonly Scene[],
  step: (scene: Scene) => Promise<unknown>,
): Promise<void> {
  let done = 0;
  tell(title, done, scenes.length);
  await Promise.all(
    scenes.map(async (scene) => {
      await step(scene);
      done += 1;
      tell(title, done, scenes.length);
    }),
  );
}

/** One line for each act. */
export function showProgress(title: string, done: number, of: number): void {
  if (process.stderr.isTTY) {
    const bar = `${'█'.repeat(done)}${'░'.repeat(of - done)}`.padEnd(6);
    process.stderr.write(`\r  ${bar} ${done}/${of}  ${title}${done === of ? '\n' : ''}`);
  } else if (done === of) remark(`  ${style('green', 'done')}  ${title}`);
}

function untilOrder(
  stage: Stage,
  scene: Scene,
  holds: (view: OrderView) => boolean,
  what: string,
): Promise<unknown> {
  return until(
    stage,
    async () => {
      const view = await stage.api.order(scene.order.id);
      return holds(view) ? view : undefined;
    },
    `order ${scene.order.id}: ${what}`,
  );
}

/** The outside world has no event for "the gateway has done it": the demo looks again, as a supplier would. */
async function until<T>(
  { stepTimeoutMs = STEP_TIMEOUT_MS }: Stage,
  look: () => Promise<T | undefined>,
  what: string,
): Promise<T> {
  const deadline = Date.now() + stepTimeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) {
      throw new GatewayError(
        'TRANSPORT_UNAVAILABLE',
        `The demo waited ${stepTimeoutMs / 1000} s in vain for ${what}. The console (Files, Exceptions, Deliveries) tells why.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

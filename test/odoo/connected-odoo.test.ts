import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { GatewayError } from '../../src/common/errors.ts';
import { ConnectedOdoo } from '../../src/odoo/connected-odoo.ts';
import type { OdooConnection } from '../../src/odoo/client/odoo-connection.ts';
import { odooSettingsSchema } from '../../src/odoo/odoo-settings.ts';
import type { ErpState } from '../../src/pipeline/ports/connected-erp.ts';
import type { OdooReader } from '../../src/odoo/read/odoo-reader.ts';
import { createWorld, TestGateway } from '../support/gateway.ts';
import type { World } from '../support/gateway.ts';

const MINUTE = 60_000;
const SECRET = 'a-long-random-text';

let world: World;
let gateway: TestGateway;
let failure: GatewayError | undefined;
let readings: number;
/** Readings under way end by these. */
let ends: (() => void)[];
let hold: boolean;
let erp: ConnectedOdoo;
/** Another process over the same store. */
let connected: (known: Partial<ErpState>) => ConnectedOdoo;

beforeEach(async () => {
  world = createWorld();
  gateway = await TestGateway.start({}, world);
  failure = undefined;
  readings = 0;
  ends = [];
  hold = false;
  connected = (connection) => connectedOver(reader, connection);
  const reader = {
    companies: () => Promise.resolve(COMPANIES),
    poll: async () => {
      readings += 1;
      if (hold) await new Promise<void>((resolve) => ends.push(resolve));
      if (failure !== undefined) throw failure;
      return { orders: { released: 1 }, receipts: 2 };
    },
    sweep: () => Promise.resolve({ orders: { released: 2, cancelled: 1 }, receipts: 1 }),
    readMasterData: () => Promise.resolve(7),
  } as unknown as OdooReader;
  erp = connected({ version: '19.0', protocol: 'json2' });
});
afterEach(() => gateway.close());

const STATE = { url: 'https://erp.example.com', database: 'production', circuit: 'closed' };
const COMPANIES = [
  {
    id: 1,
    name: 'Tradelane Demo Distribution',
    currency: 'USD',
    exchanged: true,
    warehouses: [{ code: 'WH', name: 'Chicago', exchanged: true }],
  },
];

function connectedOver(reader: OdooReader, known: Partial<ErpState>): ConnectedOdoo {
  return new ConnectedOdoo({
    connection: { settings: STATE, state: { ...STATE, ...known } } as unknown as OdooConnection,
    context: gateway.context,
    settings: odooSettingsSchema.parse({
      url: STATE.url,
      database: STATE.database,
      webhook: { secret: { secret: 'odoo-wake-up' } },
    }),
    secrets: { read: () => Promise.resolve(SECRET) },
    reader,
    reconcile: () => Promise.reject(new Error('not asked for')),
  });
}

const away = () => new GatewayError('ODOO_UNAVAILABLE', 'Odoo gave no answer: connect ECONNREFUSED.');

async function readAfter(ms: number): Promise<void> {
  world.time.advance(ms);
  await erp.read().catch(() => undefined);
}

const open = async () => (await gateway.openExceptions()).map(({ type, detail }) => [type, detail]);

test('a full reading tells everything together', async () => {
  expect(await erp.read({ full: true })).toEqual({
    orders: { released: 3, cancelled: 1 },
    receipts: 3,
    masterData: 7,
  });
  expect(erp.state()).toMatchObject({ readAt: world.time.now(), circuit: 'closed' });
});

test('somebody is told when Odoo is away for a quarter of an hour, once, and it ends by itself', async () => {
  failure = away();
  await readAfter(0);
  await readAfter(14 * MINUTE);
  expect(await open()).toEqual([]);
  await readAfter(2 * MINUTE);
  await readAfter(2 * MINUTE);
  expect(await open()).toEqual([
    ['CIRCUIT_OPEN', expect.stringMatching(/erp\.example\.com.*ECONNREFUSED.*tradelane odoo check/)],
  ]);
  failure = undefined;
  await readAfter(MINUTE);
  expect(await open()).toEqual([]);
});

test('what our own store does is not said of Odoo', async () => {
  failure = new GatewayError('STORE_UNAVAILABLE', 'The disk is away.');
  await readAfter(0);
  await readAfter(60 * MINUTE);
  expect(await open()).toEqual([]);
});

test('an exception of an earlier process is closed by the first reading that works', async () => {
  failure = away();
  await readAfter(0);
  await readAfter(16 * MINUTE);
  const later = new ConnectedOdoo({
    ...{ connection: { settings: {}, state: {} } as unknown as OdooConnection, context: gateway.context },
    settings: odooSettingsSchema.parse({ url: 'https://erp.example.com', database: 'production' }),
    secrets: { read: () => Promise.resolve('') },
    reader: { poll: () => Promise.resolve({ orders: {}, receipts: 0 }) } as unknown as OdooReader,
    reconcile: () => Promise.reject(new Error('not asked for')),
  });
  await later.read();
  expect(await open()).toEqual([]);
  expect(await later.wake('')).toBe(false);
});

test('seven calls of Odoo for one change are one reading, and one more for those that came meanwhile', async () => {
  hold = true;
  for (let call = 0; call < 7; call += 1) expect(await erp.wake(SECRET)).toBe(true);
  expect(readings).toBe(1);
  ends.splice(0).forEach((end) => end());
  await until(() => readings === 2);
  ends.splice(0).forEach((end) => end());
  await until(() => erp.state().readAt !== undefined);
  expect(readings).toBe(2);
});

test('a wrong secret reads nothing', async () => {
  expect(await erp.wake('guessed')).toBe(false);
  expect(await erp.wake('')).toBe(false);
  expect(readings).toBe(0);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

test('a process that only shows pages knows what the one that reads has told last, also while Odoo is away', async () => {
  const pages = connected({});
  expect(await pages.overview()).toMatchObject({ readTo: [], companies: [], state: { circuit: 'closed' } });
  await erp.read();
  const seen = await pages.overview();
  expect(seen).toMatchObject({ companies: COMPANIES, state: { version: '19.0', protocol: 'json2' } });
  expect(seen.state.readAt).toBe(world.time.now());
  failure = away();
  await readAfter(15_000);
  expect(await pages.overview()).toMatchObject({
    companies: COMPANIES,
    state: { readAt: seen.state.readAt },
  });
});

test('an unchanged connection is told to the others twice a minute, and not with each reading', async () => {
  const revision = async () => (await world.store.get('settings', 'odoo.state'))?.revision;
  for (let count = 0; count < 12; count += 1) await readAfter(5_000);
  expect(await revision()).toBe(2);
});

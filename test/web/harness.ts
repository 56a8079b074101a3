import type { GatewayError } from '../../src/common/errors.ts';
import { StandAloneErp } from '../../src/erp/stand-alone-erp.ts';
import type { Company } from '../../src/partners/company-schema.ts';
import { loadPartners } from '../../src/partners/load-partners.ts';
import { readPartnerFiles } from '../../src/partners/read-partner-files.ts';
import { resolvePolicy } from '../../src/partners/resolve-policy.ts';
import { Channels } from '../../src/pipeline/channels/channels.ts';
import type { PipelineContext } from '../../src/pipeline/context.ts';
import { createGateway } from '../../src/pipeline/create-gateway.ts';
import { createMapLibrary } from '../../src/pipeline/create-map-library.ts';
import type { Gateway } from '../../src/pipeline/gateway.ts';
import { createIdSource } from '../../src/pipeline/ids.ts';
import type { Channel, OutboundFile } from '../../src/pipeline/ports/transport.ts';
import { recordDeadWork } from '../../src/pipeline/work/dead-letters.ts';
import { createWorkHandlers } from '../../src/pipeline/work/work-handlers.ts';
import { WorkQueue } from '../../src/pipeline/work/work-queue.ts';
import { Worker } from '../../src/pipeline/work/worker.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { DEFAULT_POLICY } from '../../src/tracking/policy.ts';
import type { AccessRole } from '../../src/pipeline/access/access-token-record.ts';
import { createAccess } from '../../src/web/auth/access.ts';
import type { Access } from '../../src/web/auth/access.ts';
import { FakeTime } from '../pipeline/fake-time.ts';
import { openedChannels } from '../support/opened-channels.ts';
import { silentLogger } from '../support/silent-logger.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

/** The real gateway on a store in memory, with the demo partners; only the outside is made up. */
export interface Harness {
  gateway: Gateway;
  time: FakeTime;
  /** What was sent, by partner. */
  outbox: Map<string, OutboundFile[]>;
  /** Makes every delivery to a partner fail like this, until it is told otherwise. */
  failDeliveries(partnerId: string, error: GatewayError | undefined): void;
  /** Does all the work that can be done now. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** `company`: what company.yaml says otherwise than that of the repository. */
export async function openHarness(start: string, company: Partial<Company> = {}): Promise<Harness> {
  const time = new FakeTime(start);
  const store = SqliteStore.open({ file: ':memory:', role: 'gateway' });
  const loaded = loadPartners(await readPartnerFiles(`${ROOT}partners`)).set!;
  const partners = { ...loaded, company: { ...loaded.company, ...company } };
  const maps = createMapLibrary(await readPartnerFiles(`${ROOT}maps`), partners).library;
  const outbox = new Map<string, OutboundFile[]>();
  const failures = new Map<string, GatewayError>();
  const channelOf = (partnerId: string): Channel => ({
    partnerId,
    kind: 'folder',
    name: 'main',
    poll: () => Promise.resolve({ received: 0, waiting: 0, refused: [] }),
    send(file) {
      const failure = failures.get(partnerId);
      if (failure !== undefined) return Promise.reject(failure);
      outbox.set(partnerId, [...(outbox.get(partnerId) ?? []), file]);
      return Promise.resolve({ at: time.now(), reference: `outbox/${partnerId}/${file.name}` });
    },
    reject: () => Promise.resolve(),
    async *test() {
      yield await Promise.resolve({ name: 'write', ok: true, text: 'It can be written.', durationMs: 1 });
    },
    close: () => Promise.resolve(),
  });

  let wake: () => void = () => undefined;
  const context: PipelineContext = {
    store,
    clock: time,
    ids: createIdSource(time),
    logger: silentLogger,
    partners,
    maps,
    policyOf: (partnerId) => {
      const partner = partners.partners.find((one) => one.partner === partnerId);
      return partner === undefined ? DEFAULT_POLICY : resolvePolicy(partners.company, partner);
    },
    wake: () => {
      wake();
    },
  };
  const queue = new WorkQueue({ store, clock: time, random: () => 0.5, owner: 'test' });
  const worker = new Worker({
    queue,
    clock: time,
    timer: time,
    logger: silentLogger,
    concurrency: 1,
    handlers: createWorkHandlers(context, {
      channelOf,
      erp: new StandAloneErp({ store, clock: time, channel: channelOf('erp') }),
      alerts: { notify: () => Promise.resolve() },
      consoleUrl: 'http://127.0.0.1',
    }),
    onDead: (item) => recordDeadWork(context, item),
  });
  wake = () => {
    worker.wake();
  };
  worker.start();
  return {
    gateway: createGateway(
      context,
      new Channels(
        context,
        openedChannels(
          partners,
          partners.partners.map(({ partner }) => channelOf(partner)),
        ),
        { pollIntervalMs: 1_000 },
      ),
    ),
    time,
    outbox,
    failDeliveries(partnerId, error) {
      if (error === undefined) failures.delete(partnerId);
      else failures.set(partnerId, error);
    },
    settle: () => worker.whenIdle(),
    async close() {
      await worker.stop(1_000);
      await store.close();
    },
  };
}

/** One token for each role. */
export async function createTestAccess(
  gateway: Gateway,
): Promise<{ access: Access; tokens: Record<AccessRole, string> }> {
  const make = (name: string, role: AccessRole) =>
    gateway.createAccessToken({ name, role }, { name: 'test', roles: ['admin'] });
  const tokens = {
    monitor: await make('prometheus', 'monitor'),
    viewer: await make('viewer', 'viewer'),
    operator: await make('maria', 'operator'),
    admin: await make('admin', 'admin'),
  };
  return { access: createAccess({ store: gateway.store, sessionKey: 'k'.repeat(43) }), tokens };
}

import { timingSafeEqual } from 'node:crypto';
import { instantMs } from '../common/calendar.ts';
import { GatewayError } from '../common/errors.ts';
import type { Instant } from '../common/time.ts';
import type { PipelineContext } from '../pipeline/context.ts';
import { closeException, raiseException } from '../pipeline/exceptions/exceptions.ts';
import type {
  ConnectedErp,
  ErpCheckStep,
  ErpOverview,
  ErpReadReport,
  ErpReconciliation,
  ErpState,
} from '../pipeline/ports/connected-erp.ts';
import type { Secrets } from '../pipeline/ports/secrets.ts';
import { retryOnConflict } from '../pipeline/work/retry.ts';
import { sha256Of, UnitOfWork } from '../pipeline/unit-of-work.ts';
import { fingerprintOf } from '../tracking/exceptions.ts';
import type { OdooConnection } from './client/odoo-connection.ts';
import { checkOdoo } from './odoo-check.ts';
import { toInstantOfOdoo } from './odoo-date.ts';
import type { OdooSettings } from './odoo-settings.ts';
import { MasterDataCache } from './read/master-data.ts';
import type { OdooReader } from './read/odoo-reader.ts';
import { readKnownCursor } from './read/read-cursor.ts';
import { OdooStateTeller, readToldState } from './told-state.ts';

export interface ConnectedOdooOptions {
  connection: OdooConnection;
  context: PipelineContext;
  settings: OdooSettings;
  secrets: Secrets;
  reader: OdooReader;
  reconcile: ConnectedErp['reconcile'];
}

/** Nobody is told of an Odoo that is away for less. */
const TOLD_AFTER_MS = 15 * 60_000;

const AWAY = { type: 'CIRCUIT_OPEN' as const, subject: {}, discriminator: 'odoo' };

/** Odoo as people and machines ask of it. */
export class ConnectedOdoo implements ConnectedErp {
  readonly kind = 'odoo';
  readonly #options: ConnectedOdooOptions;
  readonly #teller: OdooStateTeller;
  #readAt: Instant | undefined;
  #awaySince: Instant | undefined;
  /** What the store has been told of it; not known when the process starts. */
  #told: 'works' | 'away' | undefined;
  #woken: 'idle' | 'reading' | 'again' = 'idle';

  constructor(options: ConnectedOdooOptions) {
    this.#options = options;
    this.#teller = new OdooStateTeller(options.context.store, options.context.clock);
  }

  state(): ErpState {
    const { connection } = this.#options;
    return { ...connection.state, ...(this.#readAt !== undefined && { readAt: this.#readAt }) };
  }

  async overview(): Promise<ErpOverview> {
    const { store } = this.#options.context;
    const [told, cursor] = await Promise.all([readToldState(store), readKnownCursor(store)]);
    const readsHere = this.#readAt !== undefined || this.#awaySince !== undefined;
    const own = this.state();
    // A process that shows pages only has never asked Odoo itself.
    const state =
      readsHere || told === undefined ? own : { ...told.state, url: own.url, database: own.database };
    const readTo = Object.entries(cursor?.readTo ?? {}).map(([model, at]) => ({
      model,
      at: toInstantOfOdoo(at),
    }));
    return {
      state,
      ...(cursor !== undefined && { since: toInstantOfOdoo(cursor.since) }),
      readTo,
      companies: told?.companies ?? [],
    };
  }

  check(partnerId?: string): AsyncIterable<ErpCheckStep> {
    const { connection, settings, context } = this.#options;
    const master = new MasterDataCache({
      units: settings.units,
      maxAgeMs: 0,
      elapsed: () => performance.now(),
    });
    return checkOdoo({ connection, settings, master, partners: context.partners.partners }, partnerId);
  }

  async read({ full = false }: { full?: boolean } = {}): Promise<ErpReadReport> {
    const { reader, context } = this.#options;
    try {
      const report: ErpReadReport & { masterData?: number } = await reader.poll();
      if (full) {
        addTo(report, await reader.sweep());
        report.masterData = await reader.readMasterData();
      }
      this.#readAt = context.clock.now();
      await this.#worked();
      return report;
    } catch (error) {
      await this.#failed(error);
      throw error;
    }
  }

  reconcile(options: Parameters<ConnectedErp['reconcile']>[0]): Promise<ErpReconciliation> {
    return this.#options.reconcile(options);
  }

  async wake(secret: string): Promise<boolean> {
    const { settings, secrets } = this.#options;
    if (settings.webhook === undefined) return false;
    const wanted = await secrets.read(settings.webhook.secret.secret);
    // Digests have one length: the comparison tells nothing of the secret's.
    const same = timingSafeEqual(Buffer.from(sha256Of(secret)), Buffer.from(sha256Of(wanted)));
    if (same) this.#wakeUp();
    return same;
  }

  /** One reading at a time; what comes meanwhile makes one more. Odoo sends several for one change. */
  #wakeUp(): void {
    if (this.#woken !== 'idle') {
      this.#woken = 'again';
      return;
    }
    this.#woken = 'reading';
    const { logger } = this.#options.context;
    this.read()
      .catch((error: unknown) => logger.warn({ error }, 'Odoo woke us up and could not be read'))
      .finally(() => {
        const again = this.#woken === 'again';
        this.#woken = 'idle';
        if (again) this.#wakeUp();
      });
  }

  async #worked(): Promise<void> {
    this.#awaySince = undefined;
    await this.#tellOthers(true);
    if (this.#told === 'works') return;
    await this.#tell('works', (unit) =>
      closeException(unit, this.#options.context, {
        fingerprint: fingerprintOf(AWAY),
        by: 'system',
        action: 'resolved',
        reason: 'Odoo answers again.',
      }),
    );
  }

  async #failed(error: unknown): Promise<void> {
    if (!(error instanceof GatewayError) || !TELLS_OF_ODOO.test(error.code)) return;
    const { context, connection } = this.#options;
    const now = context.clock.now();
    this.#awaySince ??= now;
    await this.#tellOthers(false);
    const since = this.#awaySince;
    if (this.#told === 'away' || instantMs(now) - instantMs(since) < TOLD_AFTER_MS) return;
    await this.#tell('away', async (unit) => {
      await raiseException(unit, context, {
        ...AWAY,
        detail: `Nothing can be read from Odoo at ${connection.settings.url} since ${since}: ${error.message} What is to be written there waits and is tried again by itself. To see where it fails: tradelane odoo check`,
      });
    });
  }

  async #tellOthers(works: boolean): Promise<void> {
    const { context, reader } = this.#options;
    try {
      await this.#teller.tell(this.state(), works ? await reader.companies() : undefined);
    } catch (error) {
      context.logger.warn({ error }, 'The other processes could not be told how Odoo is');
    }
  }

  /** A reading that came through must not fail because nobody could be told so. */
  async #tell(news: 'works' | 'away', change: (unit: UnitOfWork) => Promise<unknown>): Promise<void> {
    const { context } = this.#options;
    try {
      await retryOnConflict(async () => {
        const unit = new UnitOfWork(context.store);
        await change(unit);
        await unit.commit();
      });
      this.#told = news;
    } catch (error) {
      context.logger.error({ error }, 'The state of Odoo could not be told');
    }
  }
}

/** Not what our own store does while something is handed over. */
const TELLS_OF_ODOO = /^(ODOO|SECRET)_|^CONFIG_INVALID$/;

function addTo(
  report: { orders: Record<string, number | undefined>; receipts: number },
  more: ErpReadReport,
): void {
  for (const [result, number = 0] of Object.entries(more.orders)) {
    report.orders[result] = (report.orders[result] ?? 0) + number;
  }
  report.receipts += more.receipts;
}

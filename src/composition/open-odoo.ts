import type { Config } from '../config.ts';
import { systemTimer } from '../jobs/system-timer.ts';
import { ConnectedOdoo } from '../odoo/connected-odoo.ts';
import { keyReader, OdooConnection } from '../odoo/client/odoo-connection.ts';
import type { OdooSettings } from '../odoo/odoo-settings.ts';
import { OdooErp } from '../odoo/odoo-erp.ts';
import { OdooReader } from '../odoo/read/odoo-reader.ts';
import { reconcileOdoo } from '../odoo/reconcile/reconcile-odoo.ts';
import type { PipelineContext } from '../pipeline/context.ts';
import type { Gateway } from '../pipeline/gateway.ts';
import type { ConnectedErp } from '../pipeline/ports/connected-erp.ts';
import type { Erp } from '../pipeline/ports/erp.ts';
import type { Jobs } from './gateway-jobs.ts';
import type { Secrets } from '../pipeline/ports/secrets.ts';

export interface OpenedOdoo {
  erp: Erp;
  connected: ConnectedErp;
  jobs: Jobs;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

interface Surroundings {
  config: Config;
  context: PipelineContext;
  gateway: Gateway;
  secrets: Secrets;
}

/** Odoo as the ERP. Asks nothing of it yet. */
export function openOdoo(
  settings: OdooSettings,
  { config, context, gateway, secrets }: Surroundings,
): OpenedOdoo {
  const { clock, store, partners } = context;
  const zone = settings.timeZone ?? context.policyOf('').companyCalendar.timeZone;
  const connection = new OdooConnection(settings, {
    clock,
    timer: systemTimer,
    random: Math.random,
    readKey: keyReader(settings, secrets, config.odoo.apiKey),
  });
  const reader = new OdooReader({ connection, context, gateway, settings, zone });
  const erp = new OdooErp({
    connection,
    store,
    clock,
    zone,
    settings: settings.write,
    consoleUrl: config.publicUrl,
    supplierIdOf: (partnerId) =>
      partners.partners.find(({ partner }) => partner === partnerId)?.accounts.supplierId,
    refresh: async (odooIds) => {
      await reader.refresh(odooIds);
    },
  });
  const connected = new ConnectedOdoo({
    connection,
    context,
    settings,
    secrets,
    reader,
    reconcile: (options) =>
      reconcileOdoo(
        { connection, context, settings, zone, refresh: (odooIds) => reader.refresh(odooIds) },
        options,
      ),
  });
  const { everyMinutes, repair } = settings.reconcile;
  return {
    erp,
    connected,
    jobs: {
      ...(everyMinutes > 0 && {
        'reconcile-odoo': [everyMinutes * MINUTE_MS, () => connected.reconcile({ repair })] as const,
      }),
      'read-odoo': [settings.read.intervalSeconds * 1000, () => connected.read()],
      'read-odoo-in-full': [HOUR_MS, () => connected.read({ full: true })],
    },
  };
}

import type { Clock } from '../../common/time.ts';
import type { Store } from '../../pipeline/ports/store.ts';
import type { OdooClient } from '../client/odoo-client.ts';
import type { OdooSettings } from '../odoo-settings.ts';

/** What writing into Odoo works with. */
export interface WriteContext {
  readonly client: OdooClient;
  readonly store: Store;
  readonly clock: Clock;
  /** Zone of calendar dates in documents. */
  readonly zone: string;
  readonly settings: OdooSettings['write'];
  /** Address of the console, for links back. */
  readonly consoleUrl: string;
  /** Number of the supplier in Odoo (res.partner ref or id) behind a partner of ours. */
  readonly supplierIdOf: (partnerId: string) => string | undefined;
  /** Reads orders of Odoo again, now, and hands over what has changed: before anything that a person edited is decided on. */
  readonly refresh: (odooIds: readonly number[]) => Promise<void>;
}

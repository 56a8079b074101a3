import { GatewayError } from '../../common/errors.ts';
import type { PipelineContext } from '../../pipeline/context.ts';
import { closeException, raiseException } from '../../pipeline/exceptions/exceptions.ts';
import { UnitOfWork } from '../../pipeline/unit-of-work.ts';
import { retryOnConflict } from '../../pipeline/work/retry.ts';
import { fingerprintOf } from '../../tracking/exceptions.ts';
import type { OdooClient } from '../client/odoo-client.ts';
import type { StoredOrderLink } from '../order-link.ts';
import type { MasterData } from './master-data.ts';

const COMPANIES = { type: 'CIRCUIT_OPEN' as const, subject: {}, discriminator: 'odoo/companies' };
const ORDERS = { type: 'CIRCUIT_OPEN' as const, subject: {}, discriminator: 'odoo/orders' };

/** Orders of companies that the user does not see: whether they are still there cannot be known. */
export function isHidden({ link }: StoredOrderLink, master: Pick<MasterData, 'companies'>): boolean {
  return !master.companies.has(link.companyId);
}

/** A record that is there and may not be read, or names one. */
export function isForbidden(error: unknown): error is GatewayError {
  return error instanceof GatewayError && error.code === 'ODOO_FORBIDDEN';
}

/** Which of the orders that no search finds are there all the same: Odoo refuses those, and knows nothing of the others. */
export async function hiddenAmong(client: OdooClient, ids: readonly number[]): Promise<Set<number>> {
  const hidden = new Set<number>();
  for (const id of ids) {
    try {
      await client.call('purchase.order', 'read', { ids: [id], fields: ['name'] });
    } catch (error) {
      if (isForbidden(error)) hidden.add(id);
      else if (!(error instanceof GatewayError) || error.code !== 'ODOO_NOT_FOUND') throw error;
    }
  }
  return hidden;
}

/** Somebody took a company away from the user: its orders stand still here, until it is given back. */
export async function tellHiddenCompanies(
  context: PipelineContext,
  hidden: readonly StoredOrderLink[],
): Promise<void> {
  const companies = [...new Set(hidden.map(({ link }) => link.companyId))].sort((a, b) => a - b);
  const detail = `The user of the gateway no longer sees what ${hidden.length} open orders belong to: company ${companies.join(', ')} of Odoo. They are neither read nor taken for deleted. Allow the user the company again (Settings, Users, Allowed Companies).`;
  const reason = 'Every company of open orders is seen again.';
  await tell(context, COMPANIES, hidden.length > 0 ? detail : undefined, reason);
}

/** A record rule, or a right that was taken away, hides single orders. */
export async function tellHiddenOrders(
  context: PipelineContext,
  hidden: readonly StoredOrderLink[],
): Promise<void> {
  const names = hidden.map(({ link }) => link.orderId).sort();
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  const detail = `Odoo does not let the user of the gateway read ${hidden.length} open orders any more: ${names.slice(0, NAMED).join(', ')}${more}. They are neither read nor taken for deleted. A record rule hides them (Settings, Technical, Record Rules), or a right was taken away.`;
  const reason = 'Every open order is seen again.';
  await tell(context, ORDERS, hidden.length > 0 ? detail : undefined, reason);
}

/** Orders that a message names. */
const NAMED = 10;

/** One exception as long as there is something to tell, with what holds now. */
async function tell(
  context: PipelineContext,
  identity: typeof COMPANIES,
  detail: string | undefined,
  reason: string,
): Promise<void> {
  const fingerprint = fingerprintOf(identity);
  const open = await context.store.find('exceptions', { where: { fingerprint, status: 'open' }, limit: 1 });
  if (open.records[0]?.detail === detail) return;
  await retryOnConflict(async () => {
    const unit = new UnitOfWork(context.store);
    if (detail !== undefined) await raiseException(unit, context, { ...identity, detail });
    else await closeException(unit, context, { fingerprint, by: 'system', action: 'resolved', reason });
    await unit.commit();
  });
}

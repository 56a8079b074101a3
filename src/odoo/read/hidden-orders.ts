import type { PipelineContext } from '../../pipeline/context.ts';
import { closeException, raiseException } from '../../pipeline/exceptions/exceptions.ts';
import { UnitOfWork } from '../../pipeline/unit-of-work.ts';
import { retryOnConflict } from '../../pipeline/work/retry.ts';
import { fingerprintOf } from '../../tracking/exceptions.ts';
import type { StoredOrderLink } from '../order-link.ts';
import type { MasterData } from './master-data.ts';

const IDENTITY = { type: 'CIRCUIT_OPEN' as const, subject: {}, discriminator: 'odoo/companies' };

/** Orders of companies that the user does not see: whether they are still there cannot be known. */
export function isHidden({ link }: StoredOrderLink, master: Pick<MasterData, 'companies'>): boolean {
  return !master.companies.has(link.companyId);
}

/** Somebody took a company away from the user: its orders stand still here, until it is given back. */
export async function tellHiddenCompanies(
  context: PipelineContext,
  hidden: readonly StoredOrderLink[],
): Promise<void> {
  const fingerprint = fingerprintOf(IDENTITY);
  const open = await context.store.find('exceptions', { where: { fingerprint, status: 'open' }, limit: 1 });
  const companies = [...new Set(hidden.map(({ link }) => link.companyId))].sort((a, b) => a - b);
  const detail = `The user of the gateway no longer sees what ${hidden.length} open orders belong to: company ${companies.join(', ')} of Odoo. They are neither read nor taken for deleted. Allow the user the company again (Settings, Users, Allowed Companies).`;
  if (hidden.length === 0 ? open.records.length === 0 : open.records[0]?.detail === detail) return;
  await retryOnConflict(async () => {
    const unit = new UnitOfWork(context.store);
    if (hidden.length > 0) await raiseException(unit, context, { ...IDENTITY, detail });
    else {
      const reason = 'Every company of open orders is seen again.';
      await closeException(unit, context, { fingerprint, by: 'system', action: 'resolved', reason });
    }
    await unit.commit();
  });
}

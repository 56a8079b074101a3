import type { LeftOutPartner } from '../../partners/load-partners.ts';
import { fingerprintOf } from '../../tracking/exceptions.ts';
import type { PipelineContext } from '../context.ts';
import { listPartnersOnRecord } from '../orders/policy-history.ts';
import { retryOnConflict } from '../work/retry.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { closeException, raiseException } from './exceptions.ts';

const TYPE = 'PARTNER_LEFT_OUT';

/** More than any installation has partners. */
const MOST_TOLD = 10_000;

/**
 * Tells at a start of the gateway which partners it trades without: those whose settings are wrong, and those that have open orders
 * and no settings any more. Of those that are there again the exception is closed.
 */
export async function tellLeftOutPartners(
  context: PipelineContext,
  leftOut: readonly LeftOutPartner[],
): Promise<void> {
  const { store, partners } = context;
  const inForce = new Set(partners.partners.map(({ partner }) => partner));
  const told = await store.find('exceptions', {
    where: { type: TYPE, status: { in: ['open', 'snoozed'] } },
    limit: MOST_TOLD,
  });
  const missing = (await listPartnersOnRecord(store)).filter((partnerId) => !inForce.has(partnerId));
  const concerned = new Set([
    ...leftOut.map(({ partner }) => partner),
    ...missing,
    ...told.records.map(({ partnerId }) => partnerId),
  ]);
  for (const partnerId of concerned) {
    const open = inForce.has(partnerId) ? 0 : await store.count('orders', { partnerId, open: true });
    const wrong = leftOut.find(({ partner }) => partner === partnerId);
    const reason = inForce.has(partnerId)
      ? undefined
      : wrong === undefined
        ? gone(partnerId, open)
        : wrong.reason;
    await retryOnConflict(async () => {
      const unit = new UnitOfWork(store);
      const subject = { partnerId };
      if (reason === undefined) {
        await closeException(unit, context, {
          fingerprint: fingerprintOf({ type: TYPE, subject }),
          by: 'system',
          action: 'resolved',
          reason: inForce.has(partnerId)
            ? 'Its settings are in force again.'
            : 'It has no open orders any more.',
        });
      } else {
        const orders = open === 1 ? '1 open order waits' : `${open} open orders wait`;
        const detail = `${reason} Nothing of ${partnerId} is fetched, sent or understood until then; ${orders}. See tradelane partner check, and restart the gateway.`;
        await raiseException(unit, context, { type: TYPE, subject, detail });
      }
      await unit.commit();
    });
  }
}

function gone(partnerId: string, open: number): string | undefined {
  return open === 0
    ? undefined
    : `There is no partners/${partnerId}/partner.yaml any more: put it back until its orders are closed (status: suspended ends the traffic).`;
}

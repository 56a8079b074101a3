import type { Clock } from '../../common/time.ts';
import { recordAudit } from '../audit.ts';
import type { Actor } from '../actor.ts';
import type { ConnectedErp, ErpReconciliation } from '../ports/connected-erp.ts';
import type { Store } from '../ports/store.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { retryOnConflict } from '../work/retry.ts';

/** Compares both sides at the wish of a person; what is mended by that is in the audit log. Throws as `erp.reconcile` does. */
export async function reconcileErp(
  { store, clock, erp }: { store: Store; clock: Clock; erp: Pick<ConnectedErp, 'kind' | 'reconcile'> },
  options: Parameters<ConnectedErp['reconcile']>[0],
  actor: Actor,
): Promise<ErpReconciliation> {
  const result = await erp.reconcile(options);
  const mended = result.differences.filter(({ repaired }) => repaired);
  if (mended.length === 0) return result;
  await retryOnConflict(async () => {
    const unit = new UnitOfWork(store);
    await recordAudit(
      unit,
      { clock },
      {
        actor,
        action: 'erp.repaired',
        subject: `erp:${erp.kind}`,
        details: {
          differences: mended.map(({ orderId, lineId, invoiceId, kind, mend }) => ({
            orderId,
            ...(lineId !== undefined && { lineId }),
            ...(invoiceId !== undefined && { invoiceId }),
            kind,
            mend,
          })),
        },
      },
    );
    await unit.commit();
  });
  return result;
}

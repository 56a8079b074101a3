import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { send } from '../data/api.ts';
import type { ErpDifference, ErpReconciliation } from '../data/types.ts';
import { wordsOfMend } from '../words/erp.ts';
import { formatCount } from '../words/format.ts';
import { Dialog, DialogButton } from './dialog.tsx';
import styles from './erp.module.css';
import { ErrorState, LoadingRows } from './states.tsx';
import { useToasts } from './toasts.tsx';

/** Compares first, shows what a repair would do, and does it only then. No orders: all that are open or changed lately. */
export function RepairDialog({ orderIds, onClose }: { orderIds: readonly string[]; onClose: () => void }) {
  const queryClient = useQueryClient();
  const toasts = useToasts();
  const scope = orderIds.length === 0 ? {} : { orderIds };
  const compared = useQuery({
    queryKey: ['erpComparison', orderIds],
    queryFn: () => send<ErpReconciliation>('POST', 'erp/reconcile', { repair: false, ...scope }),
    gcTime: 0,
    retry: false,
  });
  const repair = async () => {
    try {
      const { differences } = await send<ErpReconciliation>('POST', 'erp/reconcile', {
        repair: true,
        ...scope,
      });
      const mended = differences.filter(({ repaired }) => repaired).length;
      toasts.tell(`${formatCount(mended, 'difference')} repaired.`);
    } finally {
      for (const key of ['exceptions', 'erp', 'work', 'orders']) {
        void queryClient.invalidateQueries({ queryKey: [key] });
      }
    }
  };
  const mendable = compared.data?.differences.filter(({ mend }) => mend !== 'person') ?? [];
  return (
    <Dialog
      wide
      title={orderIds.length === 0 ? 'Compare with the ERP' : `Repair order ${orderIds.join(', ')}`}
      onClose={onClose}
    >
      <div className={styles.dialog}>
        {compared.data === undefined ? (
          compared.isError ? (
            <ErrorState error={compared.error} onRetry={() => void compared.refetch()} />
          ) : (
            <LoadingRows rows={3} />
          )
        ) : (
          <Differences result={compared.data} />
        )}
        <div className={styles.buttons}>
          <Button variant="default" data-first onClick={onClose}>
            {mendable.length === 0 ? 'Close' : 'Cancel'}
          </Button>
          {mendable.length === 0 ? null : (
            <DialogButton onPress={repair}>Repair {formatCount(mendable.length, 'difference')}</DialogButton>
          )}
        </div>
      </div>
    </Dialog>
  );
}

function Differences({ result: { orders, busy, differences } }: { result: ErpReconciliation }) {
  const left = busy === 0 ? '' : ` ${formatCount(busy, 'order')} left out: something is still to be written.`;
  return (
    <>
      <p>
        {formatCount(orders, 'order')} compared, {formatCount(differences.length, 'difference')}.{left}
      </p>
      <ul className={styles.differences}>
        {differences.map((difference) => (
          <Difference key={`${difference.orderId} ${difference.text}`} difference={difference} />
        ))}
      </ul>
    </>
  );
}

function Difference({ difference: { orderId, text, ours, theirs, mend } }: { difference: ErpDifference }) {
  return (
    <li>
      <p>
        <strong>{orderId}</strong> {text}
      </p>
      <p className={styles.sides}>
        Here: {ours}. ERP: {theirs}. Repair: {wordsOfMend(mend)}.
      </p>
    </li>
  );
}

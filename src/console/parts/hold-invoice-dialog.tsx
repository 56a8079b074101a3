import { useSending } from '../data/sending.ts';
import type { InvoiceDetail } from '../data/types.ts';
import { formatAmount } from '../words/format.ts';
import { ReasonForm } from './dialog-form.tsx';
import { Dialog } from './dialog.tsx';
import styles from './exception-dialogs.module.css';

/** Whether a person may still stop it: it waits, and no person stops it already. */
export function canHold({ invoice, holds }: InvoiceDetail): boolean {
  const waiting = holds.filter(({ status }) => status === 'open' || status === 'waiting');
  if (invoice.status !== 'PARKED' && waiting.length === 0) return false;
  return !waiting.some(({ source }) => source === 'person');
}

/** A person stops the payment, whatever the match says later. */
export function HoldInvoiceDialog({ detail, onClose }: { detail: InvoiceDetail; onClose: () => void }) {
  const run = useSending();
  const { id, number, payable, currency } = detail.invoice;
  return (
    <Dialog title="Hold the invoice" onClose={onClose}>
      <div className={styles.preview}>
        <strong>
          {number}, {formatAmount(payable, currency)}
        </strong>
        <p>It is not paid, whatever the match says, until a person accepts or rejects it.</p>
      </div>
      <ReasonForm
        label="Hold the invoice"
        asks="Why?"
        onClose={onClose}
        onSubmit={(reason) =>
          run(`invoices/${encodeURIComponent(id)}/hold`, { reason }, 'The invoice is held.')
        }
      />
    </Dialog>
  );
}

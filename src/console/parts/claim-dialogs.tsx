import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { send } from '../data/api.ts';
import type { ClaimDetail, OrderDetail } from '../data/types.ts';
import { CLAIM_KINDS, wordsOfClaimAction } from '../words/claims.ts';
import { Dialog } from './dialog.tsx';
import styles from './exception-dialogs.module.css';
import { useToasts } from './toasts.tsx';

/** Sends, told as done or as failed; what is on the screen is asked for again. */
export function useSending() {
  const queryClient = useQueryClient();
  const toasts = useToasts();
  return async <T,>(path: string, body: unknown, done: string): Promise<T | undefined> => {
    try {
      const answer = await send<T>('POST', path, body);
      toasts.tell(done);
      return answer;
    } catch (error) {
      toasts.fail(error instanceof Error ? error.message : String(error));
      return undefined;
    } finally {
      for (const key of [
        'claims',
        'orders',
        'invoices',
        'exceptions',
        'approvals',
        'repeats',
        'legal-holds',
        'certificates',
        'certificate-proposals',
        'work',
      ]) {
        void queryClient.invalidateQueries({ queryKey: [key] });
      }
    }
  };
}

export function Form({
  label,
  disabled,
  onSubmit,
  onClose,
  children,
}: {
  label: string;
  disabled: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
      <div className={styles.buttons}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={disabled}>
          {label}
        </Button>
      </div>
    </form>
  );
}

export function ClaimDecisionDialog({
  claim,
  action,
  onClose,
}: {
  claim: ClaimDetail;
  action: string;
  onClose: () => void;
}) {
  const run = useSending();
  const words = wordsOfClaimAction(action);
  const [reason, setReason] = useState('');
  return (
    <Dialog title={words.label} onClose={onClose}>
      <div className={styles.preview}>
        <strong>
          {claim.number}, {claim.value} {claim.currency}
        </strong>
        <p>{words.consequence}</p>
      </div>
      <Form
        label={words.label}
        disabled={reason.trim() === ''}
        onClose={onClose}
        onSubmit={() => {
          onClose();
          const path = `claims/${encodeURIComponent(claim.id)}/decision`;
          void run(path, { action, reason: reason.trim() }, `${words.label}: done.`);
        }}
      >
        <Textarea
          label={words.asks}
          rows={3}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </Form>
    </Dialog>
  );
}

/** A claim by hand about goods of one order line. */
export function OpenClaimDialog({ detail, onClose }: { detail: OrderDetail; onClose: () => void }) {
  const run = useSending();
  const navigate = useNavigate();
  const [kind, setKind] = useState('shortage');
  const [lineId, setLineId] = useState(detail.lines[0]?.id ?? '');
  const [quantity, setQuantity] = useState('');
  const [reason, setReason] = useState('');
  const submit = async () => {
    onClose();
    const body = {
      kind,
      orderId: detail.order.id,
      lines: [{ lineId, quantity: quantity.trim() }],
      reason: reason.trim(),
    };
    const opened = await run<ClaimDetail>('claims', body, 'The claim is open.');
    if (opened !== undefined) void navigate({ to: '/claims/$id', params: { id: opened.id } });
  };
  return (
    <Dialog title="Open a claim" onClose={onClose}>
      <Form
        label="Open the claim"
        disabled={reason.trim() === '' || quantity.trim() === '' || lineId === ''}
        onClose={onClose}
        onSubmit={() => void submit()}
      >
        <NativeSelect
          label="About"
          data={CLAIM_KINDS.map(([value, label]) => ({ value, label }))}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value)}
        />
        <NativeSelect
          label="Line"
          data={detail.lines.map(({ id, description }) => ({
            value: id,
            label: `${id} ${description}`.trim(),
          }))}
          value={lineId}
          onChange={(event) => setLineId(event.currentTarget.value)}
        />
        <TextInput
          label="Quantity"
          inputMode="decimal"
          value={quantity}
          onChange={(event) => setQuantity(event.currentTarget.value)}
        />
        <Textarea
          label="Reason"
          description="The supplier reads it, and it is kept with the claim."
          rows={3}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </Form>
    </Dialog>
  );
}

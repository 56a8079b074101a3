import { NativeSelect, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useSending } from '../data/sending.ts';
import type { ClaimDetail, OrderDetail } from '../data/types.ts';
import { CLAIM_KINDS, wordsOfClaimAction } from '../words/claims.ts';
import { formatAmount } from '../words/format.ts';
import { ReasonForm } from './dialog-form.tsx';
import { Dialog } from './dialog.tsx';
import styles from './exception-dialogs.module.css';

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
  return (
    <Dialog title={words.label} onClose={onClose}>
      <div className={styles.preview}>
        <strong>
          {claim.number}, {formatAmount(claim.value, claim.currency)}
        </strong>
        <p>{words.consequence}</p>
      </div>
      <ReasonForm
        label={words.label}
        asks={words.asks}
        onClose={onClose}
        onSubmit={(reason) => {
          const path = `claims/${encodeURIComponent(claim.id)}/decision`;
          return run(path, { action, reason }, `${words.label}: done.`);
        }}
      />
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
  const submit = async (reason: string) => {
    const body = {
      kind,
      orderId: detail.order.id,
      lines: [{ lineId, quantity: quantity.trim() }],
      reason,
    };
    const opened = await run<ClaimDetail>('claims', body, 'The claim is open.');
    void navigate({ to: '/claims/$id', params: { id: opened.id } });
  };
  return (
    <Dialog title="Open a claim" onClose={onClose}>
      <ReasonForm
        label="Open the claim"
        description="The supplier reads it, and it is kept with the claim."
        disabled={quantity.trim() === '' || lineId === ''}
        onClose={onClose}
        onSubmit={submit}
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
      </ReasonForm>
    </Dialog>
  );
}

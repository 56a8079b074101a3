import { NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { partnersQuery, usePartnerName } from '../data/queries.ts';
import { useSending } from '../data/sending.ts';
import type { Certificate, CertificateProposal } from '../data/types.ts';
import { nameOfSubject } from '../words/certificates.ts';
import styles from './certificate-proposals.module.css';
import { DialogForm, ReasonForm } from './dialog-form.tsx';
import { Dialog } from './dialog.tsx';
import dialogStyles from './exception-dialogs.module.css';
import { Fingerprint } from './fingerprint.tsx';
import { useNow } from './when.tsx';

export type ProposalDecision = 'accept' | 'reject' | 'withdraw';

const WORDS: Record<ProposalDecision, { label: string; consequence: string; asks: string; done: string }> = {
  accept: {
    label: 'Accept',
    consequence: 'It counts beside the partner’s others from now on, and the partner is told.',
    asks: 'Whom have you asked?',
    done: 'It is accepted, and the partner is told.',
  },
  reject: {
    label: 'Reject',
    consequence: 'It does not count. The partner is told, with your reason.',
    asks: 'Why? The partner reads it.',
    done: 'It is rejected, and the partner is told.',
  },
  withdraw: {
    label: 'Withdraw',
    consequence:
      'It was accepted, and counts no longer. There is no message that tells the partner: call him.',
    asks: 'Why?',
    done: 'It counts no longer.',
  },
};

/** A decision on a certificate that a partner has proposed; to accept one, its fingerprint has to have been compared. */
export function ProposalDialog({
  proposal,
  decision,
  onClose,
}: {
  proposal: CertificateProposal;
  decision: ProposalDecision;
  onClose: () => void;
}) {
  const run = useSending();
  const partnerName = usePartnerName();
  const words = WORDS[decision];
  const [compared, setCompared] = useState(false);
  const [from, setFrom] = useState('');
  const { certificate, partnerId, id, uses } = proposal;
  const accepts = decision === 'accept';
  const encrypts = accepts && uses.includes('encrypt');
  const begin = encrypts && from !== '' ? { from: new Date(from).toISOString() } : {};
  return (
    <Dialog title={`${words.label} a certificate`} onClose={onClose}>
      <div className={dialogStyles.preview}>
        <strong>
          {nameOfSubject(certificate.subject)}, {partnerName(partnerId)}
        </strong>
        <p>{words.consequence}</p>
      </div>
      <ReasonForm
        label={words.label}
        asks={words.asks}
        disabled={accepts && !compared}
        onClose={onClose}
        onSubmit={(reason) => {
          const path = `certificate-proposals/${encodeURIComponent(id)}/${decision}`;
          return run(path, { reason, ...begin }, words.done);
        }}
      >
        {accepts ? (
          <>
            <div>
              <p className={dialogStyles.note}>Fingerprint (SHA-256)</p>
              <Fingerprint fingerprint={certificate.fingerprint} />
            </div>
            <label className={styles.check}>
              <input
                type="checkbox"
                checked={compared}
                onChange={(event) => setCompared(event.currentTarget.checked)}
              />
              <span>
                I have compared this fingerprint with the partner, by a way other than this message.
              </span>
            </label>
          </>
        ) : null}
        {encrypts ? (
          <TextInput
            label="From when on we encrypt for it"
            description="Empty: from now on."
            type="datetime-local"
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
        ) : null}
      </ReasonForm>
    </Dialog>
  );
}

const DAY_MS = 86_400_000;
/** Days in which a partner is asked to answer, unless somebody says otherwise. */
const ANSWER_DAYS = 14;

/** Proposes a certificate of ours by message, to one partner or to all with whom certificates are exchanged so. */
export function ProposeDialog({ certificate, onClose }: { certificate: Certificate; onClose: () => void }) {
  const run = useSending();
  const now = useNow();
  const { data } = useQuery(partnersQuery);
  const [partnerId, setPartnerId] = useState('');
  const [day, setDay] = useState(() =>
    new Date(now.getTime() + ANSWER_DAYS * DAY_MS).toISOString().slice(0, 10),
  );
  const partners = (data?.records ?? []).filter(({ channels }) =>
    channels.some(({ type }) => type === 'as2'),
  );
  const body = {
    fingerprint: certificate.fingerprint,
    ...(partnerId !== '' && { partnerIds: [partnerId] }),
    respondBy: day === '' ? '' : new Date(`${day}T23:59:59`).toISOString(),
  };
  return (
    <Dialog title="Propose it to partners" onClose={onClose}>
      <div className={dialogStyles.preview}>
        <strong>{nameOfSubject(certificate.subject)}</strong>
        <p>
          A message with this certificate goes out; each partner decides, and his answer stands under
          Certificates.
        </p>
      </div>
      <DialogForm
        label="Propose"
        disabled={day === ''}
        onClose={onClose}
        onSubmit={() => run('certificate-proposals', body, 'It is on its way.')}
      >
        <NativeSelect
          label="To"
          data={[
            { value: '', label: 'All who take certificates by message' },
            ...partners.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          value={partnerId}
          onChange={(event) => setPartnerId(event.currentTarget.value)}
        />
        <TextInput
          label="Answer asked for by"
          type="date"
          value={day}
          onChange={(event) => setDay(event.currentTarget.value)}
        />
      </DialogForm>
    </Dialog>
  );
}

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRouteId } from '../data/address.ts';
import { useState } from 'react';
import { usePartnerName, useSession, workItemQuery } from '../data/queries.ts';
import { useSending } from '../data/sending.ts';
import type { Work } from '../data/types.ts';
import { ReasonForm } from '../parts/dialog-form.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Card, Fact, Facts, Page } from '../parts/page.tsx';
import { ErrorState, LoadingRows } from '../parts/states.tsx';
import { Status, ToneMark } from '../parts/status.tsx';
import { When } from '../parts/when.tsx';
import { humanise } from '../words/format.ts';
import { labelOf, toneOf } from '../words/tones.ts';
import { describeWork } from '../words/work.ts';
import styles from './delivery-page.module.css';

export function DeliveryPage() {
  const id = useRouteId();
  const query = useQuery(workItemQuery(id));
  if (query.data === undefined) {
    return (
      <Page title="Delivery">
        {query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Card flush>
            <LoadingRows />
          </Card>
        )}
      </Page>
    );
  }
  return <DeliveryContent item={query.data} />;
}

function DeliveryContent({ item }: { item: Work }) {
  const partnerName = usePartnerName();
  const { role } = useSession();
  const [asking, setAsking] = useState<Decision>();
  const title = describeWork(item);
  const fileId = item.payload['fileId'];
  const orderId = item.payload['orderId'];
  return (
    <Page
      title={title}
      above={
        <>
          <Link to="/deliveries">Deliveries</Link> <span aria-hidden="true">/</span>{' '}
          {partnerName(item.partnerId)}
        </>
      }
      heading={
        <>
          {title} <Status code={item.status} />
        </>
      }
      tools={
        item.status === 'dead' && role !== 'viewer' ? (
          <>
            <Button variant="default" onClick={() => setAsking('discard')}>
              {DECISIONS.discard.label}
            </Button>
            <Button onClick={() => setAsking('redrive')}>{DECISIONS.redrive.label}</Button>
          </>
        ) : null
      }
    >
      <Card>
        <Facts>
          <Fact name="Key">
            <code>{item.key}</code>
          </Fact>
          <Fact name="In order with">
            {item.orderingKey === '' ? 'nothing' : <code>{item.orderingKey}</code>}
          </Fact>
          <Fact name="Asked for">
            <When at={item.createdAt} />
          </Fact>
          <Fact name={item.finishedAt === undefined ? 'Next try' : 'Finished'}>
            <When at={item.finishedAt ?? item.notBefore} />
          </Fact>
          {typeof fileId === 'string' ? (
            <Fact name="File">
              <Link to="/files/$id" params={{ id: fileId }}>
                Show the file
              </Link>
            </Fact>
          ) : null}
          {typeof orderId === 'string' ? (
            <Fact name="Order">
              <Link to="/orders/$id" params={{ id: orderId }}>
                {orderId}
              </Link>
            </Fact>
          ) : null}
        </Facts>
      </Card>
      <Card title={`Attempts: ${item.attempts}`}>
        {item.history.length === 0 ? (
          <p className={styles.none}>It has not been tried yet.</p>
        ) : (
          <ol className={styles.attempts}>
            {[...item.history].reverse().map((attempt, index) => (
              <li key={index}>
                <ToneMark tone={toneOf(attempt.outcome)} />
                <div>
                  <strong>{labelOf(attempt.outcome) ?? humanise(attempt.outcome)}</strong>
                  <p>{attempt.message}</p>
                </div>
                <When at={attempt.at} />
              </li>
            ))}
          </ol>
        )}
      </Card>
      <Card>
        <details>
          <summary className={styles.summary}>What it carries</summary>
          <pre className={styles.json}>{JSON.stringify(item.payload, null, 2)}</pre>
        </details>
      </Card>
      {asking === undefined ? null : (
        <DecisionDialog id={item.id} decision={asking} onClose={() => setAsking(undefined)} />
      )}
    </Page>
  );
}

type Decision = 'redrive' | 'discard';

const DECISIONS: Record<Decision, { label: string; consequence: string; question: string; done: string }> = {
  redrive: {
    label: 'Try again',
    consequence:
      'The step is taken up again with the same content and the same key: the receiver can tell it from a second one.',
    question: 'What has changed since',
    done: 'It is taken up again.',
  },
  discard: {
    label: 'Discard',
    consequence: 'The step is not done any more. What stands behind it in the same order goes on.',
    question: 'Why it is not wanted any more',
    done: 'It is discarded.',
  },
};

interface DecisionDialogProps {
  id: string;
  decision: Decision;
  onClose: () => void;
}

function DecisionDialog({ id, decision, onClose }: DecisionDialogProps) {
  const { label, consequence, question, done } = DECISIONS[decision];
  const run = useSending();
  return (
    <Dialog title={label} onClose={onClose}>
      <p>{consequence}</p>
      <ReasonForm
        label={label}
        asks={question}
        onClose={onClose}
        onSubmit={(reason) => run(`work/${encodeURIComponent(id)}/${decision}`, { reason }, done)}
      />
    </Dialog>
  );
}

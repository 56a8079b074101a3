import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { send } from '../data/api.ts';
import { useSession } from '../data/queries.ts';
import type { ErpCheck, ErpOverview } from '../data/types.ts';
import { wordsOfProtocol } from '../words/erp.ts';
import { formatCount } from '../words/format.ts';
import styles from './erp.module.css';
import { Card, Fact, Facts } from './page.tsx';
import { ToneMark } from './status.tsx';
import { useToasts } from './toasts.tsx';
import { When } from './when.tsx';

type Connection = NonNullable<ErpOverview['connection']>;

/** Where the ERP is and how it answers; with a check of everything that the exchange needs. */
export function ErpConnection({ connection, since }: { connection: Connection; since: string | undefined }) {
  const { role } = useSession();
  const [check, setCheck] = useState<ErpCheck>();
  const { url, database, version, protocol, running, waiting, limit, readAt, trouble } = connection;
  return (
    <Card title="Connection" tools={role === 'viewer' ? undefined : <Actions onChecked={setCheck} />}>
      <Facts>
        <Fact name="Address">{url}</Fact>
        <Fact name="Database">{database}</Fact>
        <Fact name="Spoken">
          {version === undefined || protocol === undefined
            ? 'not known yet'
            : `${version}, ${wordsOfProtocol(protocol)}`}
        </Fact>
        <Fact name="Last read">{readAt === undefined ? 'not since the start' : <When at={readAt} />}</Fact>
        <Fact name="Orders from">{since === undefined ? 'the first reading' : <When at={since} />}</Fact>
        <Fact name="Calls at a time">
          {running} of {limit}
          {waiting === 0 ? '' : `, ${formatCount(waiting, 'call')} waiting`}
        </Fact>
      </Facts>
      {trouble === undefined ? null : (
        <p className={styles.trouble}>
          <ToneMark tone="bad" />
          <span>{trouble}</span>
        </p>
      )}
      <div aria-live="polite">{check === undefined ? null : <CheckResult check={check} />}</div>
    </Card>
  );
}

function Actions({ onChecked }: { onChecked: (check: ErpCheck) => void }) {
  const queryClient = useQueryClient();
  const toasts = useToasts();
  const [running, setRunning] = useState<'check' | 'read'>();
  const run = async (what: 'check' | 'read', work: () => Promise<void>) => {
    setRunning(what);
    try {
      await work();
    } catch (error) {
      toasts.fail(error instanceof Error ? error.message : String(error));
    }
    setRunning(undefined);
    void queryClient.invalidateQueries({ queryKey: ['erp'] });
  };
  const read = async () => {
    await send('POST', 'erp/read', {});
    toasts.tell('Read: what has changed in the ERP is known here.');
  };
  const check = async () => onChecked(await send<ErpCheck>('POST', 'erp/check', {}));
  return (
    <div className={styles.actions}>
      <Button variant="default" size="xs" loading={running === 'read'} onClick={() => void run('read', read)}>
        Read now
      </Button>
      <Button
        variant="default"
        size="xs"
        loading={running === 'check'}
        onClick={() => void run('check', check)}
      >
        Check
      </Button>
    </div>
  );
}

const TONES = { ok: 'good', missing: 'attention', failed: 'bad' } as const;
const WORDS = { ok: 'Done', missing: 'Missing', failed: 'Failed' } as const;

function CheckResult({ check: { ok, steps } }: { check: ErpCheck }) {
  return (
    <>
      <h3 className={styles.result}>{ok ? 'The check went through' : 'The check failed'}</h3>
      <ol className={styles.steps}>
        {steps.map(({ name, result, text }, index) => (
          <li key={`${name}-${index}`}>
            <ToneMark tone={TONES[result]} title={WORDS[result]} />
            <strong>{name}</strong>
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

import { Button } from '@mantine/core';
import { useState } from 'react';
import { send } from '../data/api.ts';
import { useSession } from '../data/queries.ts';
import type { ChannelStatus, ChannelTest } from '../data/types.ts';
import { describeReceiving } from '../words/channel.ts';
import { formatCount, formatSize, humanise } from '../words/format.ts';
import styles from './channel-card.module.css';
import { Card, Fact, Facts } from './page.tsx';
import { Status, ToneMark } from './status.tsx';
import { When } from './when.tsx';

/** One way to a partner: its state, what went through it, and a test of every step. */
export function ChannelCard({ channel }: { channel: ChannelStatus }) {
  const { role } = useSession();
  const [test, setTest] = useState<ChannelTest | Error>();
  const [running, setRunning] = useState(false);
  const run = async () => {
    setRunning(true);
    const path = [channel.partnerId, 'channels', channel.name].map(encodeURIComponent).join('/');
    try {
      setTest(await send<ChannelTest>('POST', `partners/${path}/test`));
    } catch (error) {
      setTest(error instanceof Error ? error : new Error(String(error)));
    }
    setRunning(false);
  };
  return (
    <Card
      title={
        <span className={styles.title}>
          {channel.name} <span className={styles.type}>{channel.type}</span> <Status code={channel.state} />
        </span>
      }
      tools={
        role === 'viewer' || channel.state === 'off' ? undefined : (
          <Button
            variant="default"
            size="xs"
            loading={running}
            aria-label={`Test the channel ${channel.name}`}
            onClick={() => void run()}
          >
            Test
          </Button>
        )
      }
    >
      {channel.state === 'off' ? (
        <p className={styles.off}>It is switched off in partner.yaml.</p>
      ) : (
        <ChannelFacts channel={channel} />
      )}
      <div aria-live="polite">{test === undefined ? null : <TestResult test={test} />}</div>
    </Card>
  );
}

function ChannelFacts({ channel }: { channel: ChannelStatus }) {
  const { report } = channel;
  const sends = channel.documents?.map((type) => humanise(type)).join(', ') ?? 'all documents';
  const trouble = lastError(report);
  return (
    <>
      <Facts>
        <Fact name="Receives">{describeReceiving(channel)}</Fact>
        <Fact name="Sends">{channel.send ? sends : 'nothing'}</Fact>
        {channel.quietUntil === undefined ? null : (
          <Fact name="Left alone until">
            <When at={channel.quietUntil} />
          </Fact>
        )}
        {report === undefined ? null : (
          <>
            <Fact name="Came in">
              <Traffic traffic={report.inbound} />
            </Fact>
            <Fact name="Went out">
              <Traffic traffic={report.outbound} />
            </Fact>
            {report.sending + report.waiting === 0 ? null : (
              <Fact name="Under way">{formatCount(report.sending + report.waiting, 'file')}</Fact>
            )}
          </>
        )}
        {report?.circuit === 'open' && report.retryAt !== undefined ? (
          <Fact name="Deliveries go on">
            <When at={report.retryAt} />
          </Fact>
        ) : null}
      </Facts>
      {trouble === undefined ? null : (
        <p className={styles.trouble}>
          <ToneMark tone={channel.state === 'failing' ? 'bad' : 'quiet'} />
          <span>
            <When at={trouble.at} />: {trouble.text}
          </span>
        </p>
      )}
    </>
  );
}

type Report = NonNullable<ChannelStatus['report']>;

function Traffic({ traffic }: { traffic: Report['inbound'] }) {
  if (traffic.lastSuccessAt === undefined) return <>nothing since the start</>;
  return (
    <>
      {formatCount(traffic.files, 'file')}, {formatSize(traffic.bytes)}
      <br />
      <span className={styles.last}>
        last worked <When at={traffic.lastSuccessAt} short />
      </span>
    </>
  );
}

/** The newest failure of either direction. */
function lastError(report: Report | undefined): { at: string; text: string } | undefined {
  if (report === undefined) return undefined;
  return [report.inbound, report.outbound]
    .flatMap(({ lastFailureAt: at, lastError: text }) =>
      at === undefined || text === undefined ? [] : [{ at, text }],
    )
    .sort((a, b) => (a.at < b.at ? 1 : -1))[0];
}

function TestResult({ test }: { test: ChannelTest | Error }) {
  if (test instanceof Error) {
    return (
      <p className={styles.trouble}>
        <ToneMark tone="bad" /> <span>The test could not be made: {test.message}</span>
      </p>
    );
  }
  return (
    <>
      <h3 className={styles.result}>{test.ok ? 'The test went through' : 'The test failed'}</h3>
      <ol className={styles.steps}>
        {test.steps.map((step) => (
          <li key={step.name}>
            <ToneMark tone={step.ok ? 'good' : 'bad'} title={step.ok ? 'Done' : 'Failed'} />
            <strong>{step.name}</strong>
            <span className={styles.text}>{step.text}</span>
            <span className={styles.duration}>{step.durationMs} ms</span>
          </li>
        ))}
      </ol>
    </>
  );
}

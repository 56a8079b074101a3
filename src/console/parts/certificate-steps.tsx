import type { ReactNode } from 'react';
import type { Certificate } from '../data/types.ts';
import { listSteps } from '../words/certificates.ts';
import styles from './certificates.module.css';
import { CopyButton } from './copy-button.tsx';
import { Card } from './page.tsx';
import { ToneMark } from './status.tsx';
import { useNow } from './when.tsx';

/** Names of settings and files stand between backticks. */
function withCode(text: string): ReactNode[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}

/** What is wrong with a certificate, and what to do about it, with the commands for it. */
export function CertificateSteps({
  certificate,
  siblings,
  remarks,
}: {
  certificate: Certificate;
  siblings: readonly Certificate[];
  remarks: readonly string[];
}) {
  const steps = listSteps(certificate, siblings, useNow());
  return (
    <Card title="What to do">
      {remarks.length === 0 ? null : (
        <ul className={styles.remarks}>
          {remarks.map((remark) => (
            <li key={remark}>
              <ToneMark tone={certificate.state === 'untrusted' ? 'bad' : 'attention'} />
              <span>{remark.charAt(0).toUpperCase() + remark.slice(1)}.</span>
            </li>
          ))}
        </ul>
      )}
      <ol className={styles.steps} data-single={steps.length === 1}>
        {steps.map(({ text, command }) => (
          <li key={text}>
            <p>{withCode(text)}</p>
            {command === undefined ? null : (
              <div className={styles.command}>
                <code>{command}</code>
                <CopyButton text={command} label={`Copy the command ${command}`} />
              </div>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}

import type { Certificate } from '../data/types.ts';
import { describeDaysLeft } from '../words/certificates.ts';
import { formatDate, formatExact } from '../words/format.ts';
import styles from './certificates.module.css';

/** A day; the exact moment on hover. */
export function Day({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatExact(at)}>
      {formatDate(at.slice(0, 10))}
    </time>
  );
}

/** The day it ends, and how long that is from now; where the settings retire it before, since when. */
export function CertificateEnd({ certificate }: { certificate: Certificate }) {
  const { validTo, until, state, daysLeft, succeeded } = certificate;
  const retires = until !== undefined && until < validTo ? until : undefined;
  return (
    <div className={styles.end}>
      <Day at={validTo} />
      {state === 'retired' ? null : (
        <p data-urgent={!succeeded && (state === 'expired' || certificate.endsSoon)}>
          {describeDaysLeft(daysLeft)}
        </p>
      )}
      {retires === undefined ? null : (
        <p>
          {state === 'retired' ? 'retired since' : 'retires on'} <Day at={retires} />
        </p>
      )}
    </div>
  );
}

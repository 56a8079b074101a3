import { usePartnerName } from '../data/queries.ts';
import type { CertificateList } from '../data/types.ts';
import styles from './certificates.module.css';
import { ToneMark } from './status.tsx';

/** Settings whose certificates or lists cannot be had: who is meant, and why. */
export function UnreadableCertificates({ unreadable }: Pick<CertificateList, 'unreadable'>) {
  const partnerName = usePartnerName();
  if (unreadable.length === 0) return null;
  return (
    <ul className={styles.unreadable} aria-label="What cannot be read">
      {unreadable.map(({ owner, channel, text }) => (
        <li key={`${owner} ${channel} ${text}`}>
          <ToneMark tone="bad" title="Cannot be read" />
          <p>
            <strong>{owner === 'own' ? 'Ours' : partnerName(owner)}:</strong> {text}
          </p>
        </li>
      ))}
    </ul>
  );
}

import { groupFingerprint } from '../words/certificates.ts';
import { CopyButton } from './copy-button.tsx';
import styles from './fingerprint.module.css';

/** A fingerprint in groups of four digits, four to a line, to be compared by telephone; marked and copied, it is one text. */
export function Fingerprint({ fingerprint }: { fingerprint: string }) {
  return (
    <div className={styles.fingerprint}>
      <ol className={styles.lines} aria-label="In groups, to be read out">
        {groupFingerprint(fingerprint).map((groups, line) => (
          <li key={line}>
            <span className={styles.number} aria-hidden="true">
              {line + 1}
            </span>
            <code>{groups.join(' ')}</code>
          </li>
        ))}
      </ol>
      <div className={styles.whole}>
        <code>{fingerprint}</code>
        <CopyButton text={fingerprint} label="Copy the fingerprint" />
      </div>
    </div>
  );
}

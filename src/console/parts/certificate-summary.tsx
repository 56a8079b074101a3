import { Link } from '@tanstack/react-router';
import { standingOf } from '../data/certificates.ts';
import type { Standing } from '../data/certificates.ts';
import type { Certificate } from '../data/types.ts';
import { wordsOfUrgent } from '../words/certificates.ts';
import styles from './certificates.module.css';
import { ToneMark } from './status.tsx';
import { toneOf } from '../words/tones.ts';
import { useNow } from './when.tsx';

const URGENT: readonly Standing[] = ['expired', 'untrusted', 'endsSoon'];

/** What asks for somebody, each with the list of it. */
export function CertificateSummary({ certificates }: { certificates: readonly Certificate[] }) {
  const now = useNow();
  const urgent = URGENT.map((standing) => ({
    standing,
    count: certificates.filter((one) => standingOf(one, now) === standing).length,
  })).filter(({ count }) => count > 0);
  if (urgent.length === 0) {
    return certificates.length === 0 ? null : (
      <p className={styles.summary}>
        <ToneMark tone="good" /> Nothing ends within 60 days without a successor.
      </p>
    );
  }
  return (
    <ul className={styles.summary} aria-label="What asks for somebody">
      {urgent.map(({ standing, count }) => (
        <li key={standing}>
          <ToneMark tone={toneOf(`certificate:${standing}`)} />
          <Link to="/certificates" search={{ state: standing }}>
            {wordsOfUrgent(standing, count)}
          </Link>
        </li>
      ))}
    </ul>
  );
}

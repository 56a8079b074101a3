import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { idOf, isAuthority, sortByEnd } from '../data/certificates.ts';
import { certificatesQuery } from '../data/queries.ts';
import { describeDaysLeft, describeUses, nameOfSubject } from '../words/certificates.ts';
import { CertificateStatus } from './certificate-table.tsx';
import styles from './certificates.module.css';
import { Card } from './page.tsx';
import { ErrorState } from './states.tsx';
import { UnreadableCertificates } from './unreadable-certificates.tsx';

/** The AS2 certificates of one partner in short; nothing where he has none. */
export function PartnerCertificates({ partnerId }: { partnerId: string }) {
  const { data, error, refetch } = useQuery(certificatesQuery(partnerId));
  if (data === undefined) {
    return error === null ? null : (
      <Card title="Certificates">
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Card>
    );
  }
  const certificates = sortByEnd(data.records.filter((one) => !isAuthority(one)));
  if (certificates.length === 0 && data.unreadable.length === 0) return null;
  return (
    <Card
      title="Certificates"
      tools={
        <Link to="/certificates" search={{ partnerId }}>
          All with their authorities and lists
        </Link>
      }
    >
      <UnreadableCertificates unreadable={data.unreadable} />
      <ul className={styles.list}>
        {certificates.map((one) => (
          <li key={[one.channel, ...one.uses, one.fingerprint].join(' ')}>
            <Link to="/certificates/$id" params={{ id: idOf(one) }}>
              {nameOfSubject(one.subject)}
            </Link>
            <CertificateStatus certificate={one} />
            <span>{describeUses(one)}</span>
            <span>{describeDaysLeft(one.daysLeft)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

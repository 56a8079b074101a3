import { Link } from '@tanstack/react-router';
import { idOf, standingOf } from '../data/certificates.ts';
import { usePartnerName } from '../data/queries.ts';
import type { Certificate } from '../data/types.ts';
import {
  describeDuties,
  describeKey,
  describeUses,
  nameOfSubject,
  shortFingerprint,
} from '../words/certificates.ts';
import { CertificateEnd } from './certificate-end.tsx';
import styles from './certificates.module.css';
import { Status, ToneMark } from './status.tsx';
import { Table } from './table.tsx';
import type { Column } from './table.tsx';
import { useNow } from './when.tsx';

export function CertificateStatus({ certificate }: { certificate: Certificate }) {
  return <Status code={`certificate:${standingOf(certificate, useNow())}`} />;
}

/** Certificates with what they do and when they end; each leads to its own page. */
export function CertificateTable({
  caption,
  certificates,
}: {
  caption: string;
  certificates: readonly Certificate[];
}) {
  const partnerName = usePartnerName();
  const columns: Column<Certificate>[] = [
    {
      name: 'Certificate',
      width: '24%',
      cell: (one) => (
        <div className={styles.name}>
          <Link to="/certificates/$id" params={{ id: idOf(one) }}>
            {nameOfSubject(one.subject)}
          </Link>
          <p className={styles.short}>{shortFingerprint(one)}</p>
          {one.owner === 'own' ? null : <p>{partnerName(one.owner)}</p>}
          {one.shownTo === undefined ? null : <p>for {partnerName(one.shownTo)} alone</p>}
          {one.issuer === one.subject ? null : <p>issued by {nameOfSubject(one.issuer)}</p>}
        </div>
      ),
    },
    { name: 'State', extra: true, width: '14%', cell: (one) => <CertificateStatus certificate={one} /> },
    {
      name: 'Ends',
      width: '16%',
      cell: (one) => (
        <>
          <div className={styles.narrow}>
            <CertificateStatus certificate={one} />
          </div>
          <CertificateEnd certificate={one} />
        </>
      ),
    },
    { name: 'For', extra: true, width: '13%', cell: describeUses },
    {
      name: 'What it does now',
      extra: true,
      width: '20%',
      cell: (one) => (
        <ul className={styles.duties}>
          {describeDuties(one).map((duty) => (
            <li key={duty}>{duty}</li>
          ))}
        </ul>
      ),
    },
    {
      name: 'Key',
      extra: true,
      width: '13%',
      cell: (one) => (
        <>
          {describeKey(one)}
          {one.weaknesses.length === 0 ? null : (
            <p className={styles.weak}>
              <ToneMark tone="attention" /> weak
            </p>
          )}
        </>
      ),
    },
  ];
  return (
    <Table
      caption={caption}
      columns={columns}
      rows={certificates}
      keyOf={(one) => [one.owner, one.channel, ...one.uses, one.fingerprint].join(' ')}
    />
  );
}

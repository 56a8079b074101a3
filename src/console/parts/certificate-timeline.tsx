import { Link } from '@tanstack/react-router';
import { idOf, toSpans } from '../data/certificates.ts';
import type { CertificateSpan } from '../data/certificates.ts';
import type { Certificate } from '../data/types.ts';
import { nameOfSubject, shortFingerprint } from '../words/certificates.ts';
import { formatDate } from '../words/format.ts';
import styles from './certificate-timeline.module.css';
import { Card } from './page.tsx';
import { useNow } from './when.tsx';

const YEAR_MS = 365 * 86_400_000;

/** Old and new of one owner beside each other: how long each is accepted, and when it is the one that is used. */
export function CertificateTimeline({
  certificate,
  siblings,
}: {
  certificate: Certificate;
  siblings: readonly Certificate[];
}) {
  const now = useNow().getTime();
  const spans = toSpans(siblings);
  // What lies years away would press together the part that counts.
  const start = Math.max(now - YEAR_MS, Math.min(now, ...spans.map(({ accepted: [from] }) => from)));
  const end = Math.min(now + 3 * YEAR_MS, Math.max(now, ...spans.map(({ accepted: [, to] }) => to)));
  const place = ([from, to]: readonly [number, number]) => {
    const share = (at: number): number =>
      ((Math.min(Math.max(at, start), end) - start) / (end - start)) * 100;
    return { left: `${share(from)}%`, width: `${share(to) - share(from)}%` };
  };
  return (
    <Card title={spans.length > 1 ? 'Switch-over' : 'When it counts'}>
      <ol className={styles.spans}>
        {spans.map((span) => (
          <li key={`${idOf(span.certificate)} ${span.certificate.uses.join()}`}>
            <div className={styles.words}>
              {idOf(span.certificate) === idOf(certificate) ? (
                <strong>{nameOfSubject(span.certificate.subject)}</strong>
              ) : (
                <Link to="/certificates/$id" params={{ id: idOf(span.certificate) }}>
                  {nameOfSubject(span.certificate.subject)}
                </Link>
              )}
              <code>{shortFingerprint(span.certificate)}</code>
              <span>{describeSpan(span)}</span>
            </div>
            <div className={styles.bar} aria-hidden="true">
              <span className={styles.accepted} style={place(span.accepted)} />
              {span.used === undefined ? null : <span className={styles.used} style={place(span.used)} />}
              <span className={styles.now} style={{ left: place([now, now]).left }} />
            </div>
          </li>
        ))}
      </ol>
      <p className={styles.legend} aria-hidden="true">
        <span>
          <i data-kind="accepted" /> accepted in what comes in
        </span>
        <span>
          <i data-kind="used" /> used for what goes out
        </span>
        <span>
          <i data-kind="now" /> today
        </span>
      </p>
    </Card>
  );
}

function describeSpan({ certificate, accepted, used }: CertificateSpan): string {
  const text = ([from, to]: readonly [number, number]): string => `${day(from)} – ${day(to)}`;
  if (certificate.state === 'untrusted') return `not trusted now; by the settings ${text(accepted)}`;
  const { owner, uses } = certificate;
  // Nothing comes in with what is shown in TLS alone.
  if (owner === 'own' && uses.every((use) => use === 'tls')) return `used ${text(used ?? accepted)}`;
  const turn = used === undefined ? '' : `, used ${text(used)}`;
  return `accepted ${text(accepted)}${turn}`;
}

function day(at: number): string {
  return formatDate(new Date(at).toISOString().slice(0, 10));
}

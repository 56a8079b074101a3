import { Link } from '@tanstack/react-router';
import type { DocumentRow } from '../data/types.ts';
import { humanise } from '../words/format.ts';
import styles from './document-table.module.css';
import { Icon } from './icons.tsx';
import { EmptyState } from './states.tsx';
import { Status } from './status.tsx';
import { When } from './when.tsx';

/** Documents in and out, each with its state here and its acknowledgment. */
export function DocumentTable({ documents }: { documents: readonly DocumentRow[] }) {
  if (documents.length === 0) return <EmptyState title="No documents" />;
  return (
    <ul className={styles.list}>
      {documents.map((document) => (
        <li key={document.id} className={styles.item}>
          <span
            className={styles.direction}
            title={document.direction === 'inbound' ? 'From the partner' : 'From us'}
          >
            <Icon name={document.direction === 'inbound' ? 'in' : 'out'} width="16" height="16" />
            <span className="visually-hidden">{document.direction}</span>
          </span>
          <div className={styles.words}>
            <Link to="/documents/$id" params={{ id: document.id }}>
              {document.documentType === 'unknown' ? 'Unknown document' : humanise(document.documentType)}{' '}
              {document.number}
            </Link>
            <p>
              {document.transactionType} <span aria-hidden="true">·</span> <When at={document.createdAt} />
            </p>
            {document.acknowledgmentStatus === 'notExpected' ? null : (
              <p>
                Acknowledgment: <Status code={document.acknowledgmentStatus} bare />
              </p>
            )}
          </div>
          <Status code={document.status} />
        </li>
      ))}
    </ul>
  );
}

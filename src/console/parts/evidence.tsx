import { Link } from '@tanstack/react-router';
import type { Exception } from '../data/types.ts';
import styles from './evidence.module.css';

/** What the exception rests on: in words, as sent, and where it stands in the file. */
export function Evidence({ evidence }: { evidence: Exception['evidence'] }) {
  if (evidence.length === 0) return <p className={styles.none}>Nothing was recorded with it.</p>;
  return (
    <ul className={styles.list}>
      {evidence.map((one, index) => (
        <li key={index} className={styles.item}>
          <p>{one.text}</p>
          {one.actual === undefined && one.expected === undefined ? null : (
            <p className={styles.compare}>
              {one.expected === undefined ? null : (
                <span>
                  expected <code>{one.expected}</code>
                </span>
              )}
              {one.actual === undefined ? null : (
                <span>
                  found <code className={styles.actual}>{one.actual}</code>
                </span>
              )}
            </p>
          )}
          {one.snippet === undefined ? null : <pre className={styles.snippet}>{one.snippet}</pre>}
          {one.documentId !== undefined && one.documentId !== '' ? (
            <Link to="/documents/$id" params={{ id: one.documentId }}>
              Show the document
            </Link>
          ) : one.fileId !== undefined && one.fileId !== '' ? (
            <Link to="/files/$id" params={{ id: one.fileId }}>
              Show it in the file
            </Link>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

import { Link } from '@tanstack/react-router';
import type { Search } from '../data/address.ts';
import type { DocumentRow, Interchange } from '../data/types.ts';
import styles from './interchange-tree.module.css';
import { Status } from './status.tsx';

/** Interchange, group, transaction: what is in the file, and what was accepted. */
export function InterchangeTree({
  interchanges,
  documents,
  segmentOf,
}: {
  interchanges: readonly Interchange[];
  documents: readonly DocumentRow[];
  /** Number of a document's first segment. */
  segmentOf: (documentId: string) => number | undefined;
}) {
  return (
    <ul className={styles.tree}>
      {interchanges.map((interchange) => (
        <li key={interchange.id}>
          <div className={styles.node}>
            <span>
              Interchange <strong>{interchange.controlNumber}</strong>
              {interchange.test ? ' (test)' : ''}
            </span>
            <Status code={interchange.status} bare />
          </div>
          <p className={styles.parties}>
            {interchange.senderId} → {interchange.receiverId}
          </p>
          <ul>
            {interchange.groups.map((group, index) => (
              <li key={index}>
                {group.controlNumber === '' ? null : (
                  <div className={styles.node}>
                    <span>
                      Group {group.functionalId} <strong>{group.controlNumber}</strong>
                    </span>
                  </div>
                )}
                <ul>
                  {group.transactions.map((transaction) => {
                    const document = documents.find(({ id }) => id === transaction.documentId);
                    const segment = segmentOf(transaction.documentId);
                    return (
                      <li key={transaction.controlNumber} className={styles.node}>
                        <span>
                          {segment === undefined ? (
                            transaction.type
                          ) : (
                            <Link
                              to="."
                              search={(old: Search) => ({
                                ...old,
                                seg: String(segment),
                                document: transaction.documentId,
                              })}
                              replace
                              resetScroll={false}
                            >
                              {transaction.type} {document?.number}
                            </Link>
                          )}{' '}
                          <span className={styles.control}>{transaction.controlNumber}</span>
                        </span>
                        {document === undefined ? null : <Status code={document.status} bare />}
                      </li>
                    );
                  })}
                </ul>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { TimelineEntry } from '../data/types.ts';
import { humanise } from '../words/format.ts';
import styles from './timeline.module.css';
import { usePrinting } from './printing.ts';
import { Steps } from './steps.tsx';
import { When } from './when.tsx';

const TONES: Record<string, string> = {
  transmissionFailed: 'bad',
  deadlineReached: 'attention',
  invoiceHeld: 'attention',
  buyerDecided: 'person',
  orderCancelled: 'person',
  resendRequested: 'person',
};

const FIRST = 12;

/** Every event with who, what and why; the newest first. */
export function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  const [all, setAll] = useState(false);
  const printing = usePrinting();
  const shown = all || printing ? entries : entries.slice(0, FIRST);
  return (
    <>
      <ol className={styles.timeline}>
        {shown.map((entry) => (
          <li key={entry.sequence} className={styles.entry} data-tone={TONES[entry.type] ?? 'plain'}>
            <div className={styles.head}>
              <strong>{entry.title}</strong>
              <When at={entry.at} />
            </div>
            <p className={styles.meta}>
              by {entry.actor}
              {entry.note === undefined ? '' : `: ${entry.note}`}
              {entry.documentId === undefined ? null : (
                <>
                  {' · '}
                  <Link to="/documents/$id" params={{ id: entry.documentId }}>
                    document
                  </Link>
                </>
              )}
              {entry.invoiceId === undefined ? null : (
                <>
                  {' · '}
                  <Link to="/invoices/$id" params={{ id: entry.invoiceId }}>
                    invoice
                  </Link>
                </>
              )}
            </p>
            <Reasons entry={entry} />
          </li>
        ))}
      </ol>
      {entries.length > FIRST && !all && !printing ? (
        <button type="button" className={`${styles.more} no-print`} onClick={() => setAll(true)}>
          Show all {entries.length} events
        </button>
      ) : null}
    </>
  );
}

/** Up to this many reasons are shown at once. */
const FEW = 2;

function Reasons({ entry }: { entry: TimelineEntry }) {
  if (entry.explanations.length === 0) return null;
  const list = (
    <Steps rows={entry.explanations} name="reason">
      {(shown) => <ReasonList reasons={shown} />}
    </Steps>
  );
  if (entry.explanations.length <= FEW) return list;
  return (
    <details className={styles.details}>
      <summary>Why: {entry.explanations.length} reasons</summary>
      {list}
      <p className={styles.rule}>Decided under policy {entry.policyVersion}</p>
    </details>
  );
}

function ReasonList({ reasons }: { reasons: readonly TimelineEntry['explanations'][number][] }) {
  return (
    <ul className={styles.reasons}>
      {reasons.map((one, index) => (
        <li key={index}>
          {one.lineId === undefined || one.text.startsWith('Line ') ? null : (
            <strong>Line {one.lineId}: </strong>
          )}
          {one.text}{' '}
          <span className={styles.rule}>
            {[
              `rule ${one.rule}`,
              ...(one.code === undefined ? [] : [humanise(one.code)]),
              ...(one.tolerance === undefined
                ? []
                : [`limit ${one.tolerance.limit} from ${one.tolerance.level} ${one.tolerance.version}`]),
            ].join(' · ')}
          </span>
        </li>
      ))}
    </ul>
  );
}

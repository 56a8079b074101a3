import { Link } from '@tanstack/react-router';
import type { Search } from '../data/address.ts';
import type { Finding } from '../data/types.ts';
import { toneOf } from '../words/tones.ts';
import styles from './findings.module.css';
import { ToneMark } from './status.tsx';

/** One finding: the sentence, what was found, what was expected, and what the partner is told of it. */
export function FindingNote({ finding, brief }: { finding: Finding; brief?: boolean }) {
  return (
    <div className={styles.finding} data-severity={finding.severity}>
      <ToneMark tone={toneOf(finding.severity)} title={finding.severity} />
      <div>
        <p>{finding.message}</p>
        {brief === true ? null : (
          <p className={styles.values}>
            {finding.actual === undefined ? null : (
              <span>
                found <code>{finding.actual}</code>
              </span>
            )}
            {finding.expected === undefined ? null : (
              <span>
                expected <code>{finding.expected}</code>
              </span>
            )}
            <span className={styles.code}>
              {finding.code}
              {finding.acknowledgment === undefined
                ? ''
                : ` · acknowledged as ${finding.acknowledgment.level} code ${finding.acknowledgment.code}`}
            </span>
          </p>
        )}
      </div>
    </div>
  );
}

export function FindingList({
  findings,
  segmentOf,
  unit,
}: {
  findings: readonly Finding[];
  /** Number of the segment that a finding is at, to go there. */
  segmentOf: (index: number) => number | undefined;
  /** What a row of the file is called: `Segment`, `Line`. */
  unit: string;
}) {
  return (
    <ul className={styles.list}>
      {findings.map((finding, index) => {
        const segment = segmentOf(index);
        return (
          <li key={index}>
            <FindingNote finding={finding} brief />
            {segment === undefined ? null : (
              <Link
                to="."
                search={(old: Search) => ({ ...old, seg: String(segment) })}
                replace
                resetScroll={false}
                className={styles.go}
              >
                {unit} {segment}
              </Link>
            )}
          </li>
        );
      })}
    </ul>
  );
}

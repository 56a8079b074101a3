import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { OrderLine } from '../data/types.ts';
import { formatCount } from '../words/format.ts';
import { useHeldFocus } from './focus.ts';
import { Icon } from './icons.tsx';
import { usePrinting } from './printing.ts';
import styles from './steps.module.css';

/** Rows that a browser draws in no time; some thousands take it seconds. */
const STEP = 200;

/** The first rows, and as many more at each press; on paper all of them. */
export function Steps<T>({
  rows,
  name,
  children,
}: {
  rows: readonly T[];
  /** What one row is: `line`. */
  name: string;
  children: (shown: readonly T[]) => ReactNode;
}) {
  const [count, setCount] = useState(STEP);
  const printing = usePrinting();
  // The last press takes its own button away.
  const held = useHeldFocus<HTMLDivElement>();
  const shown = printing ? rows : rows.slice(0, count);
  const left = rows.length - shown.length;
  return (
    <>
      {children(shown)}
      {rows.length <= STEP ? null : (
        <div ref={held} tabIndex={-1} className={`${styles.more} no-print`}>
          <span role="status">
            {left === 0
              ? `All ${formatCount(rows.length, name)} are shown.`
              : `The first ${formatCount(shown.length, name)} of ${formatCount(rows.length, name)}.`}
          </span>
          {left === 0 ? null : (
            <Button variant="default" size="xs" onClick={() => setCount(count + STEP)}>
              Show {Math.min(STEP, left)} more
            </Button>
          )}
        </div>
      )}
    </>
  );
}

/** Lines of an order in steps; where there are many, each can be found, also one that is not drawn yet. */
export function LinesInSteps({
  lines,
  chosen,
  children,
}: {
  lines: readonly OrderLine[];
  /** The line that it is about: among the first. */
  chosen?: string | undefined;
  children: (shown: readonly OrderLine[]) => ReactNode;
}) {
  const [text, setText] = useState('');
  const printing = usePrinting();
  if (lines.length <= STEP) return children(lines);
  const at = lines.findIndex(({ id }) => id === chosen);
  const ordered = at < STEP ? lines : [lines[at]!, ...lines.toSpliced(at, 1)];
  const term = text.trim().toLowerCase();
  // Paper does not tell what was searched for: it has all of them.
  const found = term === '' || printing ? ordered : ordered.filter((line) => fits(line, term));
  return (
    <>
      <div className={`${styles.find} no-print`}>
        <TextInput
          label="Find a line"
          placeholder="Line, article or words of its description"
          leftSection={<Icon name="search" width="16" height="16" />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </div>
      {found.length === 0 ? (
        <p role="status" className={styles.none}>
          None of the {formatCount(lines.length, 'line')} fits.
        </p>
      ) : (
        <Steps key={term} rows={found} name="line">
          {children}
        </Steps>
      )}
    </>
  );
}

/** A line number is meant as a whole, everything else as a part. */
function fits({ id, itemId, description }: OrderLine, term: string): boolean {
  return id.toLowerCase() === term || `${itemId}\n${description}`.toLowerCase().includes(term);
}

import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import styles from './long-text.module.css';
import { usePrinting } from './printing.ts';

/** Longer texts push what is to be pressed out of sight: that an order of 3,000 lines waits names each of them. */
const SHOWN = 500;

/** A text of the gateway, its beginning where it is very long; all of it at a press and on paper. */
export function LongText({ text, className }: { text: string; className?: string | undefined }) {
  const [all, setAll] = useState(false);
  const printing = usePrinting();
  if (text.length <= SHOWN * 1.2) return <p className={className}>{text}</p>;
  return (
    <p className={className}>
      {all || printing ? text : `${text.slice(0, SHOWN)} …`}
      <UnstyledButton className={`${styles.more} no-print`} aria-expanded={all} onClick={() => setAll(!all)}>
        {all ? 'Show less' : 'Show all of it'}
      </UnstyledButton>
    </p>
  );
}

import { humanise } from '../words/format.ts';
import type { Tone } from '../words/tones.ts';
import { labelOf, toneOf } from '../words/tones.ts';
import styles from './status.module.css';

/** One shape for each tone, so that colour is never the only sign. */
const SHAPES: Record<Tone, string> = {
  good: 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1Zm-2.2 5.1 1.6 1.6 2.9-3.2',
  busy: 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1Z',
  attention: 'M6 1.2 11 10.4H1z',
  bad: 'M3.6 1h4.8L11 3.6v4.8L8.4 11H3.6L1 8.4V3.6zM6 3.4v3.2M6 8.6v.1',
  critical: 'M6 .6 11.4 6 6 11.4.6 6zM6 3.2v3.2M6 8.5v.1',
  quiet: 'M2 6h8',
};

const FILLED: readonly Tone[] = ['attention', 'bad', 'critical'];

export function ToneMark({ tone, title }: { tone: Tone; title?: string }) {
  const filled = FILLED.includes(tone);
  return (
    <svg
      className={styles.mark}
      data-tone={tone}
      data-filled={filled}
      viewBox="0 0 12 12"
      width="12"
      height="12"
      role={title === undefined ? undefined : 'img'}
      aria-label={title}
      aria-hidden={title === undefined}
    >
      <path d={SHAPES[tone]} />
    </svg>
  );
}

/** A status in words, with its shape and colour. `code` is what the gateway calls it. */
export function Status({ code, text, bare }: { code: string; text?: string; bare?: boolean }) {
  const tone = toneOf(code);
  return (
    <span className={bare === true ? styles.bare : styles.pill} data-tone={tone}>
      <ToneMark tone={tone} />
      {text ?? labelOf(code) ?? humanise(code)}
    </span>
  );
}

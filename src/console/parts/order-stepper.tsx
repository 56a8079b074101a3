import { Link } from '@tanstack/react-router';
import type { OrderDetail } from '../data/types.ts';
import { formatInstant } from '../words/format.ts';
import styles from './order-stepper.module.css';
import { useNow } from './when.tsx';

const SIGNS = {
  done: 'M3.5 8.4l3 3 6-6.6',
  partial: 'M8 3v10',
  waiting: 'M8 4.5V8l2.4 1.6',
  trouble: 'M8 4v5M8 11.6v.2',
  ahead: '',
} as const;

const WORDS = {
  done: 'done',
  partial: 'partly done',
  waiting: 'waiting',
  trouble: 'needs attention',
  ahead: 'not yet',
} as const;

/** Where the order stands on its way, each stage with its time or its deadline. */
export function OrderStepper({ steps }: { steps: OrderDetail['steps'] }) {
  const now = useNow();
  return (
    <ol className={styles.steps}>
      {steps.map((step) => (
        <li key={step.key} className={styles.step} data-state={step.state}>
          <span className={styles.sign}>
            <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
              <path d={SIGNS[step.state]} />
            </svg>
          </span>
          <div className={styles.words}>
            <strong>
              {step.documentId === undefined ? (
                step.title
              ) : (
                <Link to="/documents/$id" params={{ id: step.documentId }}>
                  {step.title}
                </Link>
              )}
              <span className="visually-hidden">, {WORDS[step.state]}</span>
            </strong>
            {step.text === '' ? null : <span>{step.text}</span>}
            {step.at !== undefined ? (
              <time dateTime={step.at}>{formatInstant(step.at, now)}</time>
            ) : step.dueAt !== undefined ? (
              <time dateTime={step.dueAt}>due {formatInstant(step.dueAt, now)}</time>
            ) : null}
          </div>
        </li>
      ))}
    </ol>
  );
}

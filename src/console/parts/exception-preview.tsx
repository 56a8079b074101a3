import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { usePartnerName, useSession } from '../data/queries.ts';
import type { Exception } from '../data/types.ts';
import { wordsOfAction } from '../words/actions.ts';
import { headlineOf } from '../words/headline.ts';
import { Evidence } from './evidence.tsx';
import type { Asking } from './exception-dialogs.tsx';
import { ExceptionFacts } from './exception-facts.tsx';
import styles from './exception-preview.module.css';
import { LongText } from './long-text.tsx';
import { Fact } from './page.tsx';
import { Status } from './status.tsx';
import { useHeldFocus } from './focus.ts';
import { When } from './when.tsx';

/** The chosen exception: why, what it is worth, what to press. */
export function ExceptionPreview({
  exception,
  known,
  onOpen,
  onAsk,
  onReopen,
}: {
  exception: Exception;
  /** False where it has left the list and what became of it is not there yet. */
  known: boolean;
  onOpen: () => void;
  onAsk: (asking: Asking) => void;
  onReopen: () => void;
}) {
  const partnerName = usePartnerName();
  return (
    <aside className={styles.preview} aria-label="Chosen exception">
      <header>
        <p className={styles.line}>
          <Status code={exception.severity} bare />
          <span className={styles.code}>{exception.type}</span>
        </p>
        <h2>{headlineOf(exception)}</h2>
        <LongText className={styles.detail} text={exception.detail} />
      </header>
      <ActionButtons exception={exception} known={known} onAsk={onAsk} onReopen={onReopen} />
      <Resolution exception={exception} />
      <dl className={styles.facts}>
        {exception.partnerId === '' ? null : <Fact name="Partner">{partnerName(exception.partnerId)}</Fact>}
        <ExceptionFacts exception={exception} />
      </dl>
      <section>
        <h3>Evidence</h3>
        <Evidence evidence={exception.evidence} />
      </section>
      <p>
        <Link
          to="/exceptions/$id"
          params={{ id: exception.id }}
          onClick={(event) => {
            // With a key held the browser opens it elsewhere.
            if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
            event.preventDefault();
            onOpen();
          }}
        >
          Open with comparison, source and history
        </Link>{' '}
        <kbd className={styles.key}>Enter</kbd>
      </p>
    </aside>
  );
}

/** The suggested action first, then the others; the keys 1 to 4 press the first four. */
export function ActionButtons({
  exception,
  known = true,
  onAsk,
  onReopen,
}: {
  exception: Exception;
  known?: boolean;
  onAsk: (asking: Asking) => void;
  onReopen: () => void;
}) {
  const { role } = useSession();
  // A decision takes away the button that asked for it.
  const held = useHeldFocus<HTMLDivElement>();
  if (role === 'viewer') return <p className={styles.note}>You can look at everything and change nothing.</p>;
  if (!known) return <div ref={held} tabIndex={-1} className={styles.actions} />;
  if (exception.status !== 'open') {
    return (
      <div ref={held} tabIndex={-1} className={styles.actions}>
        <Button size="xs" variant="default" onClick={onReopen}>
          {exception.status === 'snoozed' ? 'Wake up now' : 'Open again'}
        </Button>
      </div>
    );
  }
  return (
    <div ref={held} tabIndex={-1} className={styles.actions}>
      {exception.allowedActions.map((action, index) => (
        <Button
          key={action}
          size="xs"
          variant={action === exception.suggestedAction ? 'filled' : 'default'}
          rightSection={index < 4 ? <kbd className={styles.key}>{index + 1}</kbd> : undefined}
          onClick={() => onAsk({ kind: 'decide', action })}
        >
          {wordsOfAction(action).label}
        </Button>
      ))}
      <span className={styles.rest}>
        <Button size="xs" variant="subtle" onClick={() => onAsk({ kind: 'assign' })}>
          Assign
        </Button>
        <Button size="xs" variant="subtle" onClick={() => onAsk({ kind: 'snooze' })}>
          Snooze
        </Button>
        <Button size="xs" variant="subtle" onClick={() => onAsk({ kind: 'comment' })}>
          Comment
        </Button>
      </span>
    </div>
  );
}

/** What was decided, by whom, and why. */
export function Resolution({ exception: { status, resolution } }: { exception: Exception }) {
  if (status !== 'resolved' || resolution === undefined) return null;
  return (
    <p className={styles.resolution}>
      {wordsOfAction(resolution.action).label} by {resolution.by}, <When at={resolution.at} />:{' '}
      {resolution.reason}
    </p>
  );
}

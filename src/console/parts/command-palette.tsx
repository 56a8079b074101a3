import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { searchQuery, usePartnerName } from '../data/queries.ts';
import type { Hit } from '../data/types.ts';
import styles from './command-palette.module.css';
import { useToasts } from './toasts.tsx';

const PATHS = {
  order: '/orders/$id',
  invoice: '/invoices/$id',
  document: '/documents/$id',
  file: '/files/$id',
  exception: '/exceptions/$id',
  work: '/deliveries/$id',
  interchange: '/files/$id',
  claim: '/claims/$id',
} as const satisfies Record<Hit['kind'], string>;

/** Paste any id and go: an order, invoice or control number, a SHA-256, a record id. */
export function CommandPalette({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const partnerName = usePartnerName();
  const ref = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const list = useId();
  const { data, error, isFetching, isPlaceholderData } = useQuery(searchQuery(text.trim()));
  const hits = text.trim() === '' ? [] : (data?.records ?? []);
  /** What stands there is of this text, not of one before it. */
  const answered = data !== undefined && !isPlaceholderData;
  /** The text that Enter was pressed for before it was answered. */
  const [entered, setEntered] = useState<string>();

  const { showIn } = useToasts();
  useEffect(() => showIn(ref.current!), [showIn]);
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog?.open === false) dialog.showModal();
    return () => dialog?.close();
  }, []);

  const go = (hit: Hit | undefined) => {
    if (hit === undefined) return;
    onClose();
    void navigate({ to: PATHS[hit.kind], params: { id: hit.id } });
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setChosen((at) => Math.max(0, Math.min(hits.length - 1, at + step)));
    }
    if (event.key !== 'Enter') return;
    if (answered) go(hits[chosen]);
    else setEntered(text);
  };

  useEffect(() => {
    if (!answered || entered !== text) return;
    setEntered(undefined);
    go(hits[0]);
  });

  return (
    <dialog
      ref={ref}
      className={styles.dialog}
      aria-label="Find any id"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      <input
        className={styles.input}
        role="combobox"
        aria-expanded={hits.length > 0}
        aria-controls={list}
        aria-activedescendant={hits.length > 0 ? `${list}-${chosen}` : undefined}
        aria-label="Order, invoice or control number, SHA-256, or any id"
        placeholder="Order, invoice or control number, or any id"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
        }}
      />
      <ul
        id={list}
        role="listbox"
        aria-label="Found"
        aria-busy={hits.length > 0 && !answered}
        className={styles.list}
      >
        {hits.map((hit, index) => (
          <li
            key={`${hit.kind}-${hit.id}`}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === chosen}
            className={styles.hit}
            onPointerMove={() => setChosen(index)}
            onClick={() => go(hit)}
          >
            <span>{hit.title}</span>
            <small>{partnerName(hit.partnerId)}</small>
          </li>
        ))}
      </ul>
      <p className={styles.hint} role="status">
        {text.trim() === ''
          ? 'Type the beginning of an order or invoice number, or paste a whole id.'
          : hits.length > 0
            ? `${hits.length} found. Enter opens the chosen one.`
            : isFetching
              ? 'Looking …'
              : error !== null
                ? error.message
                : 'Nothing has this id. Numbers are matched from their beginning, other ids in full.'}
      </p>
    </dialog>
  );
}

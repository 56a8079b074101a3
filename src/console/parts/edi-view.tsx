import { Link } from '@tanstack/react-router';
import type { Search } from '../data/address.ts';
import { Fragment, memo, useEffect, useRef } from 'react';
import type { Finding, Segment } from '../data/types.ts';
import styles from './edi-view.module.css';
import { FindingNote } from './findings.tsx';
import { LazyBlocks } from './lazy-blocks.tsx';

const ROW_HEIGHT = 22;

export interface Highlight {
  /** Field of the document that is looked at. */
  path?: string | undefined;
  documentId?: string | undefined;
}

/**
 * Raw EDI as selectable text, segment by segment, with its findings written beneath and its fields marked. `chosen` is the
 * number of the segment that the address names.
 */
export function EdiView({
  segments,
  findings,
  chosen,
  highlight,
  onHover,
}: {
  segments: readonly Segment[];
  findings: readonly Finding[];
  chosen: number | undefined;
  highlight: Highlight;
  onHover?: (highlight: Highlight) => void;
}) {
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (chosen === undefined) return;
    const view = root.current;
    const row = view?.querySelector<HTMLElement>(`#seg-${chosen}`);
    // Within the view only: the page stays where it is.
    if (view && row) view.scrollTop = row.offsetTop - view.offsetTop - view.clientHeight / 3;
  }, [chosen, segments]);
  return (
    <div
      ref={root}
      className={styles.view}
      role="region"
      aria-label="Content of the file"
      tabIndex={0}
      onPointerLeave={() => onHover?.({})}
    >
      <LazyBlocks rows={segments} rowHeight={ROW_HEIGHT} shown={(segment) => segment.number === chosen}>
        {(segment) => (
          <Row
            key={segment.number}
            segment={segment}
            findings={findings}
            chosen={segment.number === chosen}
            highlight={highlightIn(segment, highlight)}
            onHover={onHover}
          />
        )}
      </LazyBlocks>
    </div>
  );
}

/** The highlighted path where this row has it: other rows need not be drawn again. */
function highlightIn(segment: Segment, { path, documentId }: Highlight): string | undefined {
  if (path === undefined) return undefined;
  if (documentId !== undefined && segment.documentId !== documentId) return undefined;
  const has = segment.marks.some((mark) => mark.path === path);
  return has ? path : undefined;
}

const Row = memo(function Row({
  segment,
  findings,
  chosen,
  highlight,
  onHover,
}: {
  segment: Segment;
  findings: readonly Finding[];
  chosen: boolean;
  highlight: string | undefined;
  onHover: ((highlight: Highlight) => void) | undefined;
}) {
  const marked = segment.marks.flatMap((mark) => (mark.finding === undefined ? [] : [mark.finding]));
  const notes = [...new Set([...segment.findings, ...marked])];
  const begins = segment.segment === 1;
  return (
    <div
      id={`seg-${segment.number}`}
      className={styles.row}
      data-chosen={chosen}
      data-highlight={highlight !== undefined}
      data-begins={begins}
    >
      <Link
        to="."
        search={(old: Search) => ({ ...old, seg: String(segment.number) })}
        replace
        resetScroll={false}
        className={styles.number}
        tabIndex={-1}
        aria-label={`Segment ${segment.number}`}
        data-number={segment.number}
      />
      <code className={styles.text}>
        <Pieces segment={segment} findings={findings} highlight={highlight} onHover={onHover} />
      </code>
      {notes.map((number) => (
        <div key={number} className={styles.note}>
          <FindingNote finding={findings[number]!} />
        </div>
      ))}
    </div>
  );
});

interface Piece {
  text: string;
  path?: string | undefined;
  finding?: number | undefined;
}

function Pieces({
  segment,
  findings,
  highlight,
  onHover,
}: {
  segment: Segment;
  findings: readonly Finding[];
  highlight: string | undefined;
  onHover: ((highlight: Highlight) => void) | undefined;
}) {
  return cut(segment).map((piece, index) => {
    const finding = piece.finding === undefined ? undefined : findings[piece.finding];
    if (piece.path === undefined && finding === undefined) {
      return <Fragment key={index}>{index === 0 ? <Start text={piece.text} /> : piece.text}</Fragment>;
    }
    return (
      <span
        key={index}
        className={piece.path === undefined ? undefined : styles.field}
        data-finding={finding?.severity}
        data-highlight={piece.path !== undefined && piece.path === highlight}
        title={piece.path}
        onPointerEnter={() => onHover?.({ path: piece.path, documentId: segment.documentId })}
      >
        {piece.text}
      </span>
    );
  });
}

/** The segment id stands out. */
function Start({ text }: { text: string }) {
  const id = /^(UNA|[A-Z][A-Z0-9]{1,2}(?![A-Z0-9]))/.exec(text)?.[0] ?? '';
  return (
    <>
      {id === '' ? null : <b className={styles.id}>{id}</b>}
      {text.slice(id.length)}
    </>
  );
}

/** The text in pieces that each have the same marks; of several fields the shortest one counts. */
function cut({ text, marks }: Segment): Piece[] {
  if (marks.length === 0) return [{ text }];
  const edges = new Set([0, text.length]);
  for (const { from, to } of marks) edges.add(from).add(to);
  const sorted = [...edges].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((from, index): Piece => {
    const to = sorted[index + 1]!;
    const over = marks.filter((mark) => mark.from <= from && mark.to >= to);
    const field = over
      .filter((mark) => mark.path !== undefined)
      .sort((a, b) => a.to - a.from - (b.to - b.from))[0];
    const finding = over.find((mark) => mark.finding !== undefined)?.finding;
    return { text: text.slice(from, to), path: field?.path, finding };
  });
}

import { useMemo, useRef } from 'react';
import type { DocumentDetail } from '../data/types.ts';
import { humanise } from '../words/format.ts';
import type { Highlight } from './edi-view.tsx';
import styles from './field-list.module.css';
import { LazyBlocks } from './lazy-blocks.tsx';

const ROW_HEIGHT = 29;

/** The fields of a document with their values; pointing at one shows where in the file it was read. */
export function FieldList({
  document,
  highlight,
  onHover,
  onGo,
}: {
  document: DocumentDetail;
  highlight: Highlight;
  onHover: (highlight: Highlight) => void;
  /** Asks for the place of a field in the file. */
  onGo: (path: string) => void;
}) {
  const paths = useMemo(() => [...new Set((document.trace ?? []).map(({ path }) => path))], [document]);
  const root = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (event.key === 'Enter' && highlight.path !== undefined) onGo(highlight.path);
    if (step === 0) return;
    event.preventDefault();
    const at = paths.indexOf(highlight.path ?? '') + step;
    onHover({ path: paths[Math.max(0, Math.min(paths.length - 1, at))], documentId: document.id });
    requestAnimationFrame(() => {
      root.current?.querySelector('[data-highlight="true"]')?.scrollIntoView({ block: 'nearest' });
    });
  };
  return (
    <div
      ref={root}
      className={styles.fields}
      onKeyDown={onKeyDown}
      role="region"
      aria-label="Fields of the document"
      tabIndex={0}
      onPointerLeave={() => onHover({})}
    >
      <LazyBlocks rows={paths} rowHeight={ROW_HEIGHT} shown={() => false}>
        {(path) => (
          <dl
            key={path}
            data-highlight={path === highlight.path}
            onPointerEnter={() => onHover({ path, documentId: document.id })}
            onClick={() => onGo(path)}
          >
            <dt title={path}>{wordsOfPath(path)}</dt>
            <dd>{valueAt(document.document, path)}</dd>
          </dl>
        )}
      </LazyBlocks>
    </div>
  );
}

/** `lines[0].quantity.value` → `Line 1 › quantity value`. */
function wordsOfPath(path: string): string {
  const parts = path.split('.').map((part) => {
    const [, name = part, index] = /^(\w+?)s?\[(\d+)\]$/.exec(part) ?? [];
    const words = humanise(name).toLowerCase();
    return index === undefined ? words : `${words} ${Number(index) + 1} ›`;
  });
  const text = parts.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Text of the value at a path such as `lines[0].item.buyerId`. */
function valueAt(value: unknown, path: string): string {
  let at = value;
  for (const key of path.split(/[.[\]]+/).filter((part) => part !== '')) {
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  }
  if (at === undefined) return '–';
  return typeof at === 'string' ? at : JSON.stringify(at);
}

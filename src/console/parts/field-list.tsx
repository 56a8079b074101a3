import type { DocumentDetail } from '../data/types.ts';
import { humanise } from '../words/format.ts';
import type { Highlight } from './edi-view.tsx';
import styles from './field-list.module.css';

/** The fields of a document with their values; pointing at one shows where in the file it was read. */
export function FieldList({
  document,
  highlight,
  onHover,
}: {
  document: DocumentDetail;
  highlight: Highlight;
  onHover: (highlight: Highlight) => void;
}) {
  const paths = [...new Set((document.trace ?? []).map(({ path }) => path))];
  if (paths.length === 0) return <p className={styles.none}>Nothing of it was read into a document.</p>;
  return (
    <dl className={styles.fields} onPointerLeave={() => onHover({})}>
      {paths.map((path) => (
        <div
          key={path}
          tabIndex={0}
          data-highlight={path === highlight.path}
          onPointerEnter={() => onHover({ path, documentId: document.id })}
          onFocus={() => onHover({ path, documentId: document.id })}
          onBlur={() => onHover({})}
        >
          <dt title={path}>{wordsOfPath(path)}</dt>
          <dd>{valueAt(document.document, path)}</dd>
        </div>
      ))}
    </dl>
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

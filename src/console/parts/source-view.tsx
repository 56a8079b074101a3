import { useQuery } from '@tanstack/react-query';
import { useAddress } from '../data/address.ts';
import { useState } from 'react';
import { documentQuery, SEGMENTS_PER_PART as PART, segmentsQuery } from '../data/queries.ts';
import type { SegmentPage } from '../data/types.ts';
import { formatDecimal } from '../words/format.ts';
import { EdiView } from './edi-view.tsx';
import type { Highlight } from './edi-view.tsx';
import { FieldList } from './field-list.tsx';
import styles from './source-view.module.css';
import { ErrorState, LoadingRows } from './states.tsx';

/** The file on the left, the fields that were read from it on the right; each shows its place in the other. */
export function SourceView({
  fileId,
  documentId,
  onlyDocument,
}: {
  fileId: string;
  /** Whose fields are shown; '' = none. */
  documentId: string;
  /** Shows the segments of that document alone. */
  onlyDocument?: boolean;
}) {
  const [search, setSearch] = useAddress();
  const wanted = Number(search['seg']) || undefined;
  const [part, setPart] = useState({ wanted, from: firstOfPart(wanted) });
  // A finding of another part was followed, or Back.
  if (part.wanted !== wanted)
    setPart({ wanted, from: wanted === undefined ? part.from : firstOfPart(wanted) });
  const { from } = part;
  const [highlight, setHighlight] = useState<Highlight>({});
  const segments = useQuery(segmentsQuery(fileId, from));
  const document = useQuery(documentQuery(documentId));

  if (segments.isError) return <ErrorState error={segments.error} onRetry={() => void segments.refetch()} />;
  if (segments.data === undefined) return <LoadingRows rows={14} height={22} />;
  const shown =
    onlyDocument === true
      ? segments.data.segments.filter((segment) => segment.documentId === documentId)
      : segments.data.segments;
  const read = document.data?.trace ?? [];
  const go = (path: string) => {
    const row = segments.data.segments.find(
      (segment) => segment.documentId === documentId && segment.marks.some((mark) => mark.path === path),
    );
    if (row !== undefined) setSearch({ seg: String(row.number) });
  };
  const fields = read.length > 0 ? document.data : undefined;
  return (
    <div className={styles.source} data-fields={fields !== undefined}>
      <div className={styles.raw}>
        <Parts page={segments.data} from={from} onChoose={(chosen) => setPart({ wanted, from: chosen })} />
        <EdiView
          segments={shown.length > 0 ? shown : segments.data.segments}
          findings={segments.data.findings}
          chosen={wanted}
          highlight={highlight}
          onHover={setHighlight}
        />
      </div>
      {fields === undefined ? null : (
        <FieldList document={fields} highlight={highlight} onHover={setHighlight} onGo={go} />
      )}
    </div>
  );
}

function firstOfPart(segment: number | undefined): number {
  return segment === undefined ? 1 : Math.floor((segment - 1) / PART) * PART + 1;
}

function Parts({
  page,
  from,
  onChoose,
}: {
  page: SegmentPage;
  from: number;
  onChoose: (from: number) => void;
}) {
  if (page.total <= PART) return null;
  const parts = Array.from({ length: Math.ceil(page.total / PART) }, (_, index) => index * PART + 1);
  return (
    <label className={styles.parts}>
      {formatDecimal(String(page.total))} segments, shown
      <select value={from} onChange={(event) => onChoose(Number(event.currentTarget.value))}>
        {parts.map((part) => (
          <option key={part} value={part}>
            {part} to {Math.min(part + PART - 1, page.total)}
          </option>
        ))}
      </select>
    </label>
  );
}

import type { Finding } from '../../common/finding.ts';
import { checkDocument, type Document, type DocumentType } from '../../documents/document.ts';
import { documentCheck } from '../document-check.ts';
import { documentShape, fillEntries, listsThatMayBeEmpty } from '../document-shape.ts';
import type { Fields } from '../document-path.ts';
import type { TraceEntry } from './trace.ts';

/** A segment (XML: element, CSV: column) that no rule used. */
export interface Unconsumed {
  /** Position of the segment, ST/UNH is 1; line in XML; number of the column in CSV. */
  position: number;
  /** `REF`, `cbc:Note`, `Colour`. */
  name: string;
  text: string;
  range?: readonly [start: number, end: number];
}

/** What a map makes of a message. */
export interface Reading {
  /** Undefined when the message does not make a valid document; `draft` is then what there is. */
  document: Document | undefined;
  draft: Record<string, unknown>;
  findings: Finding[];
  /** Only when asked for. */
  trace: TraceEntry[];
  unconsumed: Unconsumed[];
}

/**
 * What the rules of the message fill, with the type in front. Made empty: V8 moves what comes from a filled literal to the
 * old generation once some of it has lived long, and everything that hangs on it has to be copied there.
 */
export function startDraft(type: DocumentType): Fields {
  const draft: Fields = {};
  draft['documentType'] = type;
  return draft;
}

/** Checks a draft that is filled against the canonical model. */
export function completeReading(
  type: DocumentType,
  draft: Fields,
  findings: Finding[],
  trace: TraceEntry[],
  unconsumed: Unconsumed[],
  check = documentCheck(type),
): Reading {
  for (const key of listsThatMayBeEmpty(type)) draft[key] ??= [];
  if (check(draft)) return { document: draft as Document, draft, findings, trace, unconsumed };
  const filled = structuredClone(draft);
  fillEntries(documentShape(type), filled);
  const checked = checkDocument(filled);
  return {
    document: checked.document,
    draft,
    findings: [...findings, ...checked.findings],
    trace,
    unconsumed,
  };
}

import * as z from 'zod';
import type { Finding } from '../../common/finding.ts';
import { readFileBytes, showFile } from '../../pipeline/queries/files.ts';
import { listSegments as query, locateRows } from '../../pipeline/queries/segments.ts';
import { endpoint } from '../endpoint.ts';
import { segment } from '../schemas/file.ts';
import { finding } from '../schemas/finding.ts';
import { idParams } from '../schemas/page.ts';

export const listSegments = endpoint({
  method: 'get',
  path: '/api/files/:id/segments',
  operationId: 'listSegments',
  tag: 'Files',
  summary: 'A file segment by segment, with the findings and the fields that were read at their places',
  role: 'viewer',
  params: idParams,
  query: z.object({
    /** Number of the first segment, from 1. */
    from: z.coerce.number().int().min(1).default(1),
    count: z.coerce.number().int().min(1).max(5_000).default(1_000),
  }),
  answer: z.object({
    total: z.int(),
    segments: z.array(segment),
    /** All findings of the file, of its interchanges and of its documents. */
    findings: z.array(finding),
    /** Segment of each finding, by its index; null where it has none. */
    findingSegments: z.array(z.int().nullable()),
    /** First segment of each document, by its id. */
    documentSegments: z.record(z.string(), z.int()),
  }),
  async handle({ gateway }, { params, query: { from, count } }) {
    const { file, interchanges, documents } = await showFile(gateway.store, params.id);
    const { bytes } = await readFileBytes(gateway.store, params.id);
    const findings = withoutRepeats(
      [file, ...interchanges, ...documents].flatMap((holder) => holder.findings),
    );
    const segments = query(bytes, findings, documents);
    const located = locateRows(segments);
    return {
      total: segments.length,
      segments: segments.slice(from - 1, from - 1 + count),
      findings,
      findingSegments: findings.map((_, index) => located.findings.get(index) ?? null),
      documentSegments: Object.fromEntries(located.documents),
    };
  },
});

/** A finding of a document is kept with its file too. */
function withoutRepeats(findings: readonly Finding[]): Finding[] {
  return [
    ...new Map(findings.map((one) => [JSON.stringify([one.code, one.place, one.message]), one])).values(),
  ];
}

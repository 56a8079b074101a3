import type { Finding } from '../common/finding.ts';
import { findNearest } from './nearest.ts';
import type { Partner, RoutedDocument } from './partner-schema.ts';
import type { PartnerStandard } from './settings.ts';

/** What the choice of a map needs to know of each: its `map`, `message` and `document` entries. */
export interface MapHead {
  id: string;
  standard: PartnerStandard | 'csv';
  /** `850`, `ORDERS`, `OrderResponse`; `CSV`. */
  type: string;
  /** `004010`, `D.96A`, `2.1`. */
  release: string;
}

/** Every known map by its id, standard ones and the partners' own. */
export type MapCatalogue = ReadonlyMap<string, MapHead>;

export type ResolvedMap = { mapId: string } | { mapId?: never; finding: Finding };

/** Maps in the partner's order: the first whose own condition (`message.when`) holds is taken, as 810 → invoice or credit. */
export type ResolvedMaps = { mapIds: readonly [string, ...string[]] } | { mapIds?: never; finding: Finding };

/** The maps that may read a transaction which the partner sent. UNKNOWN_MAP names what this partner can send. */
export function resolveInboundMaps(
  partner: Partner,
  catalogue: MapCatalogue,
  message: { standard: PartnerStandard; type: string; release: string },
): ResolvedMaps {
  const routed = Object.values(partner.documents)
    .flatMap((directions) => directions?.in ?? [])
    .flatMap((id) => catalogue.get(id) ?? []);
  const candidates = routed.filter(
    (head) => head.standard === message.standard && head.type === message.type,
  );
  const [first, ...others] = pickRelease(candidates, message.release).map((head) => head.id);
  if (first !== undefined) return { mapIds: [first, ...others] };
  const types = [...new Set(routed.map((head) => head.type))].join(', ');
  return {
    finding: {
      code: 'UNKNOWN_MAP',
      severity: 'error',
      message:
        `${partner.name} sent ${message.type} ${message.release}, and ${partner.partner}/partner.yaml names no map that ` +
        `reads it (it reads: ${types === '' ? 'nothing' : types}). Add one under documents and reprocess the file`,
      place: {},
      actual: `${message.type} ${message.release}`,
      expected: types,
    },
  };
}

/** The map that writes a document to the partner. */
export function resolveOutboundMap(
  partner: Partner,
  catalogue: MapCatalogue,
  document: RoutedDocument,
): ResolvedMap {
  const id = partner.documents[document]?.out?.find((candidate) => catalogue.has(candidate));
  if (id !== undefined) return { mapId: id };
  const named = partner.documents[document]?.out?.[0];
  const near = named === undefined ? [] : findNearest(named, catalogue.keys());
  return {
    finding: {
      code: 'UNKNOWN_MAP',
      severity: 'error',
      message:
        named === undefined
          ? `${partner.partner}/partner.yaml names no map under documents.${document}.out`
          : `map "${named}" of ${partner.partner} does not exist${near.length > 0 ? `; did you mean "${near[0]!}"?` : ''}`,
      place: {},
      ...(named !== undefined && { actual: named }),
      ...(near.length > 0 && { expected: near.join(', ') }),
    },
  };
}

/** Those of the exact release, else of the one that the stated release extends (004010VICS → 004010), else all. */
function pickRelease(candidates: readonly MapHead[], release: string): readonly MapHead[] {
  const exact = candidates.filter((head) => head.release === release);
  if (exact.length > 0) return exact;
  const extended = candidates.filter((head) => head.release !== '' && release.startsWith(head.release));
  return extended.length > 0 ? extended : candidates;
}

import type { Finding } from '../common/finding.ts';
import { hasErrors } from '../common/finding.ts';
import type { Document } from '../documents/document.ts';
import { findGrammar } from '../edi/grammar/index.ts';
import type { MessageGrammar, Transaction } from '../edi/model.ts';
import type { GrammarExtensions, TransactionValidation } from '../edi/grammar/index.ts';
import { xmlMessageType } from '../edi/xml/index.ts';
import type { XmlElement } from '../edi/xml/index.ts';
import {
  compileMap,
  findUnwritten,
  loadMap,
  mapApplies,
  readCsv,
  readTransaction,
  readXmlElement,
  writeCsvText,
  writeSegments,
  writeXmlText,
  xmlMapApplies,
} from '../maps/index.ts';
import type { CsvMap, EffectiveMap, Reading, SegmentMap, XmlMap } from '../maps/index.ts';
import type { ConfigFile } from '../partners/config-text.ts';
import { createMapSource, listStandardMaps } from '../partners/map-source.ts';
import type { Partner } from '../partners/partner-schema.ts';
import type { PartnerSet } from '../partners/partner-set.ts';
import { resolveInboundMaps } from '../partners/resolve-map.ts';
import type { MapHead } from '../partners/resolve-map.ts';
import type { MapLibrary, MappedDocument, WriteContext, WrittenFile } from './map-library.ts';

export interface LoadedMapLibrary {
  library: MapLibrary;
  /** Maps that cannot be used, with line and column; the others are in force. */
  findings: Finding[];
}

/** Loads the standard maps and every partner's own ones. Compiling waits until a map is used with a grammar. */
export function createMapLibrary(files: readonly ConfigFile[], partners: PartnerSet): LoadedMapLibrary {
  const source = createMapSource(files, partners.maps);
  const maps = new Map<string, EffectiveMap>();
  const findings: Finding[] = [];
  for (const name of [...listStandardMaps(files), ...partners.maps.map((map) => map.name)]) {
    const loaded = loadMap(name, source);
    findings.push(...loaded.findings);
    if (loaded.map !== undefined) maps.set(name, loaded.map);
  }
  return { library: new CompilingMapLibrary(maps, { dictionaries: partners.dictionaries }), findings };
}

class CompilingMapLibrary implements MapLibrary {
  readonly catalogue: ReadonlyMap<string, MapHead>;
  readonly #maps: ReadonlyMap<string, EffectiveMap>;
  /** One map serves several grammars: a release with and without a partner's restrictions numbers its slots differently. */
  readonly #segmentMaps = new WeakMap<MessageGrammar, Map<string, SegmentMap | Finding[]>>();
  readonly #xmlMaps = new Map<string, XmlMap | Finding[]>();
  readonly #csvMaps = new Map<string, CsvMap | Finding[]>();

  /** One object: grammars are cached by it. */
  readonly #extensions: GrammarExtensions;

  constructor(maps: ReadonlyMap<string, EffectiveMap>, extensions: GrammarExtensions) {
    this.#extensions = extensions;
    this.#maps = maps;
    this.catalogue = new Map([...maps].map(([id, map]) => [id, headOf(id, map)]));
  }

  readTransaction(
    partner: Partner,
    transaction: Transaction,
    validation: TransactionValidation,
  ): MappedDocument {
    const { standard, type, release } = transaction;
    const { structure } = validation;
    const resolved = resolveInboundMaps(partner, this.catalogue, { standard, type, release });
    if (resolved.mapIds === undefined) return nothing([resolved.finding]);
    if (structure === undefined) return nothing([]);
    for (const mapId of resolved.mapIds) {
      const map = this.#segmentMap(mapId, structure.grammar);
      if (Array.isArray(map)) return { ...nothing(map), mapId };
      if (!mapApplies(map, transaction, structure)) continue;
      return toMapped(mapId, readTransaction(map, transaction, structure, { trace: true }));
    }
    return nothing([noneApplies(partner, resolved.mapIds)]);
  }

  readXml(partner: Partner, root: XmlElement): MappedDocument {
    const type = xmlMessageType(root);
    const heads = [...this.catalogue.values()].filter(
      (head) => head.standard === 'xml' && head.type === type,
    );
    const release = heads[0]?.release ?? '';
    const resolved = resolveInboundMaps(partner, this.catalogue, { standard: 'xml', type, release });
    if (resolved.mapIds === undefined) return nothing([resolved.finding]);
    for (const mapId of resolved.mapIds) {
      const map = this.#xmlMap(mapId);
      if (Array.isArray(map)) return { ...nothing(map), mapId };
      if (map.when !== undefined && !xmlMapApplies(map, root)) continue;
      return toMapped(mapId, readXmlElement(map, root, { trace: true }));
    }
    return nothing([noneApplies(partner, resolved.mapIds)]);
  }

  readCsv(partner: Partner, bytes: Uint8Array): { documents: MappedDocument[]; findings: Finding[] } {
    const mapIds = Object.values(partner.documents)
      .flatMap((directions) => directions?.in ?? [])
      .filter((id) => this.#maps.get(id)?.message.standard === 'csv');
    const troubles: Finding[] = [];
    const documents: MappedDocument[] = [];
    let lines: ReadonlySet<number> | undefined;
    for (const mapId of mapIds) {
      const map = this.#csvMap(mapId);
      if (Array.isArray(map)) {
        troubles.push(...map);
        continue;
      }
      const { readings, findings, left } = readCsv(map, bytes, { trace: true, ...(lines && { lines }) });
      if (hasErrors(findings)) {
        troubles.push(...findings);
        continue;
      }
      documents.push(...readings.map((reading) => toMapped(mapId, reading)));
      lines = new Set(left);
      if (left.length === 0) return { documents, findings: [] };
    }
    if (lines === undefined)
      return { documents, findings: troubles.length > 0 ? troubles : [noCsvMap(partner)] };
    return { documents: [...documents, nothing([noneReads(partner, mapIds, [...lines])])], findings: [] };
  }

  writeSegments: MapLibrary['writeSegments'] = (mapId, document, writer, values) => {
    const map = this.#maps.get(mapId)!;
    const { standard, type = '', release = '', implementation = '' } = map.message;
    const { decimalMark = '.', release: sent = release, ...context } = values;
    const compiledFor = (wanted: string): SegmentMap | Finding[] => {
      const grammar =
        standard === 'x12' || standard === 'edifact'
          ? findGrammar(standard, type, wanted, { implementation, extensions: this.#extensions })
          : undefined;
      return grammar === undefined
        ? [unusable(mapId, `no dictionary has ${type} ${wanted}`)]
        : this.#segmentMap(mapId, grammar);
    };
    // As the release has it that the partner gets, where the map serves it.
    const asSent = compiledFor(sent);
    const compiled = Array.isArray(asSent) && sent !== release ? compiledFor(release) : asSent;
    if (Array.isArray(compiled)) return compiled;
    const findings = writeSegments(compiled, document, writer, { context, decimalMark });
    return [...findings, ...findUnwritten(compiled, document)];
  };

  writeXml(mapId: string, document: Document, values: WriteContext): WrittenFile {
    const compiled = this.#xmlMap(mapId);
    if (Array.isArray(compiled)) return { bytes: new Uint8Array(), findings: compiled };
    const { text, findings } = writeXmlText(compiled, document, { context: values });
    return {
      bytes: new TextEncoder().encode(text),
      findings: [...findings, ...findUnwritten(compiled, document)],
    };
  }

  writeCsv(mapId: string, document: Document, values: WriteContext): WrittenFile {
    const compiled = this.#csvMap(mapId);
    if (Array.isArray(compiled)) return { bytes: new Uint8Array(), findings: compiled };
    const { bytes, findings } = writeCsvText(compiled, [document], { context: values });
    return { bytes, findings: [...findings, ...findUnwritten(compiled, document)] };
  }

  #segmentMap(mapId: string, grammar: MessageGrammar): SegmentMap | Finding[] {
    const known = this.#segmentMaps.get(grammar) ?? new Map<string, SegmentMap | Finding[]>();
    this.#segmentMaps.set(grammar, known);
    const compiled = known.get(mapId) ?? compileAs(this.#maps.get(mapId)!, grammar);
    known.set(mapId, compiled);
    return compiled;
  }

  #csvMap(mapId: string): CsvMap | Finding[] {
    const compiled = this.#csvMaps.get(mapId) ?? compileCsv(this.#maps.get(mapId)!);
    this.#csvMaps.set(mapId, compiled);
    return compiled;
  }

  #xmlMap(mapId: string): XmlMap | Finding[] {
    const compiled = this.#xmlMaps.get(mapId) ?? compileXml(this.#maps.get(mapId)!);
    this.#xmlMaps.set(mapId, compiled);
    return compiled;
  }
}

function headOf(id: string, { message }: EffectiveMap): MapHead {
  const { standard, root = '', release = '' } = message;
  const type = message.type ?? (standard === 'csv' ? 'CSV' : root);
  return { id, standard, type, release };
}

function compileAs(map: EffectiveMap, grammar: MessageGrammar): SegmentMap | Finding[] {
  const { map: compiled, findings } = compileMap(map, grammar);
  return compiled !== undefined && 'plan' in compiled ? compiled : findings;
}

function compileXml(map: EffectiveMap): XmlMap | Finding[] {
  const { map: compiled, findings } = compileMap(map);
  return compiled?.standard === 'xml' ? compiled : findings;
}

function compileCsv(map: EffectiveMap): CsvMap | Finding[] {
  const { map: compiled, findings } = compileMap(map);
  return compiled?.standard === 'csv' ? compiled : findings;
}

function noCsvMap({ name, partner }: Partner): Finding {
  return {
    code: 'UNKNOWN_MAP',
    severity: 'error',
    message: `${name} sent CSV, and ${partner}/partner.yaml names no map that reads it. Add one under documents and reprocess the file`,
    place: {},
    actual: 'csv',
  };
}

function toMapped(mapId: string, reading: Reading): MappedDocument {
  return {
    mapId,
    findings: reading.findings,
    ...(reading.document !== undefined && { document: reading.document }),
    trace: reading.trace.flatMap(({ path, segment, element, range }) =>
      range === undefined
        ? []
        : [{ path, segment: segment ?? 0, range, ...(element !== undefined && { element }) }],
    ),
    unconsumed: reading.unconsumed.map(({ position, name }) => ({ segment: position, segmentId: name })),
  };
}

function nothing(findings: Finding[]): MappedDocument {
  return { findings, trace: [], unconsumed: [] };
}

function noneApplies(partner: Partner, mapIds: readonly string[]): Finding {
  return {
    code: 'UNKNOWN_MAP',
    severity: 'error',
    message: `none of the maps ${mapIds.join(', ')} applies to this message of ${partner.name}: the conditions under message.when do not hold`,
    place: {},
  };
}

function noneReads(partner: Partner, mapIds: readonly string[], lines: readonly number[]): Finding {
  const shown = lines.slice(0, 20).join(', ');
  return {
    code: 'UNKNOWN_MAP',
    severity: 'error',
    message:
      `none of the maps ${mapIds.join(', ')} of ${partner.name} applies to line ${shown}${lines.length > 20 ? ' and more' : ''}: the ` +
      'conditions under message.when do not hold, or a column is missing',
    place: { line: lines[0]! },
  };
}

function unusable(mapId: string, reason: string): Finding {
  return {
    code: 'MAP_INVALID',
    severity: 'error',
    message: `map ${mapId} cannot be used: ${reason}`,
    place: { file: mapId },
  };
}

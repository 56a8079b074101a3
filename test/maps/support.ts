import type { Document } from '../../src/documents/document.ts';
import { findGrammar, validateTransaction, type Grammar } from '../../src/edi/grammar/index.ts';
import type { Structure, Transaction } from '../../src/edi/model.ts';
import { parseFile } from '../../src/edi/parse.ts';
import {
  collectSegments,
  compileMap,
  loadMapText,
  readTransaction,
  writeSegments,
  type CompiledMap,
  type MapSource,
  type Reading,
  type SegmentMap,
} from '../../src/maps/index.ts';

export const noFiles: MapSource = () => undefined;

const HEADS = {
  '850': 'message: { standard: x12, release: "004010", type: "850" }\ndocument: order',
  '855': 'message: { standard: x12, release: "004010", type: "855" }\ndocument: orderResponse',
  '856': 'message: { standard: x12, release: "004010", type: "856" }\ndocument: despatchAdvice',
  '810': 'message: { standard: x12, release: "004010", type: "810" }\ndocument: invoice',
  ORDERS: 'message: { standard: edifact, release: D.96A, type: ORDERS }\ndocument: order',
  ORDRSP: 'message: { standard: edifact, release: D.96A, type: ORDRSP }\ndocument: orderResponse',
  DESADV: 'message: { standard: edifact, release: D.96A, type: DESADV }\ndocument: despatchAdvice',
  INVOIC: 'message: { standard: edifact, release: D.96A, type: INVOIC }\ndocument: invoice',
} as const;

/** Text of a map named `test` with these rules (and other top-level keys). */
export function mapText(type: keyof typeof HEADS, body: string): string {
  return `map: test\n${HEADS[type]}\n${body}`;
}

/** Compiles a map text; fails the test with the findings' messages. */
export function compile(text: string, source: MapSource = noFiles): CompiledMap {
  const { map, findings } = loadMapText(text, 'test', source);
  if (!map) throw new Error(findings.map((finding) => finding.message).join('\n'));
  const { standard, type = '', release = '' } = map.message;
  const grammar =
    standard === 'x12' || standard === 'edifact' ? findGrammar(standard, type, release) : undefined;
  const compiled = compileMap(map, grammar);
  if (!compiled.map) throw new Error(compiled.findings.map((finding) => finding.message).join('\n'));
  return compiled.map;
}

/** What compiling the map text complains of. */
export function problems(text: string, source: MapSource = noFiles): string[] {
  const { map, findings } = loadMapText(text, 'test', source);
  if (!map) return findings.map((finding) => finding.message);
  const { standard, type = '', release = '' } = map.message;
  const grammar =
    standard === 'x12' || standard === 'edifact' ? findGrammar(standard, type, release) : undefined;
  return compileMap(map, grammar).findings.map((finding) => finding.message);
}

export function segmentMap(type: keyof typeof HEADS, body: string, source?: MapSource): SegmentMap {
  const map = compile(mapText(type, body), source);
  if (map.standard === 'xml' || map.standard === 'csv') throw new Error('not a segment map');
  return map;
}

/** Reads segments (one a line, between the service segments) with a map. */
export function read(map: SegmentMap, message: string, trace = false): Reading {
  const { transaction, structure } = validated(map, message);
  return readTransaction(map, transaction, structure, { trace });
}

/** The segments as a transaction in an interchange, validated. */
export function validated(
  map: SegmentMap,
  message: string,
): { transaction: Transaction; structure: Structure } {
  const file = parseFile(new TextEncoder().encode(wrap(map, lines(message))));
  const transaction = file.interchanges[0]!.groups[0]!.transactions[0]!;
  const { structure } = validateTransaction(transaction, map.grammar as Grammar);
  return { transaction, structure: structure! };
}

function wrap(map: SegmentMap, segments: readonly string[]): string {
  const { type, release, standard } = map.grammar;
  const count = segments.length + 2;
  if (standard === 'edifact')
    return [
      'UNB+UNOC:3+S:14+R:14+260102:0900+1',
      `UNH+1+${type}:${release.replace('.', ':')}:UN`,
      ...segments,
      `UNT+${count}+1`,
      "UNZ+1+1'",
    ].join("'\n");
  return [
    'ISA*00*          *00*          *ZZ*S              *ZZ*R              *260102*0900*U*00401*000000001*0*P*>',
    'GS*PO*S*R*20260102*0900*1*X*004010',
    `ST*${type}*0001`,
    ...segments,
    `SE*${count}*0001`,
    'GE*1*1',
    'IEA*1*000000001~',
  ].join('~\n');
}

/** Writes a document with a map; segments as text, one a line, and the findings' messages. */
export function write(
  map: SegmentMap,
  document: unknown,
  options: Parameters<typeof writeSegments>[3] = {},
): { segments: string[]; findings: string[] } {
  const [element, component] = map.standard === 'x12' ? (['*', '>'] as const) : (['+', ':'] as const);
  const segments: string[] = [];
  const findings = writeSegments(
    map,
    document as Document,
    collectSegments((id, elements) => {
      const texts = elements.map((part) =>
        typeof part === 'string' ? part : trimEnd(part.join(component), component),
      );
      segments.push(trimEnd([id, ...texts].join(element), element));
    }),
    options,
  );
  return { segments, findings: findings.map((finding) => finding.message) };
}

function trimEnd(text: string, separator: string): string {
  let end = text.length;
  while (text[end - 1] === separator) end--;
  return text.slice(0, end);
}

export function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

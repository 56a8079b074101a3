import { readFileSync } from 'node:fs';
import type { Document } from '../../src/documents/document.ts';
import { findGrammar, validateTransaction } from '../../src/edi/grammar/index.ts';
import { parseFile } from '../../src/edi/index.ts';
import type { Leniency } from '../../src/edi/index.ts';
import type { Delimiters, Structure, Transaction } from '../../src/edi/model.ts';
import type { CompiledMap, MapSource, Reading } from '../../src/maps/index.ts';
import {
  collectSegments,
  compileMap,
  loadMap,
  mapApplies,
  readTransaction,
  readXml,
  writeSegments,
  sampleValues,
  writeXmlText,
} from '../../src/maps/index.ts';

/** One sample with the map that it is for. */
export interface Sample {
  mapName: string;
  map: CompiledMap;
  bytes: Uint8Array;
  leniency: Leniency;
}

export interface Written {
  /** Segments between header and trailer, or lines of XML, as text. */
  lines: string[];
  problems: string[];
}

/** A map ready for use; fails with what its linter says. */
export function prepareMap(name: string, source: MapSource): CompiledMap {
  const { map, findings } = loadMap(name, source);
  if (map === undefined) throw new Error(findings.map(({ message }) => message).join('\n'));
  const compiled = compileMap(map, grammarOf(map.message));
  if (compiled.map === undefined) throw new Error(compiled.findings.map(({ message }) => message).join('\n'));
  return compiled.map;
}

export function readSample(sample: Sample): Reading {
  const { map } = sample;
  if (map.map.message.standard === 'xml') {
    if (!('rootElement' in map)) throw new Error('not an XML map');
    return readXml(map, sample.bytes);
  }
  if (!('grammar' in map)) throw new Error('not a segment map');
  const { transaction, structure } = parseSample(sample);
  return readTransaction(map, transaction, structure);
}

/** Whether the map's own condition (`message.when`) holds for the sample. */
export function appliesTo(map: CompiledMap, sample: Sample): boolean {
  if (!('grammar' in map)) throw new Error('not a segment map');
  const { transaction, structure } = parseSample(sample);
  return mapApplies(map, transaction, structure);
}

/** Every finding of parse and validation that is an error. */
export function listSyntaxErrors(sample: Sample): string[] {
  if (sample.map.map.message.standard === 'xml') return [];
  const { findings } = parseSample(sample);
  return findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
}

/** What the sample itself has between header and trailer, line by line. */
export function listOriginal(sample: Sample): string[] {
  if (sample.map.map.message.standard === 'xml') return xmlLines(new TextDecoder().decode(sample.bytes));
  const { transaction } = parseSample(sample);
  const { segments } = transaction;
  return Array.from({ length: segments.length - 2 }, (_, index) => segments.raw(index + 1));
}

/** Writes a document with the delimiters of the sample. */
export function writeSample(sample: Sample, document: Document): Written {
  const { map } = sample;
  if ('rootElement' in map) {
    const { text, findings } = writeXmlText(map, document, { context: sampleValues });
    return { lines: xmlLines(text), problems: findings.map(({ message }) => message) };
  }
  if (!('grammar' in map)) throw new Error('not a segment map');
  const { delimiters } = parseSample(sample);
  const lines: string[] = [];
  const sink = collectSegments((id, elements) => lines.push(formatSegment(id, elements, delimiters)));
  const findings = writeSegments(map, document, sink, { decimalMark: delimiters.decimalMark });
  return { lines, problems: findings.map(({ message }) => message) };
}

/** The sample's file with other segments in the place of its own: to read back what was written. */
export function replaceBody(sample: Sample, lines: readonly string[]): Uint8Array {
  if (sample.map.map.message.standard === 'xml') return new TextEncoder().encode(lines.join('\n'));
  const { transaction, delimiters } = parseSample(sample);
  const { segments } = transaction;
  const [start] = segments.range(1);
  const [end] = segments.range(segments.length - 1);
  const body = lines.map((line) => line + delimiters.segmentTerminator).join('');
  const text = Buffer.from(sample.bytes).toString('latin1');
  return Buffer.from(text.slice(0, start) + body + text.slice(end), 'latin1');
}

interface ParsedSample {
  transaction: Transaction;
  structure: Structure;
  delimiters: Delimiters;
  findings: { severity: string; message: string }[];
}

function parseSample({ bytes, leniency, map }: Sample): ParsedSample {
  const file = parseFile(bytes, { leniency });
  const interchange = file.interchanges[0];
  const group = interchange?.groups[0];
  const transaction = group?.transactions[0];
  if (transaction === undefined || interchange === undefined || group === undefined) {
    throw new Error(`no transaction: ${file.findings.map(({ message }) => message).join('; ')}`);
  }
  const { structure, findings } = validateTransaction(transaction, grammarOf(map.map.message), leniency);
  if (structure === undefined) throw new Error('no grammar');
  return {
    transaction,
    structure,
    delimiters: interchange.delimiters,
    findings: [
      ...file.findings,
      ...interchange.findings,
      ...group.findings,
      ...transaction.findings,
      ...findings,
    ],
  };
}

function grammarOf(message: {
  standard?: string;
  type?: string | undefined;
  release?: string | undefined;
}): ReturnType<typeof findGrammar> {
  const { standard, type, release } = message;
  if (standard !== 'x12' && standard !== 'edifact') return undefined;
  return findGrammar(standard, type ?? '', release ?? '');
}

function formatSegment(
  id: string,
  elements: readonly (string | readonly string[])[],
  delimiters: Delimiters,
): string {
  const { elementSeparator, componentSeparator } = delimiters;
  const texts = elements.map((element) =>
    trimEnd(typeof element === 'string' ? [element] : element)
      .map((component) => escape(component, delimiters))
      .join(componentSeparator),
  );
  return [id, ...trimEnd(texts)].join(elementSeparator);
}

function trimEnd(texts: readonly string[]): string[] {
  const last = texts.findLastIndex((text) => text !== '');
  return texts.slice(0, last + 1);
}

function escape(text: string, delimiters: Delimiters): string {
  const { releaseCharacter, segmentTerminator, elementSeparator, componentSeparator } = delimiters;
  if (releaseCharacter === '') return text;
  const special = [releaseCharacter, segmentTerminator, elementSeparator, componentSeparator];
  return text.replace(/[^]/g, (character) =>
    special.includes(character) ? releaseCharacter + character : character,
  );
}

/** One line per element or text, whatever the layout. */
function xmlLines(text: string): string[] {
  return text
    .replace(/>\s+</g, '><')
    .split(/(?<=>)(?=<)/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

export function readBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path));
}

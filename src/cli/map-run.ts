import { GatewayError } from '../common/errors.ts';
import { hasErrors } from '../common/finding.ts';
import type { Finding } from '../common/finding.ts';
import type { Document } from '../documents/document.ts';
import type { Transaction } from '../edi/model.ts';
import { EDIFACT_DELIMITERS, SegmentWriter, X12_DELIMITERS, parseFile } from '../edi/index.ts';
import { validateTransaction } from '../edi/grammar/index.ts';
import type { Grammar } from '../edi/grammar/index.ts';
import {
  mapApplies,
  readCsv,
  readTransaction,
  readXml,
  sampleValues,
  writeCsvText,
  writeSegments,
  writeXmlText,
} from '../maps/index.ts';
import type { CompiledMap, Reading, SegmentMap } from '../maps/index.ts';

/** Every message of a file that the map is for. Throws FILE_UNREADABLE for what is no CSV file of the map. */
export function readWithMap(map: CompiledMap, bytes: Uint8Array): Reading[] {
  if (map.standard === 'xml') return [readXml(map, bytes, { trace: true })];
  if (map.standard === 'csv') {
    const { readings, findings } = readCsv(map, bytes, { trace: true });
    const [trouble] = findings;
    if (trouble !== undefined) throw new GatewayError('FILE_UNREADABLE', trouble.message);
    return readings;
  }
  return transactionsFor(map, bytes).flatMap((transaction) => {
    const { structure } = validateTransaction(transaction, map.grammar as Grammar);
    return structure === undefined ? [] : [readTransaction(map, transaction, structure, { trace: true })];
  });
}

/** True when a file holds what the map is for. */
export function isReadBy(map: CompiledMap, bytes: Uint8Array): boolean {
  if (map.standard === 'xml')
    return readXml(map, bytes).findings.every(({ code }) => code !== 'MAP_WRONG_MESSAGE');
  if (map.standard === 'csv') {
    const { readings, findings } = readCsv(map, bytes);
    return readings.length > 0 && !hasErrors(findings);
  }
  return transactionsFor(map, bytes).some((transaction) => {
    const { structure } = validateTransaction(transaction, map.grammar as Grammar);
    return structure !== undefined && mapApplies(map, transaction, structure);
  });
}

/** What the first message of that type in a file says of its release. */
export function statedRelease(
  bytes: Uint8Array,
  type: string,
): Pick<Transaction, 'release' | 'implementation'> | undefined {
  return transactionsIn(bytes).find((transaction) => transaction.type === type);
}

function transactionsFor({ grammar }: SegmentMap, bytes: Uint8Array): Transaction[] {
  return transactionsIn(bytes).filter((transaction) => transaction.type === grammar.type);
}

function transactionsIn(bytes: Uint8Array): Transaction[] {
  return parseFile(bytes)
    .interchanges.flatMap((interchange) => interchange.groups)
    .flatMap((group) => group.transactions);
}

/** The message between ST and SE (UNH and UNT), one segment a line; XML and CSV whole. */
export function writeWithMap(map: CompiledMap, document: Document): { text: string; findings: Finding[] } {
  if (map.standard === 'xml') return writeXmlText(map, document, { context: sampleValues });
  if (map.standard === 'csv') return writeCsvText(map, [document], { context: sampleValues });
  const x12 = map.standard === 'x12';
  const writer = new SegmentWriter({
    standard: map.standard,
    delimiters: x12 ? X12_DELIMITERS : EDIFACT_DELIMITERS,
    segmentSuffix: '\n',
    charset: 'utf-8',
    repertoire: 'any',
    unsupportedCharacter: 'replace',
    delimiterInData: 'replace',
    replacement: ' ',
    keepTrailing: false,
  });
  const findings = writeSegments(map, document, writer, { context: sampleValues });
  return { text: new TextDecoder().decode(writer.toBytes()), findings: [...findings, ...writer.findings] };
}

import { hasErrors, type Finding } from '../../common/finding.ts';
import type { Document } from '../../documents/document.ts';
import { parseCsv } from '../../edi/csv/index.ts';
import { validateTransaction, type Grammar } from '../../edi/grammar/index.ts';
import type { Transaction } from '../../edi/model.ts';
import { parseFile } from '../../edi/parse.ts';
import { writeInterchange, type WriteSegment } from '../../edi/write.ts';
import { parseXml } from '../../edi/xml/index.ts';
import type { CompiledMap, CsvMap, SegmentMap, XmlMap } from '../compile/compiled-map.ts';
import { isFields } from '../document-path.ts';
import { csvOptionsOf, readCsv } from '../read/read-csv.ts';
import { readTransaction } from '../read/read-transaction.ts';
import { readXml } from '../read/read-xml.ts';
import type { Reading } from '../read/read.ts';
import { collectSegments } from '../write/sink.ts';
import { writeCsvText } from '../write/write-csv-map.ts';
import { writeSegments } from '../write/write-segments.ts';
import { writeXmlText } from '../write/write-xml-map.ts';
import { sampleValues } from './sample-values.ts';
import {
  compareLines,
  fromElements,
  fromTable,
  isIgnored,
  textOf,
  xmlLines,
  type PlainSegment,
} from './sample-text.ts';

/** A golden sample: the file that a partner sends, and the document (or documents) that it means. */
export interface MapSample {
  name: string;
  message: Uint8Array;
  /** As in the .json beside it; undefined checks only that the file reads without errors and can be written again. */
  document: unknown;
  /** What partners send in ways in which we would not: only reading is checked. */
  readOnly?: boolean;
}

export interface SampleResult {
  name: string;
  passed: boolean;
  /** What is wrong, each as a sentence. */
  failures: string[];
  readings: Reading[];
}

/**
 * Checks the laws of a map on a sample: read(sample) is the document; write(document) is the sample, up to `differs:` and
 * `ignore:`; read(write(document)) is the document.
 */
export function testMap(map: CompiledMap, sample: MapSample): SampleResult {
  const { readings, findings } = readAll(map, sample.message);
  const failures = findings.map((finding) => finding.message);
  if (readings.length === 0) failures.push('the sample holds no message that the map reads');
  for (const reading of readings) failures.push(...readingFailures(reading));
  failures.push(...compareDocuments('read', sample.document, readings));
  const documents = readings.flatMap((reading) => reading.document ?? []);
  if (sample.readOnly !== true && documents.length === readings.length && readings.length > 0)
    failures.push(...checkWriting(map, documents, sample));
  return { name: sample.name, passed: failures.length === 0, failures, readings };
}

function readingFailures({ findings, document }: Reading): string[] {
  const errors = findings.filter((finding) => finding.severity === 'error').map((finding) => finding.message);
  return document || errors.length > 0 ? errors : ['the message makes no valid document'];
}

function compareDocuments(verb: string, expected: unknown, readings: readonly Reading[]): string[] {
  if (expected === undefined) return [];
  const wanted: unknown[] = Array.isArray(expected) ? expected : [expected];
  if (wanted.length !== readings.length)
    return [`${readings.length} documents are ${verb}, ${wanted.length} are expected`];
  return wanted.flatMap((document, index) =>
    differences(document, readings[index]!.document ?? readings[index]!.draft, ''),
  );
}

/** Paths at which two JSON values differ, as sentences. */
function differences(expected: unknown, actual: unknown, path: string): string[] {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const count = Math.max(expected.length, actual.length);
    return Array.from({ length: count }, (_, index) =>
      differences(expected[index], actual[index], `${path}[${index}]`),
    ).flat();
  }
  if (isFields(expected) && isFields(actual)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return [...keys].flatMap((key) =>
      differences(expected[key], actual[key], path === '' ? key : `${path}.${key}`),
    );
  }
  if (expected === actual) return [];
  return [`${path} is ${show(actual)}, expected ${show(expected)}`];
}

function show(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}

function readAll(map: CompiledMap, message: Uint8Array): { readings: Reading[]; findings: Finding[] } {
  if (map.standard === 'csv') return readCsv(map, message, { trace: true });
  if (map.standard === 'xml') return { readings: [readXml(map, message, { trace: true })], findings: [] };
  const { interchanges, findings } = parseFile(message);
  const readings = transactionsOf(interchanges, map).map((transaction) => readValidated(map, transaction));
  return { readings, findings: findings.filter((finding) => finding.severity === 'error') };
}

function transactionsOf(
  interchanges: ReturnType<typeof parseFile>['interchanges'],
  map: SegmentMap,
): Transaction[] {
  return interchanges
    .flatMap((interchange) => interchange.groups)
    .flatMap((group) => group.transactions)
    .filter((transaction) => transaction.type === map.grammar.type);
}

function readValidated(map: SegmentMap, transaction: Transaction): Reading {
  const { structure } = validateTransaction(transaction, map.grammar as Grammar);
  return readTransaction(map, transaction, structure!, { trace: true });
}

// ── writing ─────────────────────────────────────────────────────────────────────────────────────

function checkWriting(map: CompiledMap, documents: readonly Document[], sample: MapSample): string[] {
  if (map.standard === 'csv') return checkCsv(map, documents, sample);
  if (map.standard === 'xml') return checkXml(map, documents[0]!, sample);
  const { interchanges } = parseFile(sample.message);
  const marks = interchanges.flatMap((interchange) =>
    transactionsOf([interchange], map).map((transaction) => ({
      transaction,
      mark: interchange.delimiters.decimalMark,
    })),
  );
  return marks.flatMap(({ transaction, mark }, index) =>
    checkTransaction(map, documents[index]!, transaction, mark),
  );
}

function checkTransaction(
  map: SegmentMap,
  document: Document,
  transaction: Transaction,
  decimalMark: string,
): string[] {
  const written: PlainSegment[] = [];
  const segments: WriteSegment[] = [];
  const findings = writeSegments(
    map,
    document,
    collectSegments((id, elements) => {
      written.push(fromElements(id, elements));
      segments.push([id, ...elements]);
    }),
    { decimalMark },
  );
  const sent: PlainSegment[] = [];
  for (let s = 1; s < transaction.segments.length - 1; s++) sent.push(fromTable(transaction.segments, s));
  const again = rewrite(map, segments);
  return [
    ...errorsOf(findings),
    ...reportLines(compareLines(plainTexts(map, sent), plainTexts(map, written))),
    ...(again ? compareDocuments('read again', document, [again]) : ['what is written cannot be read again']),
  ];
}

function plainTexts(map: SegmentMap, segments: readonly PlainSegment[]): string[] {
  const differs = map.map.differs.map(({ at }) => at);
  return segments
    .filter((segment) => !differs.includes(segment.id) && !isIgnored(segment, map.ignored))
    .map((segment) => textOf(segment, differs));
}

function errorsOf(findings: readonly Finding[]): string[] {
  return hasErrors(findings)
    ? findings.filter(({ severity }) => severity === 'error').map(({ message }) => message)
    : [];
}

function reportLines({ missing, extra, reordered }: ReturnType<typeof compareLines>): string[] {
  return [
    ...missing.map((line) => `in the sample, not written: ${line}`),
    ...extra.map((line) => `written, not in the sample: ${line}`),
    ...(reordered ? ['the same segments are written in another order'] : []),
  ];
}

/** Puts the segments into an interchange and reads that. */
function rewrite(map: SegmentMap, segments: readonly WriteSegment[]): Reading | undefined {
  const { standard, type, release } = map.grammar;
  const x12 = standard === 'x12';
  const moment = { date: '260102', time: '0900' };
  const transaction = { type, controlNumber: '0001', release, segments };
  const { bytes } = writeInterchange({
    standard,
    version: x12 ? '00401' : 'UNOC:3',
    sender: { qualifier: 'ZZ', id: 'SENDER' },
    receiver: { qualifier: 'ZZ', id: 'RECEIVER' },
    ...moment,
    controlNumber: '1',
    test: false,
    acknowledgmentRequest: '',
    ...(x12
      ? {
          groups: [
            {
              functionalId: 'XX',
              applicationSender: 'S',
              applicationReceiver: 'R',
              ...moment,
              controlNumber: '1',
              version: release,
              transactions: [transaction],
            },
          ],
        }
      : { messages: [transaction] }),
  });
  const [read] = transactionsOf(parseFile(bytes).interchanges, map);
  return read && readValidated(map, read);
}

function checkXml(map: XmlMap, document: Document, sample: MapSample): string[] {
  const { text, findings } = writeXmlText(map, document, { context: sampleValues });
  const bytes = new TextEncoder().encode(text);
  const sent = parseXml(sample.message).root;
  const written = parseXml(bytes).root;
  if (!sent || !written) return ['what is written is not well-formed'];
  const differs = map.map.differs.map(({ at }) => at);
  const lines = (root: typeof sent): string[] =>
    xmlLines(map, root).filter(
      (line) => !differs.some((at) => line.slice(0, line.indexOf('=')).endsWith(`/${at}`)),
    );
  return [
    ...errorsOf(findings),
    ...reportLines(compareLines(lines(sent), lines(written))),
    ...compareDocuments('read again', document, [readXml(map, bytes)]),
  ];
}

function checkCsv(map: CsvMap, documents: readonly Document[], sample: MapSample): string[] {
  const { bytes, findings } = writeCsvText(map, documents);
  const differs = map.map.differs.map(({ at }) => at);
  const lines = (file: Uint8Array): string[] => {
    const { columns, rows } = parseCsv(file, csvOptionsOf(map));
    return rows.map(({ cells }) =>
      cells
        .map((cell, index) =>
          differs.includes(columns[index] ?? '') ? '' : `${columns[index] ?? index}=${cell}`,
        )
        .sort()
        .join(' '),
    );
  };
  return [
    ...errorsOf(findings),
    ...reportLines(compareLines(lines(sample.message), lines(bytes))),
    ...compareDocuments('read again', documents, readCsv(map, bytes).readings),
  ];
}

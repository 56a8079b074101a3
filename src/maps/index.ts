/** The map language: maps as YAML text, compiled, read and written; see docs/mapping-language.md. */
export { loadMap, loadMapText } from './load-map.ts';
export type { EffectiveMap, EffectiveRule, LoadedMap, MapSource } from './load-map.ts';
export { compileMap } from './compile/compile.ts';
export type { Compilation, CompiledMap, CsvMap, SegmentMap, XmlMap } from './compile/model.ts';
export { mapApplies, readTransaction } from './read/read-transaction.ts';
export type { ReadableTransaction, ReadOptions } from './read/read-transaction.ts';
export { readXml, readXmlElement, xmlMapApplies } from './read/read-xml.ts';
export { readCsv } from './read/read-csv.ts';
export type { CsvReading } from './read/read-csv.ts';
export type { Reading, Unconsumed } from './read/read.ts';
export type { TraceEntry } from './read/trace.ts';
export { writeSegments } from './write/write-segments.ts';
export { writeXmlText } from './write/write-xml-map.ts';
export { writeCsvText } from './write/write-csv-map.ts';
export type { SegmentSink, WriteOptions } from './write/sink.ts';

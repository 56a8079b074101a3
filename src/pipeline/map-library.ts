import type { Finding } from '../common/finding.ts';
import type { Document } from '../documents/document.ts';
import type { TransactionValidation } from '../edi/grammar/index.ts';
import type { SegmentWriter } from '../edi/segment-writer.ts';
import type { Transaction } from '../edi/model.ts';
import type { XmlElement } from '../edi/xml/index.ts';
import type { Partner } from '../partners/partner-schema.ts';
import type { MapCatalogue } from '../partners/resolve-map.ts';
import type { DocumentRecord, FieldPlace } from './records.ts';

/** What a partner's map makes of a message. */
export interface MappedDocument {
  mapId?: string;
  /** Absent when the message does not make a document; the findings say why. */
  document?: Document;
  findings: Finding[];
  trace: FieldPlace[];
  unconsumed: NonNullable<DocumentRecord['unconsumed']>;
}

/** Values that only the gateway knows, for a map's `context:` rules. */
export type WriteContext = Readonly<Record<string, string>>;

/** Every map in force, compiled. */
export interface MapLibrary {
  readonly catalogue: MapCatalogue;
  readTransaction(
    partner: Partner,
    transaction: Transaction,
    validation: TransactionValidation,
  ): MappedDocument;
  /** An XML document of the partner; its root element chooses the map. */
  readXml(partner: Partner, root: XmlElement): MappedDocument;
  /** The documents of a CSV file of the partner, each read by the first of its CSV maps that applies and whose columns are there. */
  readCsv(partner: Partner, bytes: Uint8Array): { documents: MappedDocument[]; findings: Finding[] };
  /** Appends the segments between ST and SE, UNH and UNT. */
  writeSegments(mapId: string, document: Document, writer: SegmentWriter, values: WriteContext): Finding[];
  writeXml(mapId: string, document: Document, values: WriteContext): WrittenFile;
  /** One file with the rows of one document, with a header line where the map says so. */
  writeCsv(mapId: string, document: Document, values: WriteContext): WrittenFile;
}

/** A file that is one document. */
export interface WrittenFile {
  bytes: Uint8Array;
  findings: Finding[];
}

import type { Finding } from '../../common/finding.ts';
import type { DocumentType } from '../../documents/document.ts';
import type { MessageGrammar } from '../../edi/model.ts';
import type { Check } from '../document-check.ts';
import type { EffectiveMap } from '../load-map.ts';
import type { WritePrograms } from './generate-write.ts';
import type { CsvPlace, Field, Place, Scope, SegmentPlace, Tree, When, XmlPlace, XmlStep } from './model.ts';
import type { SegmentPlan } from './segment-plan.ts';
import type { WritePlan } from './write-model.ts';
import type { ValuePlan } from './write-values.ts';

/** A map compiled for a grammar (or for XML or CSV): immutable, used for any number of messages. */
export interface CompiledMapOf<P extends Place> {
  map: EffectiveMap;
  document: DocumentType;
  root: Scope<P>;
  scopes: readonly Scope<P>[];
  fields: readonly Field<P>[];
  trees: readonly Tree<P>[];
  /** The map's own condition, `message.when`. */
  when: When<P> | undefined;
}

export interface SegmentMap extends CompiledMapOf<SegmentPlace> {
  standard: 'x12' | 'edifact';
  grammar: MessageGrammar;
  plan: SegmentPlan;
  /** Of a document that the rules have made: what they never get wrong is not looked at. */
  check: Check;
  writePlan: WritePlan;
  writeValues: ValuePlan;
  writePrograms: WritePrograms;
  /** `ignore:` by slot. */
  ignored: readonly SegmentPlace[];
}
export interface XmlMap extends CompiledMapOf<XmlPlace> {
  standard: 'xml';
  /** The root element. */
  rootElement: XmlStep;
  /** `ignore:` by scope id. */
  ignored: ReadonlyMap<number, readonly XmlPlace[]>;
}
export interface CsvMap extends CompiledMapOf<CsvPlace> {
  standard: 'csv';
  /** Rows that are known and not wanted (`message.skip`). */
  skip: When<CsvPlace> | undefined;
  ignored: ReadonlySet<string>;
}
export type CompiledMap = SegmentMap | XmlMap | CsvMap;

export interface Compilation<Map = CompiledMap> {
  /** Undefined when there are errors. */
  map: Map | undefined;
  findings: Finding[];
}

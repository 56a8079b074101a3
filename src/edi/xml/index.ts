export { parseXml, type ParsedXml, type XmlLimits } from './parse-xml.ts';
export { writeXml, type XmlToWrite } from './write-xml.ts';
export type { XmlAttribute, XmlElement } from './xml-element.ts';

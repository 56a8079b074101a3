export { readCxmlUsage } from './cxml.ts';
export { xmlMessageType } from './message-type.ts';
export { parseXml, type XmlLimits } from './parse-xml.ts';
export { writeXml, type XmlToWrite } from './write-xml.ts';
export type { XmlElement } from './xml-element.ts';

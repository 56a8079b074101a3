/** An attribute, its name without prefix and its namespace ('' = none). */
interface XmlAttribute {
  namespace: string;
  name: string;
  value: string;
}

/** An element of an XML document: names resolved to namespaces, text as sent (entities decoded). */
export interface XmlElement {
  /** Namespace URI, '' = none. */
  namespace: string;
  /** Without prefix. */
  name: string;
  /** As sent: `cbc:ID`. */
  qualifiedName: string;
  attributes: readonly XmlAttribute[];
  children: readonly XmlElement[];
  /** Text directly inside, pieces joined, spaces at the ends removed. */
  text: string;
  /** Where its start tag begins, 1-based. */
  line: number;
  column: number;
  /** Half-open byte range of the element without children, else of its start tag. */
  range: readonly [start: number, end: number];
}

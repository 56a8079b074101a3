import type { XmlElement } from './xml-element.ts';

/** UN/CEFACT Standard Business Document Header 1.3, which networks such as Peppol put around a document. */
const SBDH = 'http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader';

/**
 * The documents that stand behind a Standard Business Document Header; the root itself where it is no such envelope, or an empty one.
 */
export function businessDocuments(root: XmlElement): readonly [XmlElement, ...XmlElement[]] {
  if (root.name !== 'StandardBusinessDocument' || root.namespace !== SBDH) return [root];
  const [first, ...others] = root.children.filter(({ namespace }) => namespace !== SBDH);
  return first === undefined ? [root] : [first, ...others];
}

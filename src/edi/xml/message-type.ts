import type { XmlElement } from './xml-element.ts';

/** What a cXML envelope may hold beside its Header. */
const ENVELOPES = new Set(['Request', 'Message', 'Response']);

/**
 * The kind of business message that an XML document is: the name of its root (`Invoice` of UBL), and for cXML, where every
 * document has the same root, of the element in the envelope (`ConfirmationRequest`).
 */
export function xmlMessageType(root: XmlElement): string {
  if (root.name !== 'cXML') return root.name;
  const envelope = root.children.find(({ name }) => ENVELOPES.has(name));
  const payload = envelope?.children.find(({ name }) => name !== 'Status');
  return payload?.name ?? envelope?.name ?? root.name;
}

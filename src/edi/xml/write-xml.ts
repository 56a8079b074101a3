/** An element to be written; `order` is nothing but the writer's caller's affair. */
export interface XmlToWrite {
  name: string;
  attributes: Map<string, string>;
  children: XmlToWrite[];
  text: string;
}

/** XML text with declaration, two spaces per level and a final newline. `doctype`: what stands behind `<!DOCTYPE `. */
export function writeXml(root: XmlToWrite, doctype?: string): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>'];
  if (doctype !== undefined) lines.push(`<!DOCTYPE ${doctype}>`);
  writeElement(root, '', lines);
  return `${lines.join('\n')}\n`;
}

function writeElement(
  { name, attributes, children, text }: XmlToWrite,
  indent: string,
  lines: string[],
): void {
  const pairs = [...attributes].map(([key, value]) => ` ${key}="${escapeXml(value)}"`).join('');
  const start = `${indent}<${name}${pairs}`;
  if (children.length === 0) {
    lines.push(text === '' ? `${start}/>` : `${start}>${escapeXml(text)}</${name}>`);
    return;
  }
  lines.push(text === '' ? `${start}>` : `${start}>${escapeXml(text)}`);
  for (const child of children) writeElement(child, `${indent}  `, lines);
  lines.push(`${indent}</${name}>`);
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for content or an attribute; characters that XML 1.0 cannot hold are left out. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"]/g, (character) => ESCAPES[character]!);
}

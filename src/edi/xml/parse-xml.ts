import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Finding } from '../../common/finding.ts';
import { businessDocuments } from './business-document.ts';
import type { XmlElement } from './xml-element.ts';

export interface XmlLimits {
  /** Deepest nesting of elements that is read; default 64. */
  maxDepth?: number;
  /** Most elements that are read; default 500,000. */
  maxElements?: number;
}

export interface ParsedXml {
  /** Undefined when the bytes are no well-formed XML, or beyond the limits. */
  root: XmlElement | undefined;
  findings: Finding[];
}

const MAX_DEPTH = 64;
const MAX_ELEMENTS = 500_000;
const MAX_MESSAGE = 200;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  trimValues: false,
  captureMetaData: true,
  // The library's own limit would throw; ours gives a finding.
  maxNestedTags: 10_000,
});
const META_DATA = XMLParser.getMetaDataSymbol();

/**
 * Reads an XML document; of one in a Standard Business Document Header the document itself. Never throws: what is wrong is a finding.
 * Entities of a document type are not expanded.
 */
export function parseXml(bytes: Uint8Array, limits: XmlLimits = {}): ParsedXml {
  const decoded = decodeXml(bytes);
  if (typeof decoded !== 'string') return { root: undefined, findings: [decoded] };
  if (/<!DOCTYPE[^<>[]*\[/.test(decoded))
    return fail(
      'XML_ENTITIES_REFUSED',
      'The document type declares entities or elements of its own; that is refused.',
      1,
      1,
    );
  const { maxElements = MAX_ELEMENTS } = limits;
  // Before the library makes an object of each.
  if (hasMoreElements(decoded, maxElements)) return tooLarge(`There are more than ${maxElements} elements.`);
  // The parser alone takes unclosed elements; its validator's successor is a package of its own with nothing more for us.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const checked = XMLValidator.validate(decoded);
  if (checked !== true) {
    const { msg, line, col } = checked.err;
    return fail('XML_NOT_WELL_FORMED', `Line ${line}, column ${col}: ${shortened(msg)}`, line, col);
  }
  try {
    return new TreeBuilder(decoded, limits).build(parser.parse(decoded) as ParsedNode[]);
  } catch (error) {
    return fail('XML_NOT_WELL_FORMED', `The document cannot be read: ${shortened(String(error))}`, 1, 1);
  }
}

/** What begins like an element counts as one, also in a comment. */
function hasMoreElements(text: string, most: number): boolean {
  let count = 0;
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at + 1)) {
    const next = text[at + 1];
    if (next !== '/' && next !== '!' && next !== '?' && ++count > most) return true;
  }
  return false;
}

/** The library repeats what it has found, however long that is. */
function shortened(message: string): string {
  return message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message;
}

function tooLarge(message: string): ParsedXml {
  return fail('XML_TOO_LARGE', message, 1, 1);
}

function fail(code: string, message: string, line: number, column: number): ParsedXml {
  return { root: undefined, findings: [{ code, severity: 'error', message, place: { line, column } }] };
}

/** Text by byte order mark, else by the XML declaration, else UTF-8. */
function decodeXml(bytes: Uint8Array): string | Finding {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const declared = /^(?:\u00ef\u00bb\u00bf)?<\?xml[^>]*\sencoding=["']([\w.-]+)["']/.exec(start)?.[1];
  const mark =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : undefined;
  try {
    return new TextDecoder(mark ?? declared ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    return {
      code: 'XML_ENCODING',
      severity: 'error',
      message: `The document is not valid ${mark ?? declared ?? 'utf-8'}.`,
      place: { line: 1, column: 1 },
      actual: mark ?? declared ?? 'utf-8',
    };
  }
}

/** What the library gives with preserveOrder: one key with the element's name, `:@` with its attributes, or `#text`. */
type ParsedNode = Record<string, unknown>;

class TreeBuilder {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #lineStarts: number[] = [0];
  /** Byte offset of each character, where the text is not ASCII. */
  readonly #offsets: Uint32Array | undefined;

  constructor(text: string, limits: XmlLimits) {
    this.#text = text;
    this.#maxDepth = limits.maxDepth ?? MAX_DEPTH;
    for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) this.#lineStarts.push(i + 1);
    this.#offsets = byteOffsets(text);
  }

  build(nodes: readonly ParsedNode[]): ParsedXml {
    const node = nodes.find((candidate) => isElement(nameOf(candidate)));
    if (!node) return fail('XML_NOT_WELL_FORMED', 'The document has no root element.', 1, 1);
    const root = this.#element(node, XML_SCOPE, 1);
    if (typeof root === 'string') return tooLarge(root);
    const [document, second] = businessDocuments(root);
    if (second === undefined) return { root: document, findings: [] };
    const message = `The envelope holds more than one document: <${document.qualifiedName}> and <${second.qualifiedName}>. Expected one.`;
    return fail('XML_SEVERAL_DOCUMENTS', message, second.line, second.column);
  }

  /** The element, or what limit it breaks. */
  #element(node: ParsedNode, outer: Scope, depth: number): XmlElement | string {
    if (depth > this.#maxDepth) return `Elements are nested more than ${this.#maxDepth} deep.`;
    const qualifiedName = nameOf(node);
    const given = Object.entries((node[':@'] ?? {}) as Record<string, string>);
    const scope = declare(outer, given);
    const children: XmlElement[] = [];
    let text = '';
    for (const child of node[qualifiedName] as ParsedNode[]) {
      const name = nameOf(child);
      if (name === '#text') text += String(child['#text']);
      else if (isElement(name)) {
        const element = this.#element(child, scope, depth + 1);
        if (typeof element === 'string') return element;
        children.push(element);
      }
    }
    const start =
      (node as Record<symbol, { startIndex?: number } | undefined>)[META_DATA as symbol]?.startIndex ?? 0;
    const [prefix, name] = splitName(qualifiedName);
    return {
      namespace: namespaceOf(prefix, scope),
      name,
      qualifiedName,
      attributes: given
        .filter(([key]) => !key.startsWith('xmlns'))
        .map(([key, value]) => attribute(key, value, scope)),
      children,
      text: decodeEntities(text).trim(),
      ...this.#position(start),
      range: this.#range(start, children.length > 0),
    };
  }

  #position(index: number): { line: number; column: number } {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lineStarts[middle]! <= index) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: index - this.#lineStarts[low]! + 1 };
  }

  #range(start: number, hasChildren: boolean): readonly [number, number] {
    const tagEnd = this.#tagEnd(start);
    const empty = this.#text[tagEnd - 2] === '/';
    const end = hasChildren || empty ? tagEnd : this.#text.indexOf('>', this.#text.indexOf('</', tagEnd)) + 1;
    return [this.#byteAt(start), this.#byteAt(Math.max(end, tagEnd))];
  }

  /** Behind the tag that begins there; `>` within quotes does not end it. */
  #tagEnd(start: number): number {
    let quote = '';
    for (let at = start; at < this.#text.length; at += 1) {
      const character = this.#text[at]!;
      if (quote !== '') {
        if (character === quote) quote = '';
      } else if (character === '"' || character === "'") quote = character;
      else if (character === '>') return at + 1;
    }
    return this.#text.length;
  }

  #byteAt(index: number): number {
    return this.#offsets?.[index] ?? index;
  }
}

function nameOf(node: ParsedNode): string {
  for (const key of Object.keys(node)) if (key !== ':@') return key;
  return '';
}

function isElement(name: string): boolean {
  return name !== '' && !name.startsWith('#') && !name.startsWith('?') && !name.startsWith('!');
}

/** The prefixes that an element declares, and the elements around it: never copied, there may be many of them. */
interface Scope {
  own: ReadonlyMap<string, string>;
  outer?: Scope;
}

const XML_SCOPE: Scope = { own: new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]) };

function namespaceOf(prefix: string, scope: Scope): string {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
    const known = at.own.get(prefix);
    if (known !== undefined) return known;
  }
  return '';
}

/** The prefixes in force inside an element. */
function declare(outer: Scope, attributes: readonly (readonly [string, string])[]): Scope {
  const declared = attributes.filter(([key]) => key === 'xmlns' || key.startsWith('xmlns:'));
  if (declared.length === 0) return outer;
  const own = new Map(declared.map(([key, uri]) => [key === 'xmlns' ? '' : key.slice(6), uri] as const));
  return { own, outer };
}

function attribute(key: string, value: string, scope: Scope): XmlElement['attributes'][number] {
  const [prefix, name] = splitName(key);
  // An attribute without a prefix is in no namespace, whatever the default is.
  return {
    namespace: prefix === '' ? '' : namespaceOf(prefix, scope),
    name,
    value: decodeEntities(value).trim(),
  };
}

function splitName(qualified: string): [prefix: string, name: string] {
  const colon = qualified.indexOf(':');
  return colon === -1 ? ['', qualified] : [qualified.slice(0, colon), qualified.slice(colon + 1)];
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The five entities of XML and character references; others stay as they are. */
function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));/g,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

function byteOffsets(text: string): Uint32Array | undefined {
  if (!/[^\0-\x7f]/.test(text)) return undefined;
  const offsets = new Uint32Array(text.length + 1);
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    offsets[i] = at;
    const code = text.charCodeAt(i);
    // Each half of a surrogate pair counts two of its four bytes.
    at += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 2 : 3;
  }
  offsets[text.length] = at;
  return offsets;
}

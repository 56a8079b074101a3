import { XMLParser } from 'fast-xml-parser';

/** XML-RPC as Odoo speaks it: no dates and no binary data of its own, `nil` allowed. */

export interface XmlRpcReply {
  value: unknown;
  fault?: { code: string; text: string };
}

export function writeXmlRpcCall(method: string, args: readonly unknown[]): string {
  const params = args.map((arg) => `<param>${writeValue(arg)}</param>`).join('');
  return `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${params}</params></methodCall>`;
}

/** Throws where the text is no XML-RPC answer. */
export function readXmlRpcReply(text: string): XmlRpcReply {
  const response = child(parser.parse(text) as Node[], 'methodResponse');
  const fault = response.find((node) => 'fault' in node);
  if (fault !== undefined) {
    const content = readValue(child(fault['fault'] as Node[], 'value')) as Record<string, unknown>;
    return {
      value: null,
      fault: { code: String(content['faultCode']), text: String(content['faultString']) },
    };
  }
  const params = child(response, 'params');
  return { value: readValue(child(child(params, 'param'), 'value')) };
}

function writeValue(value: unknown): string {
  return `<value>${writeContent(value)}</value>`;
}

function writeContent(value: unknown): string {
  if (value === null || value === undefined) return '<nil/>';
  if (typeof value === 'boolean') return `<boolean>${value ? 1 : 0}</boolean>`;
  if (typeof value === 'number') {
    return Number.isInteger(value) ? `<int>${value}</int>` : `<double>${value}</double>`;
  }
  if (typeof value === 'string') return `<string>${escape(value)}</string>`;
  if (Array.isArray(value)) return `<array><data>${value.map(writeValue).join('')}</data></array>`;
  const members = Object.entries(value as Record<string, unknown>)
    .filter(([, content]) => content !== undefined)
    .map(([name, content]) => `<member><name>${escape(name)}</name>${writeValue(content)}</member>`);
  return `<struct>${members.join('')}</struct>`;
}

/** Control characters have no place in XML 1.0; Odoo's parser would refuse the whole call. */
function escape(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '');
}

/** One element or text of the parser: `{ value: [...] }` or `{ '#text': 'x' }`. */
type Node = Readonly<Record<string, unknown>>;

const parser = new XMLParser({
  preserveOrder: true,
  parseTagValue: false,
  processEntities: false,
  trimValues: false,
  ignoreDeclaration: true,
});

function child(nodes: readonly Node[], name: string): Node[] {
  const found = nodes.find((node) => name in node)?.[name];
  if (!Array.isArray(found)) throw new SyntaxError(`<${name}> is missing`);
  return found as Node[];
}

function readValue(nodes: readonly Node[]): unknown {
  const typed = nodes.find((node) => !('#text' in node) && !(':@' in node && Object.keys(node).length === 1));
  if (typed === undefined) return textOf(nodes);
  const [type = ''] = Object.keys(typed).filter((name) => name !== ':@');
  const content = typed[type] as Node[];
  switch (type) {
    case 'nil':
      return null;
    case 'boolean':
      return textOf(content).trim() === '1';
    case 'int':
    case 'i4':
    case 'i8':
    case 'double':
      return Number(textOf(content));
    case 'array':
      return child(content, 'data')
        .filter((node) => 'value' in node)
        .map((node) => readValue(node['value'] as Node[]));
    case 'struct':
      return Object.fromEntries(
        content
          .filter((node) => 'member' in node)
          .map((node) => {
            const member = node['member'] as Node[];
            return [textOf(child(member, 'name')), readValue(child(member, 'value'))];
          }),
      );
    default:
      return textOf(content);
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function textOf(nodes: readonly Node[]): string {
  return nodes
    .map(({ '#text': text }) => (typeof text === 'string' ? text : ''))
    .join('')
    .replace(/&(#x[\da-f]+|#\d+|\w+);/gi, (whole, name: string) => {
      if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
      if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)));
      return ENTITIES[name] ?? whole;
    });
}

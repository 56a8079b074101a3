import * as z from 'zod';
import type { DocumentType } from '../src/documents/document.ts';
import { DOCUMENT_SCHEMAS } from '../src/documents/document.ts';
import type { EffectiveRule, MapSource } from '../src/maps/load-map.ts';
import { loadMap } from '../src/maps/load-map.ts';

/** The standard maps of each document, by the title of their column. */
const TABLES: { title: string; document: DocumentType; columns: Record<string, string> }[] = [
  {
    title: 'Order',
    document: 'order',
    columns: {
      'X12 850': 'x12/004010/850-order',
      'EDIFACT ORDERS': 'edifact/d96a/orders',
      'UBL Order': 'xml/ubl-2.1/order',
      cXML: 'xml/cxml-1.2/order',
    },
  },
  {
    title: 'Order change',
    document: 'orderChange',
    columns: {
      'X12 860': 'x12/004010/860-order-change',
      'EDIFACT ORDCHG': 'edifact/d96a/ordchg',
      'UBL OrderChange': 'xml/ubl-2.1/order-change',
      cXML: 'xml/cxml-1.2/order-change',
    },
  },
  {
    title: 'Order response',
    document: 'orderResponse',
    columns: {
      'X12 855': 'x12/004010/855-order-response',
      'X12 865': 'x12/004010/865-order-response',
      'EDIFACT ORDRSP': 'edifact/d96a/ordrsp',
      'UBL OrderResponse': 'xml/ubl-2.1/order-response',
      cXML: 'xml/cxml-1.2/order-response',
    },
  },
  {
    title: 'Despatch advice',
    document: 'despatchAdvice',
    columns: {
      'X12 856': 'x12/004010/856-despatch-advice',
      'EDIFACT DESADV': 'edifact/d96a/desadv',
      'UBL DespatchAdvice': 'xml/ubl-2.1/despatch-advice',
      cXML: 'xml/cxml-1.2/despatch-advice',
    },
  },
  {
    title: 'Invoice',
    document: 'invoice',
    columns: {
      'X12 810': 'x12/004010/810-invoice',
      'EDIFACT INVOIC': 'edifact/d96a/invoic',
      'UBL Invoice': 'xml/ubl-2.1/invoice',
      cXML: 'xml/cxml-1.2/invoice',
    },
  },
  {
    title: 'Credit note',
    document: 'creditNote',
    columns: {
      'X12 810 (BIG07 CR)': 'x12/004010/810-credit-note',
      'EDIFACT INVOIC 381': 'edifact/d96a/invoic-credit-note',
      'UBL CreditNote': 'xml/ubl-2.1/credit-note',
      cXML: 'xml/cxml-1.2/credit-note',
    },
  },
  {
    title: 'Application advice',
    document: 'applicationAdvice',
    columns: {
      'X12 824': 'x12/004010/824-application-advice',
      'EDIFACT APERAK': 'edifact/d96a/aperak',
    },
  },
];

const INTRODUCTION = `# Where each field lives

Canonical field ↔ X12 ↔ EDIFACT ↔ UBL ↔ cXML ↔ Odoo, generated from the standard maps under \`maps/\` and from the Odoo fields that
the canonical documents name (\`node scripts/generate.ts\`); a test keeps it current. Places are written as in
[the map language](mapping-language.md); \`›\` stands between a loop and a place in it, \`or\` between places that are tried
in this order. A place marked *read* or *write* is used in that direction only. Code tables are under \`maps/codes/\`.
`;

type JsonSchema = Record<string, unknown>;

/** docs/mapping.md, from the maps as they are. */
export function buildMappingDocument(source: MapSource): string {
  const sections = TABLES.map(({ title, document, columns }) => {
    const places = Object.values(columns).map((name) => placesOf(name, source));
    const schema = z.toJSONSchema(DOCUMENT_SCHEMAS[document], { unrepresentable: 'any' }) as JsonSchema;
    const rows = listFields(schema, '', '')
      .map(({ path, odoo }) => [path, ...places.map((column) => column.get(path)?.join(' or ') ?? ''), odoo])
      .filter((cells) => cells.slice(1, -1).some((cell) => cell !== ''))
      .map((cells, index, rows) =>
        cells.at(-1) === rows[index - 1]?.at(-1) ? [...cells.slice(0, -1), ''] : cells,
      );
    const header = ['Field', ...Object.keys(columns), 'Odoo'];
    return [`## ${title}\n`, row(header), row(header.map(() => '---')), ...rows.map(toRow)].join('\n');
  });
  return `${INTRODUCTION}\n${sections.join('\n\n')}\n`;
}

function toRow(cells: readonly string[]): string {
  const [path = '', ...others] = cells;
  const odoo = others.at(-1) ?? '';
  return row([`\`${path}\``, ...others.slice(0, -1), odoo === '' ? '' : `\`${odoo}\``]);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Leaf fields in the order of the schema; a field without an Odoo place of its own has that of the field around it. */
function listFields(schema: JsonSchema, path: string, odoo: string): { path: string; odoo: string }[] {
  const place = typeof schema['odoo'] === 'string' ? schema['odoo'] : odoo;
  const properties = schema['properties'] as Record<string, JsonSchema> | undefined;
  if (properties !== undefined) {
    return Object.entries(properties)
      .filter(([name]) => name !== 'documentType')
      .flatMap(([name, below]) => listFields(below, path === '' ? name : `${path}.${name}`, place));
  }
  const items = schema['items'] as JsonSchema | undefined;
  if (items !== undefined) return listFields(items, `${path}[]`, place);
  return [{ path, odoo: place }];
}

/** Every place of a map by the field that it fills. */
function placesOf(name: string, source: MapSource): Map<string, string[]> {
  const { map, findings } = loadMap(name, source);
  if (map === undefined) throw new Error(findings.map(({ message }) => message).join('\n'));
  const places = new Map<string, string[]>();
  const toText = map.message.standard === 'xml' ? xmlPlaceText : placeText;
  collect(map.rules, '', [], { places, toText });
  return places;
}

function collect(
  rules: readonly EffectiveRule[],
  target: string,
  loops: readonly string[],
  found: { places: Map<string, string[]>; toText: typeof placeText },
): void {
  const { places, toText } = found;
  for (const rule of rules) {
    if (rule.kind === 'loop') {
      collect(rule.rules, resolve(target, rule.options.to), [...loops, rule.options.loop], found);
    } else if (rule.kind === 'entry') {
      collect(rule.rules, resolve(target, rule.options.entry), loops, found);
    } else if (rule.kind === 'tree') {
      for (const level of rule.levels) {
        const inner = level.options.to ?? level.options.shares;
        collect(
          level.rules,
          resolve(target, inner),
          level.options.at === undefined ? loops : [...loops, level.options.at],
          found,
        );
      }
    } else if (rule.kind === 'field' && rule.options.to !== undefined && rule.options.at !== undefined) {
      const field = resolve(target, rule.options.to);
      const direction = rule.options.only === undefined ? '' : ` *${rule.options.only}*`;
      const known = places.get(field) ?? [];
      // What only repeats a field that is read elsewhere (a currency on each amount) would hide that place.
      if (rule.options.only === 'write' && known.length > 0) continue;
      for (const at of rule.options.at) {
        const text = `${at === '' ? '' : toText(loops, at)}${direction}`;
        if (!known.includes(text)) known.push(text);
      }
      places.set(field, known);
    }
  }
}

/** `/orderId` is from the root; `references[type=contract]` and `references[]` are the same list here. */
function resolve(target: string, to: string | undefined): string {
  if (to === undefined) return target;
  const plain = to.replace(/\[[^\]]*\]/g, '[]');
  if (plain.startsWith('/')) return plain.slice(1);
  return target === '' ? plain : `${target}.${plain}`;
}

/** `N1[ST]04`, `N1[ST] › N401`, `PO102`: only those loops are named that say more than the place itself. */
function placeText(loops: readonly string[], at: string): string {
  const segment = /^[A-Z][A-Z0-9]{1,2}/.exec(at)?.[0];
  const named = loops.filter((loop) => loop.includes('[') && !loop.startsWith('HL') && !loop.includes('{*}'));
  const last = named.at(-1);
  if (
    segment !== undefined &&
    last?.replace(/^\w+\//, '').startsWith(`${segment}[`) === true &&
    !at.includes('[')
  ) {
    return code([...named.slice(0, -1), `${last}${at.slice(segment.length)}`].join(' › '));
  }
  return code([...named, at].join(' › '));
}

/** The path from the business message: without the envelope of a cXML document, and without prefixes. */
function xmlPlaceText(loops: readonly string[], at: string): string {
  return code(
    [...loops, at]
      .join('/')
      .replaceAll('/*', '/')
      .replaceAll('/@', '@')
      .replace(/^Request\/\w+\//, '')
      .replaceAll(/\b(cac|cbc):/g, ''),
  );
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

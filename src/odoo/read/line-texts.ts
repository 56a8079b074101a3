import type { OdooRow } from '../client/odoo-client.ts';
import { rowsOf, textOf } from './row-values.ts';

/** What people have typed between the lines of goods. */
export interface NotesBetween {
  /** Before the first line, and below the heading of a section, with it: `For the shop: in blue`. */
  order: string[];
  /** Below a line, by its id. */
  lines: ReadonlyMap<number, string[]>;
}

/** Rows come in any order; what stands between the lines of goods is told by `display_type`. */
export function notesBetween(rows: readonly OdooRow[]): NotesBetween {
  const lines = new Map<number, string[]>();
  const order: string[] = [];
  let line: number | undefined;
  let heading: string | undefined;
  for (const row of [...rows].sort((a, b) => placeOf(a) - placeOf(b) || a.id - b.id)) {
    const type = textOf(row['display_type']);
    const text = textOf(row['name']);
    if (type === undefined && row['is_downpayment'] !== true) {
      line = row.id;
    } else if (type !== 'line_note') {
      line = undefined;
      heading = type === undefined ? undefined : text;
    } else if (text !== undefined && line !== undefined) {
      lines.set(line, [...(lines.get(line) ?? []), text]);
    } else if (text !== undefined) {
      order.push(heading === undefined ? text : `${heading}: ${text}`);
    }
  }
  return { order, lines };
}

function placeOf(row: OdooRow): number {
  return Number(row['sequence'] ?? 0);
}

/** What a line's own text says beyond the names of its product. */
export interface TypedText {
  /** The first line, where it is not the one that Odoo proposes. */
  title: string | undefined;
  /** What stands below: what the product says to vendors (description_purchase), and what people have added. */
  more: string | undefined;
}

/** Odoo proposes `[code] name (variant)` with one of these names. */
export function typedText(line: OdooRow, names: readonly string[]): TypedText {
  const [first = '', ...rest] = (textOf(line['name']) ?? '').split('\n').map((each) => each.trim());
  const title = names.length === 0 ? first : first.replace(/^\[[^\]]*\]\s*/, '');
  const more = rest.filter((each) => each !== '').join('\n');
  const isProposed = title === '' || names.includes(title) || names.includes(first);
  return { title: isProposed ? undefined : title, more: more === '' ? undefined : more };
}

/** `Shirt (Red, L)`: a name and a vendor's number may stand for every variant of the product. */
export function ofVariant(name: string | undefined, product: OdooRow | undefined): string | undefined {
  const values = rowsOf(product?.['product_template_variant_value_ids']).flatMap(
    (value) => textOf(value['name']) ?? [],
  );
  return name === undefined || values.length === 0 ? name : `${name} (${values.join(', ')})`;
}

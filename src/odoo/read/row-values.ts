import { GatewayError } from '../../common/errors.ts';
import type { OdooRow } from '../client/odoo-client.ts';

/** Values of Odoo's rows: what is empty there is `false`. */

export function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}

/** The id of a many2one in any of its forms: `[7, 'Name']`, `{ id: 7, … }`, `7`. */
export function idOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (Array.isArray(value)) return typeof value[0] === 'number' ? value[0] : undefined;
  return typeof value === 'object' && value !== null && 'id' in value ? (value.id as number) : undefined;
}

/** The id of a many2one that Odoo itself requires. */
export function needId(row: OdooRow, field: string): number {
  const id = idOf(row[field]);
  if (id === undefined) throw new GatewayError('ODOO_FAILED', `Odoo gave no ${field} for id ${row.id}.`);
  return id;
}

/** A nested many2one. */
export function rowOf(value: unknown): OdooRow | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'id' in value
    ? (value as OdooRow)
    : undefined;
}

/** A nested list. */
export function rowsOf(value: unknown): OdooRow[] {
  return Array.isArray(value) ? value.flatMap((each) => rowOf(each) ?? []) : [];
}

/** Ids of a list that was read flat or nested. */
export function idsOf(value: unknown): number[] {
  return Array.isArray(value) ? value.flatMap((each) => idOf(each) ?? []) : [];
}

/** Paragraphs of Odoo's HTML as lines of text. */
export function plainText(value: unknown): string | undefined {
  const html = textOf(value);
  if (html === undefined) return undefined;
  const lines = html
    .replace(/<(br|\/p|\/div|\/li|\/h\d|\/tr)\b[^<>]*>/gi, '\n')
    .replace(/<[^<>]*>/g, '')
    .replace(/&nbsp;|&#160;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '');
  return lines.length === 0 ? undefined : lines.join('\n');
}

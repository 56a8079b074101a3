import type { Scalar } from '../../pipeline/ports/store.ts';

export type SqlValue = string | number | null;

export function quote(name: string): string {
  return `"${name}"`;
}

export function toSqlValue(value: Scalar): string | number {
  return typeof value === 'boolean' ? Number(value) : value;
}

/** Value of an extracted column: a scalar, or NULL for an absent or structured field. */
export function columnValue(value: unknown): SqlValue {
  if (typeof value === 'string' || typeof value === 'number') return value;
  return typeof value === 'boolean' ? Number(value) : null;
}

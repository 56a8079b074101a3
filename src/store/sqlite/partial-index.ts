import type { CollectionName, Condition } from '../../pipeline/ports/store.ts';
import type { Where } from '../any-query.ts';
import { DECLARED_INDEXES, type DeclaredIndex } from '../indexed-fields.ts';
import { quote } from './columns.ts';

type Only = NonNullable<DeclaredIndex['only']>;

/** The rows of a partial index. SQLite takes the index only where a query says the same in the same words. */
export function onlySql({ field, values }: Only): string {
  return `${quote(field)} IN (${values.map((value) => `'${value}'`).join(', ')})`;
}

/**
 * The partial index that can serve a query: of those that hold every record it asks for the one of the fewest values that begins with a
 * field that it has a condition on, or an order by; or else one that holds nothing else.
 */
export function partialIndexFor(collection: CollectionName, where: Where, orderBy: string): Only | undefined {
  let found: Only | undefined;
  let exact: Only | undefined;
  for (const { fields, only } of DECLARED_INDEXES[collection]) {
    const condition = only && where[only.field];
    if (condition === undefined || !holdsAll(only!, condition)) continue;
    const [first = ''] = fields;
    const serves = first === orderBy || where[first] !== undefined;
    if (serves && only!.values.length < (found?.values.length ?? Infinity)) found = only;
    if (asksForAll(only!, condition)) exact = only;
  }
  return found ?? exact;
}

/** Whether the condition asks for nothing but what the index holds. */
function holdsAll({ values }: Only, condition: Condition): boolean {
  if (typeof condition !== 'object') return values.includes(String(condition));
  return 'in' in condition && condition.in.every((value) => values.includes(String(value)));
}

/** Whether it asks for all that the index holds: then the words of the index are the condition. */
export function asksForAll({ values }: Only, condition: Condition | undefined): boolean {
  if (typeof condition !== 'object') return values.length === 1 && condition === values[0];
  return 'in' in condition && new Set(condition.in).size === values.length;
}

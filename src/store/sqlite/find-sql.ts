import { invariant } from '../../common/invariant.ts';
import type { CollectionName, Condition, Scalar } from '../../pipeline/ports/store.ts';
import type { AnyQuery, Where } from '../any-query.ts';
import { decodeCursor, type Cursor } from '../cursor.ts';
import { INDEXED_FIELDS } from '../indexed-fields.ts';
import { quote, toSqlValue, type SqlValue } from './columns.ts';
import { asksForAll, onlySql, partialIndexFor } from './partial-index.ts';

export interface Sql {
  text: string;
  params: SqlValue[];
}

/** Lists of values beyond this are filtered while reading in order, not merged from one sorted branch each. */
const MAX_BRANCHES = 20;

/**
 * The statements that read one page, to be run one after the other until the page is full: a field that some records
 * lack (NULL, sorts first) needs two, so that each stays an index range.
 */
export function findSql(collection: CollectionName, query: AnyQuery, limit: number): Sql[] {
  const { orderBy = 'id', descending = false, after } = query;
  const { where, rows } = toConditions(collection, query.where ?? {}, orderBy);
  if (after !== undefined) return makeFindSql(collection, { ...query, where, rows }, limit);
  const values: Scalar[] = [];
  const shape = `${collection} ${orderBy} ${descending} ${limit} ${rows}${shapeOf(where, values)}`;
  let template = TEMPLATES.get(shape);
  if (template === undefined) {
    template = makeTemplate(collection, { ...query, where, rows }, limit);
    if (TEMPLATES.size < MAX_TEMPLATES) TEMPLATES.set(shape, template);
  }
  return [{ text: template.text, params: template.order.map((place) => toSqlValue(values[place]!)) }];
}

/** A query with the words of the partial index that can serve it; '' = none. */
type PlannedQuery = AnyQuery & { where: Where; rows: string };

/** The conditions whose values are parameters, and those of a partial index, which are part of the text. */
function toConditions(
  collection: CollectionName,
  where: Where,
  orderBy: string,
): Pick<PlannedQuery, 'where' | 'rows'> {
  const only = partialIndexFor(collection, where, orderBy);
  if (only === undefined) return { where, rows: '' };
  const rows = onlySql(only);
  if (!asksForAll(only, where[only.field])) return { where, rows };
  return {
    where: Object.fromEntries(Object.entries(where).filter(([field]) => field !== only.field)),
    rows,
  };
}

/** A statement, and which value of the query each of its parameters is. The text follows from the shape of the query alone. */
interface Template {
  text: string;
  order: number[];
}

const TEMPLATES = new Map<string, Template>();
const MAX_TEMPLATES = 500;

/** Fields and kinds of the conditions; their values are added to `values`, in this order. */
function shapeOf(where: Where, values: Scalar[]): string {
  let shape = '';
  for (const [field, condition] of Object.entries(where)) {
    invariant(condition !== undefined, `find: the condition on ${field} is undefined.`);
    shape += ` ${field}`;
    if (typeof condition !== 'object') {
      values.push(condition);
    } else if (isList(condition)) {
      const distinct = new Set(condition.in);
      values.push(...distinct);
      shape += `:${distinct.size}`;
    } else {
      for (const [operator, value] of Object.entries(condition)) {
        values.push(value);
        shape += `:${operator}`;
      }
    }
  }
  return shape;
}

/** Made with the place of each value instead of the value. */
function makeTemplate(collection: CollectionName, query: PlannedQuery, limit: number): Template {
  let places = 0;
  const where = Object.entries(query.where).map(([field, condition]): [string, Condition] => {
    if (typeof condition !== 'object') return [field, (places += 1) - 1];
    if (isList(condition)) return [field, { in: [...new Set(condition.in)].map(() => (places += 1) - 1) }];
    const bounds = Object.keys(condition).map((operator) => [operator, (places += 1) - 1]);
    return [field, Object.fromEntries(bounds) as Condition];
  });
  const [only] = makeFindSql(collection, { ...query, where: Object.fromEntries(where) }, limit);
  return { text: only!.text, order: only!.params.map(Number) };
}

function makeFindSql(collection: CollectionName, query: PlannedQuery, limit: number): Sql[] {
  const orderBy = query.orderBy ?? 'id';
  const descending = query.descending ?? false;
  assertColumn(collection, orderBy);
  const { where } = query;
  const rows = query.rows === '' ? [] : [{ text: query.rows, params: [] }];
  if (query.after === undefined) return [select(collection, where, rows, orderBy, descending, limit)];
  const cursor = decodeCursor(query.after, orderBy, descending);
  return cursorRanges(cursor).map((range) =>
    select(collection, where, [...rows, range], orderBy, descending, limit),
  );
}

export function countSql(collection: CollectionName, given: Where): Sql {
  const { where, rows } = toConditions(collection, given, '');
  const conditions = whereConditions(collection, where);
  if (rows !== '') conditions.push({ text: rows, params: [] });
  return join(`SELECT count(*) AS n FROM ${quote(collection)}`, conditions, '');
}

function cursorRanges({ orderBy, descending, value, id }: Cursor): Sql[] {
  const field = quote(orderBy);
  const beyond = descending ? '<' : '>';
  if (orderBy === 'id') return [{ text: `"id" ${beyond} ?`, params: [id] }];
  if (value !== null) {
    const range = { text: `(${field}, "id") ${beyond} (?, ?)`, params: [toSqlValue(value), id] };
    return descending ? [range, { text: `${field} IS NULL`, params: [] }] : [range];
  }
  const rest = { text: `${field} IS NULL AND "id" ${beyond} ?`, params: [id] };
  return descending ? [rest] : [rest, { text: `${field} IS NOT NULL`, params: [] }];
}

function select(
  collection: CollectionName,
  where: Where,
  more: readonly Sql[],
  orderBy: string,
  descending: boolean,
  limit: number,
): Sql {
  const direction = descending ? 'DESC' : 'ASC';
  const order = orderBy === 'id' ? `"id" ${direction}` : `${quote(orderBy)} ${direction}, "id" ${direction}`;
  const columns = orderBy === 'id' ? '"body", "id"' : `"body", "id", ${quote(orderBy)}`;
  const head = `SELECT ${columns} FROM ${quote(collection)}`;
  const tail = ` ORDER BY ${order} LIMIT ${limit}`;
  const branches = splitIn(where, orderBy).map((branch) =>
    join(head, [...whereConditions(collection, branch), ...more], tail),
  );
  const [first] = branches;
  if (branches.length === 1 && first !== undefined) return first;
  return {
    text: branches.map((branch) => `SELECT * FROM (${branch.text})`).join(' UNION ALL ') + tail,
    params: branches.flatMap((branch) => branch.params),
  };
}

/** One branch per value of a short `in` list, so that each branch is read in the order of an index and stops at the limit. */
function splitIn(where: Where, orderBy: string): Where[] {
  const lists = Object.entries(where).filter(
    (entry): entry is [string, { in: readonly Scalar[] }] => entry[0] !== orderBy && isList(entry[1]),
  );
  const [only] = lists;
  if (only === undefined || lists.length > 1) return [where];
  const [field, { in: values }] = only;
  const distinct = [...new Set(values)];
  if (distinct.length < 1 || distinct.length > MAX_BRANCHES) return [where];
  return distinct.map((value) => ({ ...where, [field]: value }));
}

function whereConditions(collection: CollectionName, where: Where): Sql[] {
  return Object.entries(where).map(([field, condition]) => {
    assertColumn(collection, field);
    invariant(condition !== undefined, `find in ${collection}: the condition on ${field} is undefined.`);
    return conditionSql(quote(field), condition);
  });
}

function conditionSql(field: string, condition: Condition): Sql {
  if (typeof condition !== 'object') return { text: `${field} = ?`, params: [toSqlValue(condition)] };
  if (isList(condition)) {
    const values = [...new Set(condition.in)].map(toSqlValue);
    return { text: `${field} IN (${values.map(() => '?').join(', ')})`, params: values };
  }
  const bounds = (
    [
      ['>', condition.gt],
      ['>=', condition.gte],
      ['<', condition.lt],
      ['<=', condition.lte],
    ] as const
  ).flatMap(([operator, value]) => (value === undefined ? [] : [{ operator, value: toSqlValue(value) }]));
  invariant(bounds.length > 0, `find: the condition on ${field} is empty.`);
  return {
    text: bounds.map(({ operator }) => `${field} ${operator} ?`).join(' AND '),
    params: bounds.map(({ value }) => value),
  };
}

function isList(condition: Condition | undefined): condition is { in: readonly Scalar[] } {
  return typeof condition === 'object' && 'in' in condition;
}

function join(head: string, conditions: readonly Sql[], tail: string): Sql {
  const where = conditions.map((condition) => condition.text).join(' AND ');
  return {
    text: `${head}${where === '' ? '' : ` WHERE ${where}`}${tail}`,
    params: conditions.flatMap((condition) => condition.params),
  };
}

function assertColumn(collection: CollectionName, field: string): void {
  invariant(
    field === 'id' || INDEXED_FIELDS[collection].includes(field),
    `find in ${collection}: no index has the field ${field}; add it to INDEXES.`,
  );
}

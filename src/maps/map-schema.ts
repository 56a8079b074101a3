import * as z from 'zod';
import { CSV_CHARSETS } from '../edi/csv/index.ts';

// Everything in a map file is text (YAML's failsafe schema): `const: 00` stays "00" and `NO: x` stays "NO".

const name = z.string().min(1);
const oneOrMore = z
  .union([name, z.array(name).min(1)])
  .transform((value) => (Array.isArray(value) ? value : [value]));
const yes = z.enum(['true', 'false']).transform((value) => value === 'true');
const number = z.string().regex(/^\d+$/, 'expected a whole number').transform(Number);

const codeMeaning = z.union([z.string().nullable(), z.strictObject({ read: z.enum(['null']) })]);

/** `EA: EA`, `PE: null`, `"*": "other:*"`, `"*": { read: null }`. */
const codeEntries = z
  .union([z.record(z.string(), codeMeaning), z.map(z.string(), codeMeaning)])
  .transform((entries) =>
    (entries instanceof Map ? [...entries] : Object.entries(entries)).map(([code, meaning]): CodeEntry => {
      if (meaning !== null && typeof meaning === 'object') return { code, value: null, onlyRead: true };
      return { code, value: meaning === 'null' || meaning === '~' || meaning === '' ? null : meaning };
    }),
  );

const condition = z.record(
  z.string(),
  z.union([name, z.array(name).min(1), z.strictObject({ not: z.union([name, z.array(name).min(1)]) })]),
);

const factor = z.strictObject({ at: name, to: name });

const derivation = z.array(
  z.strictObject({ all: name.optional(), any: name.optional(), is: oneOrMore.optional(), then: name }),
);

/** What people write in a rule about one value. */
const fieldOptions = {
  as: name.optional(),
  codes: z.union([name, codeEntries]).optional(),
  const: z.string().optional(),
  default: z.union([name, z.strictObject({ read: name.optional(), write: name.optional() })]).optional(),
  required: z.enum(['true', 'false', 'read', 'write']).optional(),
  optional: yes.optional(),
  when: condition.optional(),
  only: z.enum(['read', 'write']).optional(),
  inherit: name.optional(),
  copyOf: name.optional(),
  count: name.optional(),
  sum: name.optional(),
  sign: z.enum(['negate', 'absolute']).optional(),
  times: factor.optional(),
  over: factor.optional(),
  prefix: name.optional(),
  suffix: name.optional(),
  pad: number.optional(),
  width: number.optional(),
  join: z.string().optional(),
  limit: number.optional(),
  time: name.optional(),
  zone: z
    .string()
    .regex(/^[+-]\d\d:\d\d$/, 'expected an offset from UTC such as "+01:00"')
    .optional(),
  until: name.optional(),
  derive: derivation.optional(),
  context: name.optional(),
};

const common = { before: name.optional(), note: z.string().optional() };

export const fieldRule = z.strictObject({
  at: oneOrMore.optional(),
  to: name.optional(),
  ...fieldOptions,
  ...common,
});
export const entryHead = z.strictObject({
  entry: name,
  when: condition.optional(),
  only: fieldOptions.only,
  replace: yes.optional(),
  rules: z.unknown().optional(),
  ...common,
});
export const ignoreRule = z.strictObject({ ignore: oneOrMore, note: z.string().optional() });
export const removeRule = z.strictObject({ remove: oneOrMore, note: z.string().optional() });
export const loopHead = z.strictObject({
  loop: name,
  to: name.optional(),
  when: condition.optional(),
  required: fieldOptions.required,
  limit: number.optional(),
  only: fieldOptions.only,
  divides: yes.optional(),
  replace: yes.optional(),
  rules: z.unknown().optional(),
  ...common,
});
export const treeHead = z.strictObject({
  tree: name,
  order: z.array(name).min(1).optional(),
  childFlag: yes.optional(),
  levels: z.record(z.string(), z.unknown()).optional(),
  replace: yes.optional(),
  note: z.string().optional(),
});
export const levelHead = z.strictObject({
  at: name.optional(),
  to: name.optional(),
  shares: name.optional(),
  when: condition.optional(),
  rules: z.unknown().optional(),
  note: z.string().optional(),
});

const message = z.strictObject({
  standard: z.enum(['x12', 'edifact', 'xml', 'csv']).optional(),
  release: name.optional(),
  type: name.optional(),
  implementation: name.optional(),
  when: condition.optional(),
  root: name.optional(),
  namespaces: z.record(z.string(), name).optional(),
  doctype: name.optional(),
  charset: z.enum(CSV_CHARSETS).optional(),
  delimiter: z.string().min(1).optional(),
  quote: z.string().optional(),
  key: oneOrMore.optional(),
  decimal: z.enum(['.', ',']).optional(),
  thousands: z.enum(['.', ',', "'", ' ']).optional(),
  skip: condition.optional(),
  header: yes.optional(),
});

export const mapHead = z.strictObject({
  map: name,
  title: z.string().optional(),
  extends: name.optional(),
  message: message.optional(),
  document: z
    .enum([
      'order',
      'orderChange',
      'orderResponse',
      'despatchAdvice',
      'receiptAdvice',
      'invoice',
      'creditNote',
      'applicationAdvice',
    ])
    .optional(),
  codes: z.record(z.string(), codeEntries).optional(),
  pairs: z
    .record(z.string(), z.strictObject({ from: number, count: number.optional(), step: number.optional() }))
    .optional(),
  remove: z.array(name).optional(),
  differs: z.array(z.strictObject({ at: name, because: name })).optional(),
  rules: z.unknown().optional(),
  note: z.string().optional(),
});

export const tableFile = z.strictObject({
  codes: name,
  title: z.string().optional(),
  entries: codeEntries,
  note: z.string().optional(),
});

export interface CodeEntry {
  code: string;
  /** null: known, gives no value. */
  value: string | null;
  /** Of `"*"`: only other codes are known; a value of ours without a code is not. */
  onlyRead?: true;
}

export type WhenClause = z.infer<typeof condition>;
export type FieldOptions = z.infer<typeof fieldRule>;
export type MessageHead = z.infer<typeof message>;
export type MapHead = Omit<z.infer<typeof mapHead>, 'rules'>;
export type CodeTableFile = z.infer<typeof tableFile>;

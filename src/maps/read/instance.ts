import { dec, formatDecimal, isDecimal, sum } from '../../common/decimal.ts';
import type { Derivation, Field, Place, Scope } from '../compile/model.ts';
import { collectAt, countAt, ensureAt, getAt, isFields, type DocumentPath } from '../document-path.ts';
import type { Frame } from './frame.ts';
import { literalValue, type Report } from './understand.ts';

/** Tells trouble with a frame as a whole. */
export type FrameReport<P extends Place> = (frame: Frame<P>, ...trouble: Parameters<Report>) => void;

/** True when instances of the scope have to be remembered until the end. */
export function needsFinish<P extends Place>(scope: Scope<P>): boolean {
  return scope.fields.some(isUnfinished);
}

function isUnfinished<P extends Place>(field: Field<P>): boolean {
  return (
    field.reads &&
    (field.defaultRead !== undefined ||
      (field.constant !== undefined && field.path !== undefined) ||
      field.inherit !== undefined ||
      field.copyOf !== undefined ||
      field.derive !== undefined ||
      field.requiredRead)
  );
}

const unfinished = new WeakMap<object, readonly unknown[]>();

function unfinishedFields<P extends Place>(scope: Scope<P>): readonly Field<P>[] {
  const known = unfinished.get(scope);
  if (known) return known as readonly Field<P>[];
  const fields = scope.fields.filter(isUnfinished);
  unfinished.set(scope, fields);
  return fields;
}

/** Constants, defaults, inherited and copied fields of the frames, then derived and required ones. */
export function finish<P extends Place>(frames: readonly Frame<P>[], report: FrameReport<P>): void {
  let scope: Scope<P> | undefined;
  let fields: readonly Field<P>[] = [];
  let deduced = false;
  for (const frame of frames) {
    // Frames of one loop follow one another.
    if (frame.scope !== scope) {
      scope = frame.scope;
      fields = unfinishedFields(scope);
      deduced ||= fields.some((field) => field.derive ?? field.requiredRead);
    }
    for (const field of fields) if (field.path && !hasOwn(field, frame)) fill(field, field.path, frame);
  }
  if (!deduced) return;
  for (const frame of frames)
    for (const field of unfinishedFields(frame.scope)) {
      if (!field.path) continue;
      if (field.derive) derive(field, field.path, field.derive, frame);
      if (field.requiredRead && read(field.path, frame) === undefined)
        report(
          frame,
          'MAP_REQUIRED',
          'error',
          `${field.path.text} is required: there is nothing in ${field.places.map((place) => place.text).join(' or ')}`,
          '',
          field.places[0]?.text,
        );
    }
}

/** The field has a value of the message, which no default can change. */
function hasOwn<P extends Place>({ key, constant }: Field<P>, { target }: Frame<P>): boolean {
  return constant === undefined && key !== '' && target?.[key] !== undefined;
}

function read<P extends Place>(path: DocumentPath, frame: Frame<P>): unknown {
  return getAt(frame.existingHolder(path), path.steps);
}

function put<P extends Place>(path: DocumentPath, value: unknown, frame: Frame<P>): void {
  ensureAt(frame.holder(path), path.steps, path.steps.length - 1)[path.steps.at(-1)!.key] = value;
}

function fill<P extends Place>(field: Field<P>, path: DocumentPath, frame: Frame<P>): void {
  const { constant, defaultRead, inherit, copyOf } = field;
  if (constant === undefined && defaultRead === undefined && !inherit && !copyOf) return;
  // A list entry of its own condition is made by a segment only.
  if (field.list || field.selectStep >= 0) return;
  if (constant !== undefined) {
    if (field.places.length === 0) put(path, literalValue(field, constant), frame);
    return;
  }
  // A default completes an object; it does not make one. Loops with a list have made theirs.
  if (read(path, frame) !== undefined || (!frame.existing() && frame.scope.path)) return;
  const source = inherit ?? copyOf;
  const inherited = source && getAt(frame.root().target, source.steps);
  if (inherited !== undefined) put(path, structuredCopy(inherited), frame);
  else if (defaultRead !== undefined)
    put(
      path,
      defaultRead === '#' ? ordinalValue(field, frame.ordinal) : literalValue(field, defaultRead),
      frame,
    );
}

function ordinalValue<P extends Place>(field: Field<P>, ordinal: number): string | number {
  return field.target === 'integer' ? ordinal : String(ordinal);
}

/** A copy of plain document data. */
export function structuredCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCopy);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, structuredCopy(entry)]));
}

function derive<P extends Place>(
  field: Field<P>,
  path: DocumentPath,
  derivations: readonly Derivation[],
  frame: Frame<P>,
): void {
  const stated = read(path, frame);
  if (stated !== undefined && stated !== 'unstated') return;
  const value = deriveValue(derivations, (of) => frame.existingHolder(of));
  if (value !== undefined) put(path, literalValue(field, value), frame);
}

/** The value of the first line of `derive:` that holds. */
export function deriveValue(
  derivations: readonly Derivation[],
  holderOf: (path: DocumentPath) => unknown,
): string | undefined {
  for (const { quantifier, path, values, value } of derivations) {
    const found = path ? collectAt(holderOf(path), path.steps).map(String) : [];
    const holds =
      quantifier === 'always' ||
      (quantifier === 'all'
        ? found.length > 0 && found.every((one) => values.has(one))
        : found.some((one) => values.has(one)));
    if (holds) return value;
  }
  return undefined;
}

/** The number that a `count:` of document entries, or a `sum:`, stands for. */
export function computeTotal(operation: 'count' | 'sum', path: DocumentPath, holder: unknown): string {
  return operation === 'count'
    ? String(countAt(holder, path.steps))
    : addDecimals(collectAt(holder, path.steps));
}

/** Largest whole number that a part, and the sum before it, may have: their sum is exact then. */
const EXACT = 2 ** 52;
const PLACES = 4;
const UNIT = 10 ** PLACES;

/** The exact sum; small numbers of up to four decimal places are added as whole ten-thousandths. */
export function addDecimals(values: readonly unknown[]): string {
  let scaled = 0;
  for (const value of values) {
    const part = tenThousandths(value);
    if (Number.isNaN(part) || Math.abs(scaled) > EXACT)
      return formatDecimal(sum(values.map(String).filter(isDecimal)));
    scaled += part;
  }
  return tenThousandthsText(scaled);
}

/** -125000 → `-12.5`. */
function tenThousandthsText(scaled: number): string {
  if (scaled % UNIT === 0) return String(scaled / UNIT);
  const digits = String(Math.abs(scaled)).padStart(PLACES + 1, '0');
  let { length } = digits;
  while (length > digits.length - PLACES && digits.endsWith('0', length)) length--;
  const fraction = digits.slice(digits.length - PLACES, length);
  return `${scaled < 0 ? '-' : ''}${digits.slice(0, -PLACES)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** `-12.5` → -125000; NaN for more than nine digits before the point or four behind it, and for what is no number. */
function tenThousandths(value: unknown): number {
  if (typeof value !== 'string' || !isDecimal(value)) return Number.NaN;
  const sign = value.startsWith('-') ? 1 : 0;
  const { length } = value;
  let scaled = 0;
  let point = length;
  for (let i = sign; i < length; i++) {
    const digit = value.charCodeAt(i) - 0x30;
    if (digit < 0) point = i;
    else scaled = scaled * 10 + digit;
  }
  const places = Math.max(0, length - point - 1);
  if (point - sign > 9 || places > PLACES) return Number.NaN;
  for (let i = places; i < PLACES; i++) scaled *= 10;
  return sign === 1 ? -scaled : scaled;
}

/** True when a stated total is the computed one. */
export function sameNumber(stated: string, computed: string): boolean {
  return isDecimal(stated) && (stated === computed || dec(stated).eq(dec(computed)));
}

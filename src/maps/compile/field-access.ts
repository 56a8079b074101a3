import { makeFunction, mayGenerate } from '../../common/generated-function.ts';
import type { DocumentPath, Fields } from '../document-path.ts';

/** A field of an object that rules write: where its value is kept while they do, and the fields inside it. */
export interface ValueNode {
  /** -1: only fields inside it are kept. */
  slot: number;
  inside: Map<string, ValueNode> | undefined;
}

/** The fields that the rules of one target write, by name. */
export interface TargetValues {
  fields: Map<string, ValueNode>;
  slots: number;
}

/**
 * Spreads the fields of an object over slots; what the object does not have becomes undefined. Tells which slots are
 * filled, as bits (see slotBit), and ALWAYS.
 */
export type SpreadFields = (object: Fields, values: unknown[]) => number;

/** The bit of what does not depend on any slot. */
export const ALWAYS = 1 << 31;
const LAST_BIT = 30;

/** The bit that says that a slot is filled; slots beyond the last bit share it. */
export function slotBit(slot: number): number {
  return 1 << Math.min(slot, LAST_BIT);
}

/**
 * Maps decide at run time which fields of an object they touch. In one loop for all of them the engine has to look up every
 * name anew, four times the work of the rest; a function of its own for each object, made from the names of its fields
 * alone, is as fast as if it had been written by hand. Where such functions are not allowed (Node's
 * --disallow-code-generation-from-strings) the loop does the same: docs/decisions/0010-generated-field-access.md.
 */
export function compileSpread(target: TargetValues, generate = mayGenerate): SpreadFields {
  return generate ? generateSpread(target) : interpretSpread(target);
}

/**
 * Sets a field of an object, objects on the way to it are made. False: it has a value already, and `replace` does not say
 * that the new one is better.
 */
export type SetField = (object: Fields, value: unknown, replace: boolean) => boolean;

/** A setter for the field at the end of `names`; as fast as `object.price.amount = value` in the source. */
export function compileSetter(names: readonly string[], generate = mayGenerate): SetField {
  return generate ? generateSetter(names) : interpretSetter(names);
}

/** Undefined for a path with a list. Most fields of a map never occur: the setter is compiled for the first value. */
export function setterOf({ steps }: DocumentPath): SetField | undefined {
  if (steps.some(({ list, select, index }) => list || select !== undefined || index !== undefined))
    return undefined;
  let set: SetField | undefined;
  return (object, value, replace) => {
    set ??= compileSetter(steps.map(({ key }) => key));
    return set(object, value, replace);
  };
}

function generateSetter(names: readonly string[]): SetField {
  const keys = names.map((name) => JSON.stringify(name));
  const last = keys.pop()!;
  let body = '';
  keys.forEach((key, depth) => {
    body += `let o${depth + 1} = o${depth}[${key}]; if (o${depth + 1} === undefined) o${depth}[${key}] = o${depth + 1} = {};\n`;
  });
  const holder = `o${keys.length}`;
  body += `if (${holder}[${last}] !== undefined && !replace) return false;\n${holder}[${last}] = value; return true;`;
  return makeFunction(['o0', 'value', 'replace'], body) as SetField;
}

function interpretSetter(names: readonly string[]): SetField {
  const last = names.at(-1)!;
  const before = names.slice(0, -1);
  return (object, value, replace) => {
    let holder = object;
    for (const name of before) holder = (holder[name] ??= {}) as Fields;
    if (holder[last] !== undefined && !replace) return false;
    holder[last] = value;
    return true;
  };
}

function generateSpread({ fields }: TargetValues): SpreadFields {
  const body = `let filled = ${ALWAYS};\n${spreadBody(fields, 'object', 1)}return filled;`;
  return makeFunction(['object', 'values'], body) as SpreadFields;
}

function spreadBody(fields: TargetValues['fields'], object: string, depth: number): string {
  let body = '';
  for (const [name, { slot, inside }] of fields) {
    const value = `v${depth}`;
    body += `{ const ${value} = ${object}[${JSON.stringify(name)}];\n`;
    if (slot !== -1)
      body += `values[${slot}] = ${value}; if (${value} !== undefined) filled |= ${slotBit(slot)};\n`;
    if (inside)
      body +=
        `if (typeof ${value} === 'object' && ${value} !== null && !Array.isArray(${value})) {\n` +
        `${spreadBody(inside, value, depth + 1)}} else { ${clearBody(inside)} }\n`;
    body += '}\n';
  }
  return body;
}

function clearBody(fields: TargetValues['fields']): string {
  return slotsOf(fields)
    .map((slot) => `values[${slot}] = undefined;`)
    .join(' ');
}

function slotsOf(fields: TargetValues['fields']): number[] {
  return [...fields.values()].flatMap(({ slot, inside }) => [
    ...(slot === -1 ? [] : [slot]),
    ...(inside ? slotsOf(inside) : []),
  ]);
}

function interpretSpread({ fields, slots }: TargetValues): SpreadFields {
  return (object, values) => {
    for (let slot = 0; slot < slots; slot++) values[slot] = undefined;
    return spread(object, fields, values) | ALWAYS;
  };
}

function spread(object: Fields, fields: TargetValues['fields'], values: unknown[]): number {
  let filled = 0;
  for (const [name, { slot, inside }] of fields) {
    const value = object[name];
    if (value === undefined) continue;
    if (slot !== -1) {
      values[slot] = value;
      filled |= slotBit(slot);
    }
    if (inside && typeof value === 'object' && value !== null && !Array.isArray(value))
      filled |= spread(value as Fields, inside, values);
  }
  return filled;
}

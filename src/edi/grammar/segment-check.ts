import type { SegmentTable, Standard } from '../model.ts';
import type { ComponentUse, ElementUse, RelationalNote, SegmentDefinition } from './definition.ts';
import type { ValidationCode } from './finding-codes.ts';
import { checkValue } from './value.ts';

/** One fault inside a segment. Numbers are 1-based; `component` and `repetition` only where they tell something. */
export interface ElementFault {
  code: ValidationCode;
  element: number;
  component?: number;
  repetition?: number;
  elementId?: string;
  actual?: string;
  /** What should be there, in words. */
  expected: string;
  /** A code of the list, but for its case. */
  lowerCase?: true;
}

/** Every fault of one segment's elements against its definition. Exact; run only on segments that are not clean at a glance. */
export function checkSegment(
  table: SegmentTable,
  s: number,
  definition: SegmentDefinition,
  standard: Standard,
): ElementFault[] {
  const faults: ElementFault[] = [];
  const sent = table.elementCount(s);
  const defined = definition.elements.length;
  for (let e = 1; e <= defined; e++) checkElement(table, s, e, definition.elements[e - 1]!, faults);
  checkExtra(table, s, sent, defined, faults);
  if (sent > 0 && (sent > defined ? !hasData(table, s, sent) : table.raw(s, sent) === '')) {
    faults.push({
      code: 'TRAILING_SEPARATOR',
      element: sent,
      expected: 'no separator after the last element with data',
    });
  }
  const has = (e: number): boolean => e <= sent && hasData(table, s, e);
  for (const note of definition.notes) {
    const fault = checkNote(note, has, (e) => name(definition.id, e, standard));
    if (fault) faults.push({ ...fault, ...idOf(definition.elements[fault.element - 1]) });
  }
  return faults;
}

function idOf(use: ElementUse | undefined): { elementId?: string } {
  return use ? { elementId: use.id } : {};
}

function name(segment: string, element: number, standard: Standard): string {
  return standard === 'x12' ? `${segment}${String(element).padStart(2, '0')}` : `element ${element}`;
}

/** An element whose components are all empty carries no data, whatever separators it has. */
function hasData(table: SegmentTable, s: number, e: number): boolean {
  if (table.raw(s, e) === '') return false;
  const repetitions = table.repetitionCount(s, e);
  for (let r = 1; r <= repetitions; r++) {
    const components = table.componentCount(s, e, r);
    for (let c = 1; c <= components; c++) if (table.value(s, e, c, r) !== '') return true;
  }
  return false;
}

function checkElement(
  table: SegmentTable,
  s: number,
  e: number,
  use: ElementUse,
  faults: ElementFault[],
): void {
  if (e > table.elementCount(s) || !hasData(table, s, e)) {
    if (use.mandatory)
      faults.push({ code: 'ELEMENT_MISSING', element: e, elementId: use.id, expected: 'a value' });
    return;
  }
  if (use.forbidden) {
    const actual = table.raw(s, e);
    faults.push({
      code: 'ELEMENT_TOO_MANY',
      element: e,
      elementId: use.id,
      actual,
      expected: 'no value here',
    });
    return;
  }
  const repetitions = table.repetitionCount(s, e);
  if (repetitions > use.maxRepeat) {
    faults.push({
      code: 'REPETITION_TOO_MANY',
      element: e,
      repetition: use.maxRepeat + 1,
      elementId: use.id,
      actual: `${repetitions} repetitions`,
      expected: use.maxRepeat === 1 ? 'no repetition' : `at most ${use.maxRepeat} repetitions`,
    });
  }
  for (let r = 1; r <= Math.min(repetitions, use.maxRepeat); r++)
    checkRepetition(table, s, e, r, use, faults);
}

function checkRepetition(
  table: SegmentTable,
  s: number,
  e: number,
  r: number,
  use: ElementUse,
  faults: ElementFault[],
): void {
  const sent = table.componentCount(s, e, r);
  const repeat = r > 1 ? { repetition: r } : {};
  for (let c = 1; c <= use.components.length; c++) {
    const part = use.components[c - 1]!;
    const value = c <= sent ? table.value(s, e, c, r) : '';
    const fault = checkComponent(value, part);
    if (!fault) continue;
    const place = use.composite ? { component: c } : {};
    faults.push({ ...fault, element: e, ...place, ...repeat, elementId: part.element.id });
  }
  if (sent > use.components.length) checkExtraComponents(table, s, e, r, use, faults);
  else if (sent > 1 && table.value(s, e, sent, r) === '') {
    faults.push({
      code: 'TRAILING_SEPARATOR',
      element: e,
      component: sent,
      ...repeat,
      elementId: use.id,
      expected: 'no separator after the last component with data',
    });
  }
  const has = (c: number): boolean => c <= sent && table.value(s, e, c, r) !== '';
  for (const note of use.notes) {
    const fault = checkNote(note, has, (c) => `component ${c}`);
    if (!fault) continue;
    const { element: component, ...rest } = fault;
    faults.push({
      ...rest,
      element: e,
      component,
      ...repeat,
      elementId: use.components[component - 1]?.element.id ?? use.id,
    });
  }
}

function checkComponent(
  value: string,
  part: ComponentUse,
): Pick<ElementFault, 'code' | 'expected' | 'actual'> | undefined {
  if (value === '') return part.mandatory ? { code: 'ELEMENT_MISSING', expected: 'a value' } : undefined;
  if (part.forbidden) return { code: 'COMPONENT_TOO_MANY', actual: value, expected: 'no value here' };
  const fault = checkValue(value, part.element);
  return fault && { ...fault, actual: value };
}

function checkExtraComponents(
  table: SegmentTable,
  s: number,
  e: number,
  r: number,
  use: ElementUse,
  faults: ElementFault[],
): void {
  const sent = table.componentCount(s, e, r);
  const defined = use.components.length;
  let filled = defined + 1;
  while (filled <= sent && table.value(s, e, filled, r) === '') filled++;
  const excess = filled <= sent;
  faults.push({
    code: excess ? 'COMPONENT_TOO_MANY' : 'TRAILING_SEPARATOR',
    element: e,
    component: excess ? filled : sent,
    ...(r > 1 ? { repetition: r } : {}),
    elementId: use.id,
    ...(excess ? { actual: table.value(s, e, filled, r) } : {}),
    expected: use.composite ? `at most ${defined} components` : 'one value without components',
  });
}

/** One fault for all elements too many, at the first that carries data. */
function checkExtra(
  table: SegmentTable,
  s: number,
  sent: number,
  defined: number,
  faults: ElementFault[],
): void {
  for (let e = defined + 1; e <= sent; e++) {
    if (!hasData(table, s, e)) continue;
    faults.push({
      code: 'ELEMENT_TOO_MANY',
      element: e,
      actual: table.raw(s, e),
      expected: `at most ${defined} elements`,
    });
    return;
  }
}

/** `has` tells whether a position carries data. The fault stands at the position that should change. */
function checkNote(
  note: RelationalNote,
  has: (position: number) => boolean,
  nameOf: (position: number) => string,
): Pick<ElementFault, 'code' | 'expected' | 'element'> | undefined {
  const { kind, positions } = note;
  const [first = 0, ...others] = positions;
  const names = (list: readonly number[]): string => list.map(nameOf).join(', ');
  const present = positions.filter(has);
  const missing = (
    element: number,
    expected: string,
  ): Pick<ElementFault, 'code' | 'expected' | 'element'> => ({
    code: 'ELEMENT_CONDITION',
    element,
    expected,
  });
  switch (kind) {
    case 'P': {
      const absent = positions.find((position) => !has(position));
      if (present.length === 0 || absent === undefined) return undefined;
      return missing(absent, `a value, because ${names(present)} is used (${note.text})`);
    }
    case 'R':
      return present.length > 0
        ? undefined
        : missing(first, `at least one of ${names(positions)} (${note.text})`);
    case 'E':
      if (present.length < 2) return undefined;
      return {
        code: 'ELEMENT_EXCLUSION',
        element: present[1] ?? first,
        expected: `only one of ${names(positions)} (${note.text})`,
      };
    case 'C': {
      const absent = others.find((position) => !has(position));
      if (!has(first) || absent === undefined) return undefined;
      return missing(absent, `a value, because ${nameOf(first)} is used (${note.text})`);
    }
    case 'L':
      if (!has(first) || others.some(has)) return undefined;
      return missing(
        others[0] ?? first,
        `at least one of ${names(others)}, because ${nameOf(first)} is used (${note.text})`,
      );
  }
}

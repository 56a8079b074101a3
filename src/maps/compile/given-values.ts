import { isDecimal } from '../../common/decimal.ts';
import type { CodeTable } from '../code-table.ts';
import type { Shape } from '../document-shape.ts';
import type { FieldRule } from '../load-map.ts';
import type { Field, Place } from './model.ts';

/** What is wrong with values that a rule gives itself, by its codes or its constant: each a sentence for the person who writes it. */

export function enumFaults(rule: FieldRule, codes: CodeTable, options: readonly string[]): string[] {
  const wrong = codes.values.filter((value) => !options.includes(value));
  if (wrong.length === 0) return [];
  return [
    `codes: ${codes.name} gives ${wrong.join(', ')}, but ${rule.options.to ?? ''} is one of ${options.join(', ')}`,
  ];
}

export function constantFaults({ constant, path, places }: Field<Place>, shape: Shape | undefined): string[] {
  if (constant === undefined || !path) return [];
  const faults: string[] = [];
  if (places.length > 0)
    faults.push('const: together with at: and to: there is nothing to map; leave one out');
  if (shape?.kind === 'scalar' && shape.type === 'enum' && !shape.options.includes(constant))
    faults.push(`const: ${constant} is not one of ${shape.options.join(', ')}`);
  if (shape?.kind === 'scalar' && shape.type === 'decimal' && !isDecimal(constant))
    faults.push(`const: ${constant} is not a decimal number`);
  return faults;
}

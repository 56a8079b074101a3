import type { WhenClause } from '../map-schema.ts';
import type { Test } from './model.ts';

/** What a value of `when:` asks for. */
export function compileTest(wanted: WhenClause[string]): Test {
  if (wanted === 'true') return { kind: 'present' };
  if (wanted === 'false') return { kind: 'absent' };
  if (typeof wanted === 'object' && !Array.isArray(wanted)) {
    const { not } = wanted;
    return { kind: 'notIn', values: new Set(Array.isArray(not) ? not : [not]) };
  }
  return { kind: 'in', values: new Set(Array.isArray(wanted) ? wanted : [wanted]) };
}

/** True when the values found satisfy the test. */
export function satisfies(test: Test, values: readonly string[]): boolean {
  switch (test.kind) {
    case 'present':
      return values.length > 0;
    case 'absent':
      return values.length === 0;
    case 'in':
      return values.some((value) => test.values.has(value));
    case 'notIn':
      return !values.some((value) => test.values.has(value));
  }
}

import { collectAt, type Fields } from '../document-path.ts';
import type { Place, Scalar, Test, When } from './model.ts';
import { satisfies } from './when-test.ts';

/** A condition about the object that is written, and about nothing else. */
export type OwnCondition = (target: Fields) => boolean;

/**
 * `when:` as one function, where it asks for fields of the object itself; undefined where it looks further. Says the same
 * as DocumentCursor.holds().
 */
export function ownCondition<P extends Place>(when: When<P>): OwnCondition | undefined {
  if (when.paths.some(({ path, size }) => size || path.absolute || path.up > 0)) return undefined;
  const tests = when.paths.map(({ path, test }): OwnCondition => {
    const [step, second] = path.steps;
    if (!step || second || step.select !== undefined) return (target) => holdsAll(test, target, path.steps);
    const { key } = step;
    const whenAbsent = satisfies(test, []);
    return (target) => {
      const value = target[key];
      if (value === undefined || value === null) return whenAbsent;
      return typeof value === 'string' ? holdsOne(test, value) : holdsAll(test, target, path.steps);
    };
  });
  const [only] = tests;
  if (tests.length === 1) return only;
  return (target) => tests.every((test) => test(target));
}

function holdsAll(test: Test, target: Fields, steps: When<Place>['paths'][number]['path']['steps']): boolean {
  return satisfies(
    test,
    collectAt(target, steps).map((value) => String(value as Scalar)),
  );
}

function holdsOne(test: Test, value: string): boolean {
  if (test.kind === 'present' || test.kind === 'absent') return test.kind === 'present';
  return test.values.has(value) === (test.kind === 'in');
}

import type { Field, Place, Scope } from './model.ts';

/** The loop that a scope is, or (for an entry) is in. */
export function loopOf<P extends Place>(scope: Scope<P> | undefined): Scope<P> | undefined {
  let loop = scope;
  while (loop?.entry === true) loop = loop.parent;
  return loop;
}

/** The next scope around this one that has a target of its own. */
export function outerScope<P extends Place>(scope: Scope<P>): Scope<P> | undefined {
  let outer = scope.parent;
  while (outer?.parent && !outer.path) outer = outer.parent;
  return outer;
}

/** Nothing but its conversion happens to the field's text. */
export function isPlain<P extends Place>({
  codes,
  sign,
  factor,
  prefix,
  suffix,
  conversion,
  time,
}: Field<P>): boolean {
  return !codes && sign === undefined && !factor && prefix + suffix === '' && !conversion.warn && !time;
}

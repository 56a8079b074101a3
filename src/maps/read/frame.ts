import type { Place, Scope } from '../compile/model.ts';
import { appendSelected, ensureAt, isFields, type DocumentPath, type Fields } from '../document-path.ts';

/** One occurrence of a scope in a message: a loop instance, an entry, a node of a tree, or the message itself. */
export class Frame<P extends Place> {
  readonly scope: Scope<P>;
  readonly parent: Frame<P> | undefined;
  /** Position of the segment (or row, or element) that opened it. */
  readonly start: number;
  /** The object that its rules fill, once it is made. */
  target: Fields | undefined;
  /** 1, 2, … within its list. */
  ordinal = 1;
  #path: string | undefined;

  constructor(scope: Scope<P>, parent: Frame<P> | undefined, start: number, target?: Fields) {
    this.scope = scope;
    this.parent = parent;
    this.start = start;
    this.target = target;
  }

  /** The object that the rules fill; made when the first value comes. */
  ensure(): Fields {
    if (this.target) return this.target;
    const { scope, parent } = this;
    const { path, steps } = scope;
    if (!parent) return (this.target = {});
    if (!path) return parent.ensure();
    const base = this.#base(path);
    if (!scope.list) return (this.target = ensureAt(base, steps));
    const holder = ensureAt(base, steps, steps.length - 1);
    const last = steps[steps.length - 1]!;
    this.target = appendSelected(holder, last);
    this.ordinal = (holder[last.key] as unknown[]).length;
    return this.target;
  }

  /** The object, where something has made it. */
  existing(): Fields | undefined {
    if (this.target) return this.target;
    const { scope, parent } = this;
    if (!parent) return undefined;
    if (!scope.path) return parent.existing();
    if (scope.list) return undefined;
    let value: unknown = scope.path.absolute
      ? this.root().target
      : outward(parent, scope.path.up)?.existing();
    for (const step of scope.steps) value = isFields(value) ? value[step.key] : undefined;
    return isFields(value) ? value : undefined;
  }

  /** What a path of this frame's rules starts from. */
  holder(path: DocumentPath): Fields {
    if (path.absolute) return this.root().ensure();
    return path.up === 0 ? this.ensure() : (outward(this.outer(), path.up - 1) ?? this.root()).ensure();
  }

  /** The same, undefined where it is not made. */
  existingHolder(path: DocumentPath): Fields | undefined {
    if (path.absolute) return this.root().target;
    return path.up === 0 ? this.existing() : outward(this.outer(), path.up - 1)?.existing();
  }

  root(): Frame<P> {
    return this.parent?.root() ?? this;
  }

  /** The frame around this one's target. */
  outer(): Frame<P> | undefined {
    return this.scope.path ? this.parent : this.parent?.outer();
  }

  /** Path of the target in the document: `lines[2].schedules[0]`. */
  pathText(): string {
    // A list has no place for the target before it is made.
    if (this.target === undefined) return this.#pathText();
    return (this.#path ??= this.#pathText());
  }

  #pathText(): string {
    const { scope, parent } = this;
    if (!parent) return '';
    if (!scope.path) return parent.pathText();
    const outside = scope.path.absolute ? '' : (outward(parent, scope.path.up)?.pathText() ?? '');
    const keys = scope.steps.map((step) => step.key).join('.');
    const index = scope.shares ? '[]' : scope.list ? `[${this.ordinal - 1}]` : '';
    return `${outside === '' ? '' : `${outside}.`}${keys}${index}`;
  }

  #base(path: DocumentPath): Fields {
    if (path.absolute) return this.root().ensure();
    return (outward(this.parent, path.up) ?? this.root()).ensure();
  }
}

/** So many targets further out; a frame without a target of its own does not count. */
function outward<P extends Place>(frame: Frame<P> | undefined, up: number): Frame<P> | undefined {
  let at = frame;
  for (let i = 0; i < up && at; i++) at = at.outer();
  return at;
}

/** The loop instance that a frame is, or (for an entry) is in. */
export function loopFrame<P extends Place>(frame: Frame<P> | undefined): Frame<P> | undefined {
  let loop = frame;
  while (loop?.scope.entry === true) loop = loop.parent;
  return loop;
}

/** The instance of the loop so many loops further out (`../`). */
export function frameAround<P extends Place>(frame: Frame<P>, up: number): Frame<P> | undefined {
  let outer: Frame<P> | undefined = frame;
  for (let left = up; left > 0; left--) outer = loopFrame(outer)?.parent;
  return loopFrame(outer);
}
